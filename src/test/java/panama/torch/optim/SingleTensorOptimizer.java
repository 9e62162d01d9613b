package panama.torch.optim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Takes the steps of an optimizer by one operator after the other, as PyTorch's {@code
 * _single_tensor} functions do, which are its default on the CPU.
 */
final class SingleTensorOptimizer extends Optimizer {
  private static final Op MAXIMUM = Torch.op("aten::maximum.out");
  private static final Op RECIPROCAL = Torch.op("aten::reciprocal");

  private final Class<? extends Optimizer> kind;

  /**
   * Creates an optimizer with the groups and options of another one.
   *
   * @param parameters those of the other one, copied, in the same order
   */
  SingleTensorOptimizer(Optimizer other, List<Tensor> parameters) {
    super(
        parameters.subList(0, other.paramGroups().getFirst().parameters().size()),
        options(other.paramGroups().getFirst()));
    kind = other.getClass();
    int start = other.paramGroups().getFirst().parameters().size();
    for (ParamGroup group : other.paramGroups().subList(1, other.paramGroups().size())) {
      int end = start + group.parameters().size();
      addParamGroup(parameters.subList(start, end), options(group));
      start = end;
    }
  }

  private static Map<String, Object> options(ParamGroup group) {
    Map<String, Object> options = new HashMap<>(group.options());
    options.remove("fused");
    return options;
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    if (kind != SGD.class) {
      state.putScalar("step", 0);
    }
  }

  @Override
  protected void update(ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
    double t = 0;
    if (state.has("step")) {
      t = state.get("step").add_(1).item();
    }
    Tensor g = group.flag("maximize") ? gradient.neg() : gradient;
    double weightDecay = group.number("weight_decay");
    boolean decoupled = group.has("decoupled_weight_decay") && group.flag("decoupled_weight_decay");
    if (weightDecay != 0 && decoupled) {
      parameter.mul_(1 - group.lr() * weightDecay);
    } else if (weightDecay != 0) {
      g = g.add(parameter, weightDecay);
    }
    switch (kind.getSimpleName()) {
      case "SGD" -> sgd(group, parameter, g, state);
      case "Adam", "AdamW" -> adam(group, parameter, g, state, t);
      case "Adamax" -> adamax(group, parameter, g, state, t);
      case "NAdam" -> nAdam(group, parameter, g, state, t);
      case "RAdam" -> rAdam(group, parameter, g, state, t);
      case "RMSprop" -> rmsProp(group, parameter, g, state);
      case "Adagrad" -> adagrad(group, parameter, g, state, t);
      case "Adadelta" -> adadelta(group, parameter, g, state);
      default -> throw new AssertionError(kind);
    }
  }

  private static void sgd(ParamGroup group, Tensor p, Tensor g, ParameterState state) {
    double momentum = group.momentum();
    Tensor direction = g;
    if (momentum != 0) {
      if (state.has("momentum_buffer")) {
        state.get("momentum_buffer").mul_(momentum).add_(g, 1 - group.number("dampening"));
      } else {
        state.put("momentum_buffer", g.clone());
      }
      Tensor buffer = state.get("momentum_buffer");
      direction = group.flag("nesterov") ? g.add(buffer, momentum) : buffer;
    }
    p.add_(direction, -group.lr());
  }

  private static void average(ParamGroup group, Tensor g, ParameterState state) {
    state.getOrPutZeros("exp_avg").lerp_(g, 1 - group.beta1());
    averageSquare(state.getOrPutZeros("exp_avg_sq"), g, group.beta2());
  }

  private static void averageSquare(Tensor x, Tensor y, double decay) {
    x.mul_(decay).addcmul_(y, y, 1 - decay);
  }

  private static void maximum(Tensor x, Tensor y) {
    MAXIMUM.arg(x).arg(y).arg(x).call();
  }

  private static void adam(ParamGroup group, Tensor p, Tensor g, ParameterState state, double t) {
    average(group, g, state);
    Tensor v = state.get("exp_avg_sq");
    if (group.flag("amsgrad")) {
      maximum(state.getOrPutZeros("max_exp_avg_sq"), v);
      v = state.get("max_exp_avg_sq");
    }
    double root = Math.pow(1 - Math.pow(group.beta2(), t), 0.5);
    Tensor denominator = v.sqrt().div(root).add_(group.number("eps"));
    p.addcdiv_(state.get("exp_avg"), denominator, -(group.lr() / (1 - Math.pow(group.beta1(), t))));
  }

