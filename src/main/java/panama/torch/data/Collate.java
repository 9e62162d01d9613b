package panama.torch.data;

import java.util.List;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * A function that makes a batch of a list of examples; PyTorch's {@code collate_fn}.
 *
 * <pre>{@code
 * record Review(String text, int label) {}
 * Collate<Review, List<Tensor>> collate =
 *     reviews -> {
 *       long[] labels = reviews.stream().mapToLong(Review::label).toArray();
 *       var texts = reviews.stream().map(review -> tokenizer.encodeTensor(review.text())).toList();
 *       return List.of(Sequences.padSequence(texts, true), Torch.tensor(labels)); // (N, L) and (N)
 *     };
 * }</pre>
 *
 * <p>If the class of a batch implements {@link panama.torch.TensorHolder}, or is a list, map or
 * array of tensors, the loader frees all tensors that were made for a batch except those that it
 * holds. For other classes, all of these tensors belong to the caller's scope.
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
   * Returns the function that stacks examples, the default of loaders; PyTorch's {@code
   * default_collate} for tensors, lists and maps. Tensors of one shape are stacked along a new
   * first dimension N; a batch of lists is the list of the stacked elements, and one of maps the
   * map of the stacked values. The function throws an {@link IllegalArgumentException} for other
   * classes, and for examples whose shapes, sizes or keys differ.
   *
   * @param <T> {@link Tensor}, or a list or map of a supported type
   */
  @SuppressWarnings("unchecked") // the result has the type of an example
  static <T> Collate<T, T> stack() {
    return (Collate<T, T>) (Collate<?, ?>) Stacking.INSTANCE;
  }

  /**
   * Returns a function that makes a tensor (N) of numbers. The first number chooses its type:
   * FLOAT64 for a Double, FLOAT32 for a Float, and INT64 for an integer, in which case a Double or
   * Float among the others is an {@link IllegalArgumentException}.
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
   * Returns a function whose batches are the lists of examples, unchanged.
   *
   * @param <T> the type of an example
   */
  static <T> Collate<T, List<T>> list() {
    return List::copyOf;
  }
}
