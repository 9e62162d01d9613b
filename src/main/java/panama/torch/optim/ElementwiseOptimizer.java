package panama.torch.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.GradMode;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * The base class of PyTorch's optimizers that update each element from its own gradient: all but
 * {@link LBFGS}. They share the options weight decay and maximize.
 *
 * <p>All parameters of a group are updated in one native call. The results are, to the bit, those
 * of PyTorch's default on the CPU; with {@code fused(true)}, where there is this option, those of
 * PyTorch with {@code fused=True}. An optimizer of your own extends {@link Optimizer}.
 */
public abstract sealed class ElementwiseOptimizer extends Optimizer
    permits Adadelta, Adagrad, MomentOptimizer, RMSprop, SGD {
  ElementwiseOptimizer(Builder<?> builder) {
    super(builder);
  }

  /**
   * The options that all of these optimizers have.
   *
   * @param <B> the builder of the optimizer
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends Optimizer.Builder<B>
      permits Adadelta.Builder,
          Adagrad.Builder,
          MomentOptimizer.Builder,
          RMSprop.Builder,
          SGD.Builder {
    Builder(List<Tensor> parameters, double lr) {
      super(parameters, lr);
      set("weight_decay", 0.0);
      set("maximize", false);
    }

    /**
     * Adds a group of parameters with options of its own:
     *
     * <pre>{@code
     * .addParamGroup(fc.parameters(), group -> group.lr(0.01).weightDecay(0))
     * }</pre>
     *
     * @param parameters none of which is in another group
     * @param options sets the options in which the group differs from the first one; the other
     *     options are those of this builder, also if they are set after this call
     * @return this builder
     */
    public final B addParamGroup(List<Tensor> parameters, Consumer<? super B> options) {
      addGroup(parameters, options);
      return self();
    }

    /**
     * Sets the weight decay λ (an L2 penalty): λ times the parameter is added to its gradient. In
     * {@link AdamW}, and with {@code decoupledWeightDecay}, the parameter is multiplied by 1 - lr λ
     * instead. Default: 0; in AdamW 0.01.
     *
     * @param weightDecay λ, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public final B weightDecay(double weightDecay) {
      return setNotNegative("weight_decay", "weightDecay", weightDecay);
    }

    /**
     * Sets whether the loss is maximized instead of minimized. Default: false.
     *
     * @param maximize whether to maximize
     * @return this builder
     */
    public final B maximize(boolean maximize) {
      return set("maximize", maximize);
    }
  }

  /** Updates parameters with the bits of PyTorch's default. */
  abstract void update(ParamGroup group, List<ActiveParameter> parameters);

  /** Updates contiguous parameters of one element type and device by libtorch's fused kernel. */
  void updateFused(ParamGroup group, List<ActiveParameter> parameters) {
    throw new AssertionError("no fused kernel");
  }

  @Override
  final void step(ParamGroup group, List<ActiveParameter> parameters) {
    List<ActiveParameter> others = new ArrayList<>();
    Map<List<Object>, List<ActiveParameter>> fused = new LinkedHashMap<>();
    for (ActiveParameter each : parameters) {
      // The fused kernels read memory in order and ignore strides.
      if (group.isFused() && each.parameter().isContiguous() && each.gradient().isContiguous()) {
        fused.computeIfAbsent(each.state().dtypeAndDevice(), key -> new ArrayList<>()).add(each);
      } else {
        others.add(each);
      }
    }
    try (GradMode guard = Torch.noGrad()) {
      for (List<ActiveParameter> alike : fused.values()) {
        if (alike.getFirst().state().has(ParameterState.STEP)) {
          Kernels.increment_(ActiveParameter.states(alike, ParameterState.STEP));
        }
        updateFused(group, alike);
      }
      if (!others.isEmpty()) {
        update(group, others);
      }
    }
  }

  @Override
  final Map<String, @Nullable Object> implementationOptions() {
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    options.put("differentiable", false);
    options.put("foreach", null);
    if (!(this instanceof SGD || this instanceof Adagrad)) {
      options.put("capturable", false);
    }
    return options;
  }
}