  private static void adamax(ParamGroup group, Tensor p, Tensor g, ParameterState state, double t) {
    Tensor largest = state.getOrPutZeros("exp_inf");
    state.getOrPutZeros("exp_avg").lerp_(g, 1 - group.beta1());
    maximum(largest.mul_(group.beta2()), g.abs().add_(group.number("eps")));
    p.addcdiv_(state.get("exp_avg"), largest, -(group.lr() / (1 - Math.pow(group.beta1(), t))));
  }

  private static void nAdam(ParamGroup group, Tensor p, Tensor g, ParameterState state, double t) {
    if (!state.has("mu_product")) {
      state.putScalar("mu_product", 1);
    }
    double lr = group.lr();
    double mu = momentum(group, t);
    double muNext = momentum(group, t + 1);
    double product = state.get("mu_product").mul_(mu).item();
    average(group, g, state);
    Tensor denominator =
        state
            .get("exp_avg_sq")
            .div(1 - Math.pow(group.beta2(), t))
            .sqrt()
            .add_(group.number("eps"));
    p.addcdiv_(g, denominator, -lr * (1 - mu) / (1 - product));
    p.addcdiv_(state.get("exp_avg"), denominator, -lr * muNext / (1 - product * muNext));
  }

  private static double momentum(ParamGroup group, double t) {
    return group.beta1() * (1 - 0.5 * Math.pow(0.96, t * group.number("momentum_decay")));
  }

  private static void rAdam(ParamGroup group, Tensor p, Tensor g, ParameterState state, double t) {
    average(group, g, state);
    double power = Math.pow(group.beta2(), t);
    double correction = 1 - power;
    double longest = 2 / (1 - group.beta2()) - 1;
    double length = longest - 2 * t * power / correction;
    Tensor change = state.get("exp_avg").div(1 - Math.pow(group.beta1(), t)).mul(group.lr());
    if (length > 5) {
      Tensor root = state.get("exp_avg_sq").sqrt().add_(group.number("eps"));
      Tensor adaptive = RECIPROCAL.arg(root).tensor().mul(Math.pow(correction, 0.5));
      double rectification =
          Math.pow(
              (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length),
              0.5);
      change = change.mul(adaptive).mul(rectification);
    }
    p.add_(change, -1);
  }

  private static void rmsProp(ParamGroup group, Tensor p, Tensor g, ParameterState state) {
    double alpha = group.number("alpha");
    Tensor v = state.getOrPutZeros("square_avg");
    averageSquare(v, g, alpha);
    Tensor root;
    if (group.flag("centered")) {
      Tensor mean = state.getOrPutZeros("grad_avg").lerp_(g, 1 - alpha);
      root = v.addcmul(mean, mean, -1).sqrt_();
    } else {
      root = v.sqrt();
    }
    root.add_(group.number("eps"));
    if (group.momentum() > 0) {
      Tensor buffer = state.getOrPutZeros("momentum_buffer");
      buffer.mul_(group.momentum()).addcdiv_(g, root, 1);
      p.add_(buffer, -group.lr());
    } else {
      p.addcdiv_(g, root, -group.lr());
    }
  }

  private static void adagrad(
      ParamGroup group, Tensor p, Tensor g, ParameterState state, double t) {
    if (!state.has("sum")) {
      state.putZeros("sum").get("sum").fill_(group.number("initial_accumulator_value"));
    }
    Tensor sum = state.get("sum").addcmul_(g, g, 1);
    double lr = group.lr() / (1 + (t - 1) * group.number("lr_decay"));
    p.addcdiv_(g, sum.sqrt().add_(group.number("eps")), -lr);
  }

  private static void adadelta(ParamGroup group, Tensor p, Tensor g, ParameterState state) {
    double rho = group.number("rho");
    double eps = group.number("eps");
    Tensor v = state.getOrPutZeros("square_avg");
    Tensor u = state.getOrPutZeros("acc_delta");
    averageSquare(v, g, rho);
    Tensor deviation = v.add(eps).sqrt_();
    Tensor change = u.add(eps).sqrt_().div_(deviation).mul_(g);
    averageSquare(u, change, rho);
    p.add_(change, -group.lr());
  }
}
