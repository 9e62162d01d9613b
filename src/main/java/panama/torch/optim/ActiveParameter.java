package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;

/**
 * A parameter that has a gradient, during a step.
 *
 * @param parameter the parameter itself
 * @param gradient its gradient
 * @param state what the optimizer keeps for the parameter
 */
record ActiveParameter(Tensor parameter, Tensor gradient, ParameterState state) {
  /** Starts a call with the parameters, their gradients, and the states of some names. */
  static Op.Call start(Op operator, List<ActiveParameter> all, String... states) {
    Op.Call call =
        operator
            .start()
            .arg(all.stream().map(ActiveParameter::parameter).toList())
            .arg(all.stream().map(ActiveParameter::gradient).toList());
    for (String name : states) {
      call.arg(states(all, name));
    }
    return call;
  }

  /** Returns the tensors of a name, with zeros for an option turned on after the first step. */
  static List<Tensor> states(List<ActiveParameter> all, String name) {
    return all.stream().map(parameter -> parameter.state().getOrPutZeros(name)).toList();
  }
}
