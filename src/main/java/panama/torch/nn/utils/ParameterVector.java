package panama.torch.nn.utils;

import java.util.List;
import java.util.Locale;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** Converts parameters to one vector and back. Meant for {@code import static}. */
public final class ParameterVector {
  private ParameterVector() {}

  /**
   * Returns the elements of all parameters in one vector, those of each in row-major order.
   * Gradients are recorded.
   *
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
   * Sets the parameters to slices of a vector, with which they share their data from then on.
   *
   * @param vector as {@link #parametersToVector} returns it
   * @throws IllegalArgumentException unless the vector has as many elements as all parameters
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
