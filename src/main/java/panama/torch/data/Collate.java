package panama.torch.data;

import java.util.List;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Makes a batch of examples, PyTorch's {@code collate_fn}.
 *
 * <p>A batch of a class of your own should implement {@link panama.torch.TensorHolder}: the loader
 * then frees all tensors but those of the batch, rather than leave all to the caller's scope.
 *
 * @param <T> the type of an example
 * @param <B> the type of a batch
 */
@FunctionalInterface
public interface Collate<T, B> {
  /**
   * Returns the batch of some examples.
   *
   * @param examples the examples in the order of the batch
   */
  B collate(List<? extends T> examples);

  /**
   * Returns the default of loaders, as PyTorch's {@code default_collate}. It stacks tensors of one
   * shape along a new first dimension N; a batch of lists is the list of the stacked elements, and
   * one of maps the map of the stacked values.
   *
   * @param <T> {@link Tensor}, or a list or map of a supported type
   */
  @SuppressWarnings("unchecked") // the result has the type of an example
  static <T> Collate<T, T> stack() {
    return (Collate<T, T>) (Collate<?, ?>) Stacking.INSTANCE;
  }

  /**
   * Returns a function that makes a tensor (N) of numbers: FLOAT64 of doubles, FLOAT32 of floats,
   * INT64 of integers, chosen by the first number.
   */
  static Collate<Number, Tensor> numbers() {
    return numbers ->
        switch (Stacking.first(numbers)) {
          case Float ignored ->
              Torch.tensor(
                  numbers.stream().mapToDouble(Number::doubleValue).toArray(), DType.FLOAT32);
          case Double ignored ->
              Torch.tensor(
                  numbers.stream().mapToDouble(Number::doubleValue).toArray(), DType.FLOAT64);
          default -> Torch.tensor(numbers.stream().mapToLong(Collate::exactLong).toArray());
        };
  }

  private static long exactLong(Number number) {
    if (number instanceof Double || number instanceof Float) {
      throw new IllegalArgumentException(
          "examples: expected integers, because the first is one, got " + number);
    }
    return number.longValue();
  }

  /**
   * Returns a function that leaves the examples as they are: a batch is their list.
   *
   * @param <T> the type of an example
   */
  static <T> Collate<T, List<T>> list() {
    return List::copyOf;
  }
}
