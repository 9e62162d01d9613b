package panama.torch.optim.custom;

import java.util.List;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;
import panama.torch.optim.ParameterState;

public final class Lion extends Optimizer {
  public Lion(List<Tensor> parameters, double lr) {
    super(parameters, Map.of("lr", lr, "betas", List.of(0.9, 0.99), "weight_decay", 0.0));
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    state.putZeros("exp_avg");
  }

  @Override
  protected void update(ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
    List<Double> betas = group.numbers("betas");
    Tensor average = state.get("exp_avg");
    Tensor direction = average.lerp(gradient, 1 - betas.get(0)).sign();
    parameter.mul_(1 - group.lr() * group.number("weight_decay"));
    parameter.sub_(direction, group.lr());
    average.lerp_(gradient, 1 - betas.get(1));
  }
}
