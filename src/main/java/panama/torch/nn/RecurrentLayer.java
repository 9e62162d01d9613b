package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * The recurrent layers RNN, LSTM and GRU: their options, parameters and forms of input.
 *
 * <p>Shapes: N batch, L length, H_in input size, H hidden size, D 2 if bidirectional and 1
 * otherwise, H_out the projected size of an LSTM that has one, otherwise H. Input is (L, N, H_in),
 * with batchFirst (N, L, H_in), unbatched (L, H_in), or a {@link PackedSequence}. L is at least 1;
 * N may be 0. Input and states are of the parameters' type; {@link #to(DType)} changes that.
 *
 * <p>Parameters, for layer k and, with the suffix {@code _reverse}, for its backward direction:
 * {@code weight_ih_lk} (gates H, H_in or D H_out), {@code weight_hh_lk} (gates H, H_out), {@code
 * bias_ih_lk} and {@code bias_hh_lk} (gates H), and {@code weight_hr_lk} (H_out, H) where
 * projected. All are uniform in ±1/√H.
 *
 * @param <M> the layer's own class
 */
public abstract sealed class RecurrentLayer<M extends RecurrentLayer<M>> extends FluentModule<M>
    permits HiddenStateLayer, LSTM {
  private final RecurrentOptions options;
  private final List<Tensor> weights = new ArrayList<>();

  RecurrentLayer(RecurrentOptions options, int gates) {
    this.options = options;
    long rows = gates * options.hiddenSize();
    for (int layer = 0; layer < options.numLayers(); layer++) {
      for (int direction = 0; direction < options.directions(); direction++) {
        String suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
        long in = layer == 0 ? inputSize() : options.directions() * options.outputSize();
        weight("weight_ih" + suffix, rows, in);
        weight("weight_hh" + suffix, rows, options.outputSize());
        if (options.bias()) {
          weight("bias_ih" + suffix, rows);
          weight("bias_hh" + suffix, rows);
        }
        if (options.projSize() > 0) {
          weight("weight_hr" + suffix, options.projSize(), options.hiddenSize());
        }
      }
    }
    double bound = 1 / Math.sqrt((double) options.hiddenSize());
    weights.forEach(weight -> Init.uniform_(weight, -bound, bound));
  }

  private void weight(String name, long... sizes) {
    weights.add(register(name, Torch.empty(sizes)));
  }

  /**
   * The options of a recurrent layer; those that only one kind has are added there.
   *
   * @param <B> the kind's own builder
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends FluentBuilder<B>
      permits RNN.Builder, LSTM.Builder, GRU.Builder {
    private final long inputSize;
    private final long hiddenSize;

    /** More would only ever be a slip, and take minutes to make before memory runs out. */
    private static final int MOST_LAYERS = 10_000;

    private int numLayers = 1;
    private boolean bias = true;
    private boolean batchFirst;
    private double dropout;
    private boolean bidirectional;
    long projSize;

    Builder(long inputSize, long hiddenSize) {
      this.inputSize = Arguments.positive("inputSize", inputSize);
      this.hiddenSize = Arguments.positive("hiddenSize", hiddenSize);
    }

    final long hiddenSize() {
      return hiddenSize;
    }

    final RecurrentOptions options() {
      return new RecurrentOptions(
          inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, dropout, bidirectional);
    }

    /** Sets the number of stacked layers. Default: 1. */
    public final B numLayers(int numLayers) {
      if (numLayers < 1 || numLayers > MOST_LAYERS) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "numLayers: expected 1 to %d, got %d", MOST_LAYERS, numLayers));
      }
      this.numLayers = numLayers;
      return self();
    }

    /** Sets whether the layers have biases. Default: true. */
    public final B bias(boolean bias) {
      this.bias = bias;
      return self();
    }

    /** Sets whether batches are (N, L, H) rather than (L, N, H). Default: false. */
    public final B batchFirst(boolean batchFirst) {
      this.batchFirst = batchFirst;
      return self();
    }

    /**
     * Sets the probability of dropout after every layer but the last, in training. Default: 0.
     *
     * <p>One layer is the last: without numLayers above 1 this has no effect, of which PyTorch
     * warns.
     */
    public final B dropout(double dropout) {
      this.dropout = Arguments.probability("dropout", dropout);
      return self();
    }

    /** Sets whether each layer also reads its input backwards. Default: false. */
    public final B bidirectional(boolean bidirectional) {
      this.bidirectional = bidirectional;
      return self();
    }
  }

  /**
   * The parameters of each layer and direction, PyTorch's {@code all_weights}: w_ih, w_hh, with
   * bias b_ih and b_hh, and w_hr where projected. By name, such as {@code weight_ih_l0}: {@link
   * #namedParameters}.
   */
  public final List<List<Tensor>> allWeights() {
    int count = weights.size() / (int) options.layers();
    List<List<Tensor>> all = new ArrayList<>();
    for (int i = 0; i < weights.size(); i += count) {
      all.add(List.copyOf(each(weights.subList(i, i + count), this::use)));
    }
    return all;
  }

  /**
   * In PyTorch, puts the parameters on a GPU side by side for cuDNN. On the CPU there is nothing to
   * gain, there or here: this does nothing.
   */
  public final void flattenParameters() {}

  final RecurrentOptions options() {
    return options;
  }

  /** Returns H_in. */
  public final long inputSize() {
    return options.inputSize();
  }

  /** Returns H. */
  public final long hiddenSize() {
    return options.hiddenSize();
  }

  /** Returns the number of stacked layers. */
  public final int numLayers() {
    return options.numLayers();
  }

  /** Returns whether the layers have biases. */
  public final boolean bias() {
    return options.bias();
  }

  /** Returns the probability of dropout after every layer but the last, in training. */
  public final double dropout() {
    return options.dropout();
  }

  /** Returns whether batches are (N, L, H) rather than (L, N, H). */
  public final boolean batchFirst() {
    return options.batchFirst();
  }

  /** Returns whether each layer also reads its input backwards. */
  public final boolean bidirectional() {
    return options.bidirectional();
  }

  /**
   * Runs the layer from states of zeros.
   *
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @throws ArgumentException for another shape or type
   */
  public abstract RecurrentOutput forward(Tensor x);

  /**
   * Runs the layer over packed sequences, from states of zeros.
   *
   * @param x with data (sum of lengths, H_in)
   * @throws ArgumentException for another shape or type
   */
  public abstract PackedRecurrentOutput forward(PackedSequence x);

  /** Returns the names of the states, h0 first. */
  abstract List<String> stateNames();

  /** Returns libtorch's operator for padded input. */
  abstract Op paddedOperator();

  /** Returns libtorch's operator for packed input. */
  abstract Op packedOperator();

  /** Adds the states in the form that the operators take. */
  abstract Op.Call states(Op.Call call, List<Tensor> states);

  /** Returns the states that are not null, of which there must be all or none. */
  final List<Tensor> given(@Nullable Tensor... states) {
    return RecurrentArguments.given(stateNames(), states);
  }

  private Op.Call prepare(Op.Call call, List<Tensor> states) {
    return options.addTo(states(call, states).arg(each(weights, this::use)), isTraining());
  }

  private List<Tensor> runPadded(Tensor x, List<Tensor> states) {
    return prepare(paddedOperator().arg(x), states).arg(options.batchFirst()).call().tensors();
  }

  private List<Tensor> runPacked(PackedSequence x, List<Tensor> states) {
    return prepare(packedOperator().arg(x.data()).arg(x.batchSizes()), states).call().tensors();
  }

  /** Returns the output and the final states for padded or unbatched input. */
  final List<Tensor> padded(Tensor x, List<Tensor> given) {
    Shape shape = x.shape();
    boolean unbatched = shape.dim() == 2;
    if ((!unbatched && shape.dim() != 3) || shape.size(-1) != inputSize()) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape %s with H_in=%d because batchFirst=%s, or (L, H_in) unbatched, got"
                  + " %s: the last dimension must be inputSize",
              batchFirst() ? "(N, L, H_in)" : "(L, N, H_in)",
              inputSize(),
              batchFirst(),
              shape));
    }
    int lengthDim = batchFirst() && !unbatched ? 1 : 0;
    if (shape.size(lengthDim) == 0) {
      throw new ShapeException(
          "x: expected a length L of at least 1, got 0 in shape %s = %s; leave empty sequences out"
              .formatted(
                  shape, unbatched ? "(L, H_in)" : batchFirst() ? "(N, L, H_in)" : "(L, N, H_in)"));
    }
    DType dtype = RecurrentArguments.dtype(x, trained(weights.getFirst()));
    long n = unbatched ? 1 : shape.size(1 - lengthDim);
    checkStates(given, dtype, n, unbatched);
    if (!unbatched && !given.isEmpty()) {
      return runPadded(x, given);
    }
    try (TensorScope scope = new TensorScope()) {
      if (!unbatched) {
        return kept(scope, runPadded(x, zeros(x, n)));
      }
      int batchDim = batchFirst() ? 0 : 1;
      List<Tensor> states = given.isEmpty() ? zeros(x, n) : each(given, s -> s.unsqueeze(1));
      List<Tensor> results = runPadded(x.unsqueeze(batchDim), states);
      results = withStates(results, results.getFirst().squeeze(batchDim), s -> s.squeeze(1));
      return kept(scope, results);
    }
  }

  /** Returns the packed data of the output, and the final states in the order of the batch. */
  final List<Tensor> packed(PackedSequence x, List<Tensor> given) {
    Tensor data = x.data();
    Shape shape = data.shape();
    if (shape.dim() != 2 || shape.size(1) != inputSize()) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected packed data of shape (sum of lengths, H_in=%d), got %s",
              inputSize(),
              shape));
    }
    DType dtype = RecurrentArguments.dtype(data, trained(weights.getFirst()));
    long n = x.batchSize();
    checkStates(given, dtype, n, false);
    Tensor sorted = x.sortedIndices();
    Tensor unsorted = x.unsortedIndices();
    if (sorted == null && unsorted == null && !given.isEmpty()) {
      return runPacked(x, given);
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> states =
          given.isEmpty()
              ? zeros(data, n)
              : sorted == null ? given : each(given, s -> s.indexSelect(1, sorted));
      List<Tensor> results = runPacked(x, states);
      if (unsorted != null) {
        results = withStates(results, results.getFirst(), s -> s.indexSelect(1, unsorted));
      }
      return kept(scope, results);
    }
  }

  private void checkStates(List<Tensor> given, DType dtype, long n, boolean unbatched) {
    for (int i = 0; i < given.size(); i++) {
      RecurrentArguments.state(
          stateNames().get(i),
          given.get(i),
          dtype,
          i == 0 && options.projSize() > 0 ? "(D * numLayers, N, H_out)" : "(D * numLayers, N, H)",
          new long[] {options.layers(), n, stateSize(i)},
          unbatched);
    }
  }

  /** Returns the last size of a state. */
  private long stateSize(int state) {
    return state == 0 ? options.outputSize() : options.hiddenSize();
  }

  /** Returns states of zeros, of x's type and on its device. */
  private List<Tensor> zeros(Tensor x, long n) {
    List<Tensor> states = new ArrayList<>();
    for (int i = 0; i < stateNames().size(); i++) {
      // Nobody writes to them, so that states of one size may be one tensor.
      states.add(
          i > 0 && stateSize(i) == stateSize(0)
              ? states.getFirst()
              : x.newZeros(options.layers(), n, stateSize(i)));
    }
    return states;
  }

  private static List<Tensor> each(List<Tensor> states, UnaryOperator<Tensor> change) {
    List<Tensor> changed = new ArrayList<>(states.size());
    for (Tensor state : states) {
      changed.add(change.apply(state));
    }
    return changed;
  }

  /** Results with another output and changed states. */
  private static List<Tensor> withStates(
      List<Tensor> results, Tensor output, UnaryOperator<Tensor> change) {
    List<Tensor> changed = new ArrayList<>(results.size());
    changed.add(output);
    changed.addAll(each(results.subList(1, results.size()), change));
    return changed;
  }

  private static List<Tensor> kept(TensorScope scope, List<Tensor> results) {
    results.forEach(scope::keep);
    return results;
  }

  @Override
  protected final String extraRepr() {
    StringBuilder text = new StringBuilder(inputSize() + ", " + hiddenSize());
    if (options.projSize() > 0) {
      text.append(", proj_size=").append(options.projSize());
    }
    if (numLayers() != 1) {
      text.append(", num_layers=").append(numLayers());
    }
    if (!bias()) {
      text.append(", bias=False");
    }
    if (batchFirst()) {
      text.append(", batch_first=True");
    }
    if (dropout() != 0) {
      text.append(", dropout=").append(Repr.of(dropout()));
    }
    if (bidirectional()) {
      text.append(", bidirectional=True");
    }
    return text.toString();
  }
}
