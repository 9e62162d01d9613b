package panama.torch.data;

import java.util.Objects;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;
import panama.torch.nn.utils.rnn.PaddingSide;

/**
 * Shortens sequences to a maximum length.
 *
 * @param maxLength at least 1
 * @param side the side on which elements are removed
 */
record Truncation(long maxLength, PaddingSide side) {
  static final Truncation NONE = new Truncation(Long.MAX_VALUE, PaddingSide.RIGHT);

  Truncation {
    Arguments.positive("maxLength", maxLength);
    Objects.requireNonNull(side, "side");
  }

  /** Returns a view of a sequence (L, ...), or the sequence if it is short enough. */
  Tensor apply(Tensor sequence) {
    if (sequence.dim() == 0) {
      throw new ShapeException("sequence: expected shape (L, ...), got a scalar");
    }
    long length = sequence.size(0);
    if (length <= maxLength) {
      return sequence;
    }
    return side == PaddingSide.RIGHT
        ? sequence.slice(0, 0, maxLength)
        : sequence.slice(0, length - maxLength, length);
  }
}
