package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;

/**
 * A parameter in the middle of a step.
 *
 * @param data its elements, outside the graph
 * @param gradient outside the graph
 * @param state what is remembered of it
 * @param isNew whether this is its first step
 */
record ActiveParameter(Tensor data, Tensor gradient, ParameterState state, boolean isNew) {
  /** Something remembered. */
  Tensor remembered(String name) {
    Tensor tensor = state.find(name);
    // Missing where an option was turned on after the first step.
    return tensor == null ? state.withZeros(name, data).get(name) : tensor;
  }

  /** t, the number of steps, this one included. */
  double step() {
    return remembered(ParameterState.STEP).item();
  }

  ActiveParameter withGradient(Tensor other) {
    return new ActiveParameter(data, other, state, isNew);
  }

  static List<Tensor> remembered(List<ActiveParameter> all, String name) {
    return all.stream().map(p -> p.remembered(name)).toList();
  }

  static List<Tensor> data(List<ActiveParameter> all) {
    return all.stream().map(ActiveParameter::data).toList();
  }

  static List<Tensor> gradients(List<ActiveParameter> all) {
    return all.stream().map(ActiveParameter::gradient).toList();
  }
}
