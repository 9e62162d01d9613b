package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Adam with Nesterov's momentum: Dozat, "Incorporating Nesterov momentum into Adam" (2016), with ψ
 * the decay of the momentum and the moments of {@link MomentOptimizer}.
 *
 * <pre>
 *   μ_t = β1 (1 - 0.96^(t ψ) / 2)
 *   θ = θ - lr ((1 - μ_t) g / (1 - Π_(i≤t) μ_i) + μ_(t+1) m / (1 - Π_(i≤t+1) μ_i))
 *           / (√(v / (1 - β2^t)) + ε)
 * </pre>
 */
public final class NAdam extends MomentOptimizer {
  private static final String MU_PRODUCT = ParameterState.MU_PRODUCT;

  private NAdam(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 0.002. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 2e-3);
      momentumDecay(4e-3);
      decoupledWeightDecay(false);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * ψ. Default: 0.004.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder momentumDecay(double momentumDecay) {
      return setNotNegative("momentum_decay", "momentumDecay", momentumDecay);
    }

    /** Whether the weight decay is apart from the gradient, as in AdamW. Default: false. */
    public Builder decoupledWeightDecay(boolean decoupledWeightDecay) {
      return set("decoupled_weight_decay", decoupledWeightDecay);
    }

    /** The optimizer. */
    public NAdam build() {
      return new NAdam(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    return super.newState(group, data).with(MU_PRODUCT, Torch.ones());
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    double t = p.step();
    double lr = group.lr();
    double mu = momentum(group, t);
    double muNext = momentum(group, t + 1);
    double product = p.remembered(MU_PRODUCT).mul_(mu).item();
    double productNext = product * muNext;
    average(group, p);
    Tensor denominator =
        p.remembered(EXP_AVG_SQ)
            .div(1 - Math.pow(group.beta2(), t))
            .sqrt()
            .add_(group.number("eps"));
    Kernels.addcdiv_(p.data(), p.gradient(), denominator, -lr * (1 - mu) / (1 - product));
    Kernels.addcdiv_(
        p.data(), p.remembered(EXP_AVG), denominator, -lr * muNext / (1 - productNext));
  }

  /** μ_t. */
  private static double momentum(ParamGroup group, double t) {
    return group.beta1() * (1 - 0.5 * Math.pow(0.96, t * group.number("momentum_decay")));
  }
}
