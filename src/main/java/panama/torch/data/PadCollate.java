package panama.torch.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PaddedSequence;
import panama.torch.nn.utils.rnn.PaddingSide;
import panama.torch.nn.utils.rnn.Sequences;

/**
 * A function that pads sequences of different lengths to one batch. An example is a list of a
 * sequence (L, ...) and its target.
 *
 * <pre>{@code
 * var loader = DataLoader.builder(dataset).batchSize(32).collate(new PadCollate()).build();
 * for (PaddedBatch batch : loader) {
 *   // batch.data() is (32, L, ...), batch.lengths() is (32), batch.targets() is (32, ...)
 * }
 * }</pre>
 */
public final class PadCollate implements Collate<List<Tensor>, PaddedBatch> {
  private final boolean batchFirst;
  private final double paddingValue;
  private final PaddingSide side;
  private final Truncation truncation;

  /** Null if targets are stacked. */
  private final @Nullable Double targetPadding;

  /** Creates a function with the builder's defaults. */
  public PadCollate() {
    this(builder());
  }

  private PadCollate(Builder options) {
    batchFirst = options.batchFirst;
    paddingValue = options.paddingValue;
    side = options.side;
    truncation = options.truncation;
    targetPadding = options.targetPadding;
  }

  /**
   * Returns a builder with the defaults: batch first, padding with 0 on the right, no maximum
   * length, stacked targets.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link PadCollate}. */
  public static final class Builder {
    private boolean batchFirst = true;
    private double paddingValue;
    private PaddingSide side = PaddingSide.RIGHT;
    private Truncation truncation = Truncation.NONE;
    private @Nullable Double targetPadding;

    private Builder() {}

    /**
     * Sets whether N is the first dimension of the padded sequences. Default: true.
     *
     * @param batchFirst false for (L, N, ...)
     * @return this builder
     */
    public Builder batchFirst(boolean batchFirst) {
      this.batchFirst = batchFirst;
      return this;
    }

    /**
     * Sets the value of the added elements. Default: 0.
     *
     * @param value the value
     * @return this builder
     */
    public Builder paddingValue(double value) {
      this.paddingValue = value;
      return this;
    }

    /**
     * Sets the side on which elements are added. Default: {@link PaddingSide#RIGHT}.
     *
     * @param side the side
     * @return this builder
     */
    public Builder paddingSide(PaddingSide side) {
      this.side = Objects.requireNonNull(side, "side");
      return this;
    }

    /**
     * Sets the length to which longer sequences are shortened at their end. Default: no limit.
     *
     * @param length at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder maxLength(long length) {
      return maxLength(length, PaddingSide.RIGHT);
    }

    /**
     * Sets the length to which longer sequences are shortened. Default: no limit.
     *
     * @param length at least 1
     * @param side the side on which elements are removed: RIGHT keeps the beginning, LEFT the end
     * @return this builder
     * @throws IllegalArgumentException if the length is below 1
     */
    public Builder maxLength(long length, PaddingSide side) {
      this.truncation = new Truncation(length, side);
      return this;
    }

    /**
     * Shortens and pads the targets in the same way as the sequences, to the longest target: each
     * is a sequence as long as the input, (L, ...), or of a length of its own, (T, ...). Default:
     * targets have one shape and are stacked.
     *
     * @param value the value of the added elements, such as the {@code ignoreIndex} of the loss
     * @return this builder
     */
    public Builder padTargets(double value) {
      this.targetPadding = value;
      return this;
    }

    /** Returns the function. */
    public PadCollate build() {
      return new PadCollate(this);
    }
  }

  /**
   * Returns the padded batch.
   *
   * @param examples lists of a sequence (L, ...) and its target
   * @throws IllegalArgumentException if an example is not such a list, or shapes differ
   */
  @Override
  public PaddedBatch collate(List<? extends List<Tensor>> examples) {
    PaddedSequence padded = padded(field(examples, 0));
    List<Tensor> targets = field(examples, 1);
    return new PaddedBatch(
        padded.data(),
        padded.lengths(),
        targetPadding == null ? Stacking.stack(targets) : padTargets(targets, targetPadding));
  }

