/**
 * Averaged models: stochastic weight averaging and exponential moving averages.
 *
 * <pre>{@code
 * var ema = AveragedModel.builder(model, Classifier::new).ema(0.999).build();
 * // in the loop, after optimizer.step():
 * ema.updateParameters(model);
 * // to evaluate:
 * ema.module().eval();
 * Tensor y = ema.module().forward(x);
 * }</pre>
 */
@NullMarked
package panama.torch.optim.swa_utils;

import org.jspecify.annotations.NullMarked;
