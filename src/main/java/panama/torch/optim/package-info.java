/**
 * PyTorch's optimizers, which update the parameters of a model from their gradients.
 *
 * <pre>{@code
 * Adam adam = new Adam(model.parameters(), 1e-3);
 * adam.zeroGrad();
 * loss.backward();
 * adam.step();
 * }</pre>
 *
 * <p>Constructors take PyTorch's first positional arguments, builders all options: {@code
 * Adam.builder(parameters).amsgrad(true).build()}. {@link panama.torch.optim.ParamGroup} has the
 * options of a group of parameters, {@link panama.torch.optim.OptimizerState} is the state dict,
 * {@link panama.torch.optim.lr_scheduler} changes the learning rate during training, and {@link
 * panama.torch.optim.Optimizer} tells how to write an optimizer.
 */
@NullMarked
package panama.torch.optim;

import org.jspecify.annotations.NullMarked;
