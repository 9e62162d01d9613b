package panama.torch.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
        targetPadding == null ? Stacking.stack(targets) : pad(shortened(targets), targetPadding));
  }

  /** Returns a function with the same options for sequences (L, ...) without targets. */
  public Collate<Tensor, PaddedSequence> sequences() {
    return this::padded;
  }

  private PaddedSequence padded(List<? extends Tensor> sequences) {
    List<Tensor> shortened = shortened(sequences);
    Tensor padded = pad(shortened, paddingValue);
    long[] lengths = shortened.stream().mapToLong(sequence -> sequence.size(0)).toArray();
    return new PaddedSequence(padded, Torch.tensor(lengths));
  }

  private Tensor pad(List<Tensor> sequences, double value) {
    return Sequences.padSequence(sequences, batchFirst, value, side);
  }

  private List<Tensor> shortened(List<? extends Tensor> sequences) {
    if (truncation.equals(Truncation.NONE)) {
      return List.copyOf(sequences);
    }
    List<Tensor> shortened = new ArrayList<>(sequences.size());
    for (Tensor sequence : sequences) {
      shortened.add(truncation.apply(sequence));
    }
    return shortened;
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