  /** Returns a function with the same options for sequences (L, ...) without targets. */
  public Collate<Tensor, PaddedSequence> sequences() {
    return this::padded;
  }

  private PaddedSequence padded(List<? extends Tensor> sequences) {
    List<Tensor> shortened = shortened(sequences);
    long[] lengths = shortened.stream().mapToLong(sequence -> sequence.size(0)).toArray();
    return new PaddedSequence(pad(shortened, lengths, paddingValue), Torch.tensor(lengths));
  }

  private Tensor padTargets(List<Tensor> targets, double value) {
    List<Tensor> shortened = shortened(targets);
    return pad(
        shortened, shortened.stream().mapToLong(sequence -> sequence.size(0)).toArray(), value);
  }

  private List<Tensor> shortened(List<? extends Tensor> sequences) {
    List<Tensor> shortened = new ArrayList<>(sequences.size());
    for (Tensor sequence : sequences) {
      shortened.add(truncation.apply(sequence));
    }
    return shortened;
  }

  /**
   * Pads sequences as {@link Sequences#padSequence} does, which copies each by a call of its own;
   * one concatenation and one selection of its rows are faster.
   */
  private Tensor pad(List<Tensor> sequences, long[] lengths, double value) {
    if (!canBeConcatenated(sequences)) {
      return Sequences.padSequence(sequences, batchFirst, value, side);
    }
    Tensor first = sequences.getFirst();
    long[] sizes = first.shape().toArray();
    sizes[0] = 1;
    List<Tensor> rows = new ArrayList<>(sequences);
    rows.add(Torch.full(sizes, value, first.dtype()));
    int longest = (int) Arrays.stream(lengths).max().orElse(0);
    Tensor padded = Torch.cat(rows).indexSelect(0, Torch.tensor(rowIndices(lengths, longest)));
    long[] shape = new long[sizes.length + 1];
    shape[0] = batchFirst ? lengths.length : longest;
    shape[1] = batchFirst ? longest : lengths.length;
    System.arraycopy(sizes, 1, shape, 2, sizes.length - 1);
    return padded.view(shape);
  }

  /** Returns whether the sequences can be concatenated without a conversion or an error. */
  private static boolean canBeConcatenated(List<Tensor> sequences) {
    if (sequences.isEmpty()) {
      return false;
    }
    Tensor first = sequences.getFirst();
    long[] sizes = first.shape().toArray();
    for (Tensor sequence : sequences) {
      long[] others = sequence.shape().toArray();
      if (!Arrays.equals(sizes, 1, sizes.length, others, 1, others.length)
          || sequence.dtype() != first.dtype()
          || sequence.device().type() != Device.Type.CPU) {
        return false;
      }
    }
    return true;
  }

  /** Returns for each position of the batch its row in the concatenation, whose last is padding. */
  private long[] rowIndices(long[] lengths, int longest) {
    int count = lengths.length;
    long[] rows = new long[Math.multiplyExact(count, longest)];
    Arrays.fill(rows, Arrays.stream(lengths).sum());
    long row = 0;
    for (int i = 0; i < count; i++) {
      int start = side == PaddingSide.LEFT ? longest - (int) lengths[i] : 0;
      for (int j = start; j < start + lengths[i]; j++) {
        rows[batchFirst ? i * longest + j : j * count + i] = row++;
      }
    }
    return rows;
  }

  /** Returns one of the two elements of each example. */
  static List<Tensor> field(List<? extends List<Tensor>> examples, int index) {
    List<Tensor> field = new ArrayList<>(examples.size());
    for (List<Tensor> example : examples) {
      if (example.size() != 2) {
        throw new IllegalArgumentException(
            "examples: expected lists of a sequence and its target, got %s tensors; for sequences without targets, PadCollate.sequences()"
                .formatted(example.size()));
      }
      field.add(example.get(index));
    }
    return field;
  }
}
