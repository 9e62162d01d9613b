package panama.torch.data;

import static panama.torch.Torch.cat;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.TensorScope;
import panama.torch.internal.Arguments;

/**
 * The batches of one long sequence, for training a language model by truncated backpropagation
 * through time. The sequence is cut into N streams of equal length, which are read side by side, L
 * tokens at a time: in each batch, every stream continues where it ended in the batch before, so
 * that the hidden state can be carried from batch to batch.
 *
 * <pre>{@code
 * for (List<Tensor> batch : new ContiguousBatches(tokens, 32, 64)) {
 *   Tensor input = batch.get(0);  // (L, N) = (64, 32)
 *   Tensor target = batch.get(1); // (L, N), the token after each one of the input
 * }
 * }</pre>
 *
 * <p>Shapes: T tokens, N streams of R = ⌈(T - 1) / N⌉ tokens each, ⌈R / L⌉ batches. The last batch
 * may be shorter than L. Batches are views, which need no memory of their own.
 *
 * <p>Every token except the first is a target exactly once. If N does not divide T - 1, the ends of
 * the last streams are padded, the input with 0 and the target with -100, which {@link
 * panama.torch.nn.CrossEntropyLoss} and metrics such as perplexity ignore. ({@code batchify} of
 * PyTorch's word_language_model drops these tokens, and has no target for the first token of a
 * stream.)
 */
public final class ContiguousBatches extends AbstractCollection<List<Tensor>>
    implements TensorHolder {
  /** The target that losses and metrics ignore by default. */
  private static final long IGNORED = -100;

  private final Tensor inputs;
  private final Tensor targets;
  private final long length;
  private final int size;

  /**
   * Creates the batches of a sequence, on the device of its tokens.
   *
   * @param tokens the indices of the tokens, (T) of INT64, at least two
   * @param streams the number N of streams, 1 to T - 1
   * @param length the number L of tokens of a stream in one batch, at least 1
   * @throws ShapeException if tokens has another shape, or there are fewer than streams + 1
   * @throws DTypeException if tokens are not INT64
   * @throws IllegalArgumentException if streams or length is below 1
   */
  public ContiguousBatches(Tensor tokens, long streams, long length) {
    Arguments.positive("streams", streams);
    this.length = Arguments.positive("length", length);
    if (tokens.dim() != 1) {
      throw new ShapeException(
          "tokens: expected shape (T), got %s; use flatten()".formatted(tokens.shape()));
    }
    if (tokens.dtype() != DType.INT64) {
      throw new DTypeException(
          "tokens: expected indices of INT64, got %s; use to(DType.INT64)"
              .formatted(tokens.dtype()));
    }
    long targetCount = tokens.size(0) - 1;
    if (targetCount < streams) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "tokens: expected at least streams + 1 = %d, got %d; use fewer streams",
              streams + 1,
              tokens.size(0)));
    }
    long rows = Math.ceilDiv(targetCount, streams);
    long missing = rows * streams - targetCount;
    size = Math.toIntExact(Math.ceilDiv(rows, length));
    try (TensorScope scope = new TensorScope()) {
      Tensor input = tokens.slice(0, 0, targetCount);
      Tensor target = tokens.slice(0, 1, targetCount + 1);
      inputs = scope.keep(streams(input, input.newZeros(missing), streams));
      targets = scope.keep(streams(target, target.newFull(new long[] {missing}, IGNORED), streams));
    }
  }

  /** Returns the streams as columns, (R, N). */
  private static Tensor streams(Tensor tokens, Tensor padding, long streams) {
    return cat(tokens, padding).view(streams, -1).t();
  }

  /** Returns the number of batches. */
  @Override
  public int size() {
    return size;
  }

  /** Returns an iterator over the batches, each a list of the input and the target, (L, N). */
  @Override
  public Iterator<List<Tensor>> iterator() {
    return new Iterator<>() {
      private long row;

      @Override
      public boolean hasNext() {
        return row < inputs.size(0);
      }

      @Override
      public List<Tensor> next() {
        if (!hasNext()) {
          throw new NoSuchElementException("next: all batches were read");
        }
        long start = row;
        row = Math.min(start + length, inputs.size(0));
        return List.of(inputs.slice(0, start, row), targets.slice(0, start, row));
      }
    };
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(inputs);
    action.accept(targets);
  }

  /** Returns the sizes. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ContiguousBatches(%d streams of %d tokens, %d batches of length %d)",
        inputs.size(1),
        inputs.size(0),
        size,
        length);
  }
}
