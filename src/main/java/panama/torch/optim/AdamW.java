package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * {@link Adam} with decoupled weight decay: Loshchilov and Hutter, "Decoupled weight decay
 * regularization" (2019). Before each step of Adam, θ = θ - lr λ θ, where λ is the weight decay.
 */
public final class AdamW extends MomentOptimizer {
  private static final Op FUSED = Torch.op("aten::_fused_adamw_");

  private AdamW(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.001 and a weight decay of
   * 0.01.
   *
   * @param parameters the parameters to optimize
   */
  public AdamW(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public AdamW(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of AdamW. Default learning rate: 0.001; default weight decay: 0.01. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      weightDecay(1e-2);
      set("amsgrad", false).set("decoupled_weight_decay", true).set("fused", null);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets whether the denominator uses the largest v so far instead of v. Default: false.
     *
     * @param amsgrad whether to use the largest v
     * @return this builder
     */
    public Builder amsgrad(boolean amsgrad) {
      return set("amsgrad", amsgrad);
    }

    /**
     * Sets whether libtorch's fused kernel updates the parameters, as in PyTorch with {@code
     * fused=True}. Its results differ from those of PyTorch's default in the last bits; for large
     * parameters it can be faster. Default: None, as in PyTorch, which has the same effect as
     * false: the bits of PyTorch's default on the CPU.
     *
     * @param fused whether to use libtorch's fused kernel
     * @return this builder
     */
    public Builder fused(boolean fused) {
      return set("fused", fused);
    }

    /** Returns the optimizer. */
    public AdamW build() {
      return new AdamW(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    super.initState(group, parameter, state);
    Adam.initMaximum(group, state);
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    Adam.update(group, all, true);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    Adam.start(FUSED, group, all).call();
  }
}
