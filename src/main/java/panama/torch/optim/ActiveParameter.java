package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;

/**
 * A parameter that has a gradient, during a step.
 *
 * @param parameter the parameter itself
 * @param gradient its gradient
 * @param state what the optimizer keeps for the parameter
 */
record ActiveParameter(Tensor parameter, Tensor gradient, ParameterState state) {
  static List<Tensor> parameters(List<ActiveParameter> all) {
    return all.stream().map(ActiveParameter::parameter).toList();
  }

  static List<Tensor> gradients(List<ActiveParameter> all) {
    return all.stream().map(ActiveParameter::gradient).toList();
  }

  /** Returns the tensors of a name, with zeros for an option turned on after the first step. */
  static List<Tensor> states(List<ActiveParameter> all, String name) {
    return all.stream().map(parameter -> parameter.state().getOrPutZeros(name)).toList();
  }
}
