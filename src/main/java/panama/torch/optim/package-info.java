/**
 * Optimizers: what turns gradients into better parameters.
 *
 * <pre>{@code
 * Adam adam = Adam.builder(model.parameters()).lr(1e-3).build();
 * adam.zeroGrad();
 * loss.backward();
 * adam.step();
 * }</pre>
 *
 * <p>Groups of parameters with options of their own: {@link panama.torch.optim.ParamGroup}. Saving
 * and going on: {@link panama.torch.optim.OptimizerState}. The learning rate over time: {@link
 * panama.torch.optim.lr_scheduler}.
 */
@NullMarked
package panama.torch.optim;

import org.jspecify.annotations.NullMarked;
