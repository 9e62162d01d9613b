/**
 * PyTorch's learning rate schedulers.
 *
 * <pre>{@code
 * var scheduler = new OneCycleLR(adam, 6e-3, 1000);
 * adam.step();
 * scheduler.step();
 * }</pre>
 *
 * <p>{@link panama.torch.optim.lr_scheduler.LRScheduler} tells how to write a scheduler.
 */
@NullMarked
package panama.torch.optim.lr_scheduler;

import org.jspecify.annotations.NullMarked;
