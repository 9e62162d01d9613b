package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * {@link Adam} with the weight decay λ apart from the gradient: Loshchilov and Hutter, "Decoupled
 * weight decay regularization" (2019). Before each step of Adam, θ = θ - lr λ θ.
 */
public final class AdamW extends MomentOptimizer {
  private static final Op FUSED = Torch.op("aten::_fused_adamw_");

  private AdamW(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 0.001, of the weight decay: 0.01. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      weightDecay(1e-2);
      set("amsgrad", false).set("decoupled_weight_decay", true).set("fused", true);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Whether the denominator takes the largest v so far. Default: false. */
    public Builder amsgrad(boolean amsgrad) {
      return set("amsgrad", amsgrad);
    }

    /**
     * Whether all parameters change in one native call, in libtorch's fused kernel, as PyTorch's do
     * with {@code fused=True}; otherwise by single operators, the arithmetic of PyTorch's default
     * on the CPU to the bit. The two differ in the last bits: compare trainings with Python at
     * {@code fused(false)}. Default: true, the faster.
     */
    public Builder fused(boolean fused) {
      return set("fused", fused);
    }

    /** The optimizer. */
    public AdamW build() {
      return new AdamW(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    return Adam.withMaximum(group, super.newState(group, data), data);
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    Adam.change(group, p);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    Adam.fused(FUSED, group, all);
  }
}
