/**
 * Schedules of the learning rate.
 *
 * <pre>{@code
 * var schedule = new OneCycleLR(adam, 6e-3, 1000);
 * adam.step();
 * schedule.step();
 * }</pre>
 */
@NullMarked
package panama.torch.optim.lr_scheduler;

import org.jspecify.annotations.NullMarked;
