/**
 * Optimizers: what turns gradients into better parameters.
 *
 * <pre>{@code
 * Adam adam = Adam.builder(model.parameters()).lr(1e-3).build();
 * adam.zeroGrad();
 * loss.backward();
 * adam.step();
 * }</pre>
 */
@NullMarked
package panama.torch.optim;

import org.jspecify.annotations.NullMarked;
