package panama.torch.nn.utils;

import java.util.List;
import java.util.Locale;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** Functions that convert parameters to one vector and back. Meant for {@code import static}. */
public final class ParameterVector {
  private ParameterVector() {}

  /**
   * Returns a vector with the elements of all parameters, in the order of the list and row-major
   * within each. The concatenation is recorded by autograd.
   *
   * @param parameters at least one parameter
   * @return a vector with as many elements as all parameters together
   * @throws IllegalArgumentException if there are no parameters
   */
  public static Tensor parametersToVector(List<Tensor> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("parameters: expected at least one, got none");
    }
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(Torch.cat(parameters.stream().map(p -> p.view(-1)).toList(), 0));
    }
  }

  /**
   * Sets the parameters to consecutive slices of a vector. They share its memory from then on.
   *
   * @param vector a vector as returned by {@link #parametersToVector}
   * @param parameters the parameters, in the order of the slices
   * @throws IllegalArgumentException unless the vector has as many elements as all parameters
   *     together
   */
  public static void vectorToParameters(Tensor vector, List<Tensor> parameters) {
    long expected = parameters.stream().mapToLong(Tensor::numel).sum();
    if (!vector.shape().is(expected)) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "vector: expected shape [%d], one element for each of the parameters, got %s",
              expected,
              vector.shape()));
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor data = vector.detach();
      long start = 0;
      for (Tensor parameter : parameters) {
        long end = start + parameter.numel();
        parameter.setData(data.slice(0, start, end).view(parameter.shape().toArray()));
        start = end;
      }
    }
  }
}
