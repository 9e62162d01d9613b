package panama.torch.optim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Adam: Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
 *
 * <pre>
 *   m = β1 m + (1 - β1) g
 *   v = β2 v + (1 - β2) g²
 *   θ = θ - lr (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)
 * </pre>
 */
public final class Adam extends Optimizer {
  private double beta1;
  private final double beta2;
  private final double eps;
  private final double weightDecay;
  private final boolean fused;
  private final List<@Nullable State> states;

  /**
   * What is remembered of a parameter between steps: m, v, and t as libtorch wants it, a tensor.
   */
  private record State(Tensor step, Tensor expAvg, Tensor expAvgSq) {
    static State of(Tensor parameter) {
      return new State(
          TensorScope.exempt(Torch.zeros()),
          TensorScope.exempt(Torch.zerosLike(parameter)),
          TensorScope.exempt(Torch.zerosLike(parameter)));
    }
  }

  private Adam(Builder options) {
    super(options.parameters, options.lr);
    beta1 = options.beta1;
    beta2 = options.beta2;
    eps = options.eps;
    weightDecay = options.weightDecay;
    fused = options.fused;
    states = new ArrayList<>();
    parameters().forEach(parameter -> states.add(null));
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. */
  public static final class Builder {
    private final List<Tensor> parameters;
    private double lr = 1e-3;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double eps = 1e-8;
    private double weightDecay;
    private boolean fused = true;

    private Builder(List<Tensor> parameters) {
      this.parameters = parameters;
    }

    /** The learning rate. Default: 0.001. */
    public Builder lr(double lr) {
      this.lr = notNegative("lr", lr);
      return this;
    }

    /** How long m and v remember, each in [0, 1). Default: 0.9 and 0.999. */
    public Builder betas(double beta1, double beta2) {
      this.beta1 = fraction("beta1", beta1);
      this.beta2 = fraction("beta2", beta2);
      return this;
    }

    /** ε, which keeps the denominator from 0. Default: 1e-8. */
    public Builder eps(double eps) {
      this.eps = notNegative("eps", eps);
      return this;
    }

    /** The L2 penalty: added to the gradient, times the parameter. Default: 0. */
    public Builder weightDecay(double weightDecay) {
      this.weightDecay = notNegative("weightDecay", weightDecay);
      return this;
    }

    /**
     * Whether all parameters change in one native call, in libtorch's fused kernel; otherwise by
     * single operators, the arithmetic of PyTorch's default on the CPU to the bit. Default: true,
     * the faster.
     */
    public Builder fused(boolean fused) {
      this.fused = fused;
      return this;
    }

    /** The optimizer. */
    public Adam build() {
      return new Adam(this);
    }
  }

  /** β1, which a one-cycle schedule moves against the learning rate. */
  public double beta1() {
    return beta1;
  }

  /** Changes β1, in [0, 1). */
  public void setBeta1(double beta1) {
    this.beta1 = fraction("beta1", beta1);
  }

  @Override
  public void step() {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> gradients = new ArrayList<>();
      List<Tensor> data = new ArrayList<>();
      List<State> active = new ArrayList<>();
      for (int i : withGradient(gradients)) {
        State state = states.get(i);
        if (state == null) {
          state = State.of(parameters().get(i));
          states.set(i, state);
        }
        active.add(state);
        data.add(parameters().get(i).detach());
      }
      if (data.isEmpty()) {
        return;
      }
      active.forEach(state -> state.step.add_(1));
      if (fused) {
        stepFused(data, gradients, active);
      } else {
        for (int i = 0; i < data.size(); i++) {
          stepSingle(data.get(i), gradients.get(i).detach(), active.get(i));
        }
      }
    }
  }

  private void stepFused(List<Tensor> data, List<Tensor> gradients, List<State> active) {
    Torch.op("aten::_fused_adam_")
        .start()
        .arg(data)
        .arg(gradients)
        .arg(active.stream().map(State::expAvg).toList())
        .arg(active.stream().map(State::expAvgSq).toList())
        .arg(List.of())
        .arg(active.stream().map(State::step).toList())
        .arg("lr", lr())
        .arg("beta1", beta1)
        .arg("beta2", beta2)
        .arg("weight_decay", weightDecay)
        .arg("eps", eps)
        .arg("amsgrad", false)
        .arg("maximize", false)
        .call();
  }

  private void stepSingle(Tensor parameter, Tensor gradient, State state) {
    if (weightDecay != 0) {
      gradient =
          Torch.op("aten::add.Tensor")
              .arg(gradient)
              .arg(parameter)
              .arg("alpha", weightDecay)
              .call()
              .tensor();
    }
    double t = state.step.item();
    Torch.op("aten::lerp_.Scalar").arg(state.expAvg).arg(gradient).arg(1 - beta1).call();
    Torch.op("aten::addcmul_")
        .arg(state.expAvgSq.mul_(beta2))
        .arg(gradient)
        .arg(gradient)
        .arg("value", 1 - beta2)
        .call();
    double correction1 = 1 - Math.pow(beta1, t);
    double correction2 = 1 - Math.pow(beta2, t);
    Tensor denominator = state.expAvgSq.sqrt().div(Math.sqrt(correction2)).add_(eps);
    Torch.op("aten::addcdiv_")
        .arg(parameter)
        .arg(state.expAvg)
        .arg(denominator)
        .arg("value", -(lr() / correction1))
        .call();
  }
}
