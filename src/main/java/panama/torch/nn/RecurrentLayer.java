package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.RecurrentOp;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * The superclass of the recurrent layers {@link RNN}, {@link LSTM} and {@link GRU}, with their
 * common options, parameters and forms of input.
 *
 * <p>Shapes: N batch, L length, H_in input size, H hidden size, D = 2 if bidirectional and 1
 * otherwise, H_out the size of h, which is projSize for an LSTM with a projection and H otherwise.
 * The input is (L, N, H_in), with batchFirst (N, L, H_in), unbatched (L, H_in), or a {@link
 * PackedSequence}. L is at least 1; N may be 0. Input and states must have the type of the
 * parameters, unless autocast is enabled; {@link #to(DType)} converts the parameters.
 *
 * <p>Parameters of layer k: {@code weight_ih_lk} (gates · H, H_in for layer 0 and D · H_out for
 * later layers), {@code weight_hh_lk} (gates · H, H_out), with biases {@code bias_ih_lk} and {@code
 * bias_hh_lk} (gates · H), and with a projection {@code weight_hr_lk} (H_out, H). gates is 1 for an
 * RNN, 3 for a GRU and 4 for an LSTM. The parameters of the backward direction have the suffix
 * {@code _reverse}. All are initialized uniformly in ±1/√H.
 *
 * @param <M> the layer's own class
 */
public abstract sealed class RecurrentLayer<M extends RecurrentLayer<M>> extends FluentModule<M>
    permits HiddenStateLayer, LSTM {
  private final RecurrentOptions options;
  private final RecurrentOp operator;
  private final List<Tensor> weights = new ArrayList<>();

  RecurrentLayer(RecurrentOptions options, RecurrentOp.Kind kind, int gates) {
    this.options = options;
    operator = options.operator(kind);
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
   * The options that all recurrent layers have; the builders of the subclasses add their own.
   *
   * @param <B> the builder's own class
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends FluentBuilder<B>
      permits RNN.Builder, LSTM.Builder, GRU.Builder {
    private final long inputSize;
    private final long hiddenSize;

    /** A larger number can only be a mistake; creating the layers would use up all memory. */
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

    /** Returns a new layer, whose parameters are initialized by the default generator. */
    public abstract RecurrentLayer<?> build();

    /**
     * Sets the number of stacked layers: each layer after the first reads the output of the one
     * before it. Default: 1.
     *
     * @param numLayers 1 to 10000
     * @return this builder
     * @throws IllegalArgumentException if numLayers is out of range
     */
    public final B numLayers(int numLayers) {
      if (numLayers < 1 || numLayers > MOST_LAYERS) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "numLayers: expected 1 to %d, got %d", MOST_LAYERS, numLayers));
      }
      this.numLayers = numLayers;
      return self();
    }

    /**
     * Sets whether the layers have the biases b_ih and b_hh. Default: true.
     *
     * @param bias whether there are biases
     * @return this builder
     */
    public final B bias(boolean bias) {
      this.bias = bias;
      return self();
    }

    /**
     * Sets whether padded input and output are (N, L, H) rather than (L, N, H). States, unbatched
     * input and packed input are not affected. Default: false.
     *
     * @param batchFirst whether N is the first dimension
     * @return this builder
     */
    public final B batchFirst(boolean batchFirst) {
      this.batchFirst = batchFirst;
      return self();
    }

    /**
     * Sets the probability of dropout: in training, each element of the output of every layer
     * except the last is set to 0 with this probability, and the others are multiplied by 1 / (1 -
     * dropout). It has no effect on a single layer. Default: 0.
     *
     * @param dropout 0 to 1
     * @return this builder
     * @throws IllegalArgumentException if dropout is out of range
     */
    public final B dropout(double dropout) {
      this.dropout = Arguments.probability("dropout", dropout);
      return self();
    }

    /**
     * Sets whether each layer also has a backward direction, which reads the input from the last
     * step to the first. The outputs of both directions are concatenated, forward first. Default:
     * false.
     *
     * @param bidirectional whether there is a backward direction
     * @return this builder
     */
    public final B bidirectional(boolean bidirectional) {
      this.bidirectional = bidirectional;
      return self();
    }
  }

  /**
   * Returns the parameters of each layer and direction, PyTorch's {@code all_weights}: weight_ih,
   * weight_hh, with biases bias_ih and bias_hh, and with a projection weight_hr. {@link
   * #namedParameters} returns them by name, such as {@code weight_ih_l0}.
   *
   * @return one list for each layer and direction, in the order of the states: layer 0 forward,
   *     layer 0 backward, layer 1 forward and so on
   */
  public final List<List<Tensor>> allWeights() {
    int count = weights.size() / (int) options.layers();
    List<List<Tensor>> all = new ArrayList<>();
    for (int i = 0; i < weights.size(); i += count) {
      all.add(weights.subList(i, i + count).stream().map(this::use).toList());
    }
    return all;
  }

  /**
   * Does nothing. PyTorch's {@code flatten_parameters} moves the parameters into one block of GPU
   * memory for cuDNN, and is a no-op on the CPU; this method exists so that ported code compiles.
   */
  public final void flattenParameters() {}

  final RecurrentOptions options() {
    return options;
  }

  /** Returns the input size H_in. */
  public final long inputSize() {
    return options.inputSize();
  }

  /** Returns the hidden size H. */
  public final long hiddenSize() {
    return options.hiddenSize();
  }

  /** Returns the number of stacked layers. */
  public final int numLayers() {
    return options.numLayers();
  }

  /** Returns whether the layers have the biases b_ih and b_hh. */
  public final boolean bias() {
    return options.bias();
  }

  /** Returns the probability of dropout after every layer except the last, in training. */
  public final double dropout() {
    return options.dropout();
  }

  /** Returns whether padded input and output are (N, L, H) rather than (L, N, H). */
  public final boolean batchFirst() {
    return options.batchFirst();
  }

  /** Returns whether each layer also has a backward direction. */
  public final boolean bidirectional() {
    return options.bidirectional();
  }

  /**
   * Computes the output and the final states for padded or unbatched input. The initial states are
   * zeros.
   *
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @return the output of every step and the final states
   * @throws ArgumentException if x has another shape, a length of 0, or a type other than that of
   *     the parameters
   */
  public abstract RecurrentOutput forward(Tensor x);

  /**
   * Computes the output and the final states for packed sequences. The initial states are zeros.
   *
   * @param x packed sequences with data (sum of lengths, H_in)
   * @return the output of every step, packed like x, and the final states in the order of the batch
   * @throws ArgumentException if the data has another shape, or a type other than that of the
   *     parameters
   */
  public abstract PackedRecurrentOutput forward(PackedSequence x);

  /** Returns the names of the states, h0 first. */
  abstract List<String> stateNames();

  /**
   * Returns the result for padded or unbatched input.
   *
   * @param c0 null unless the layer is an LSTM
   */
  final <R> R padded(
      Tensor x, @Nullable Tensor h0, @Nullable Tensor c0, RecurrentOp.Results<R> results) {
    checkPadded(x, h0, c0);
    return operator.padded(x, h0, c0, parametersInUse(), isTraining(), results);
  }

  /**
   * Returns the result for packed input.
   *
   * @param c0 null unless the layer is an LSTM
   */
  final <R> R packed(
      PackedSequence x, @Nullable Tensor h0, @Nullable Tensor c0, RecurrentOp.Results<R> results) {
    checkPacked(x, h0, c0);
    return operator.packed(
        x.data(),
        x.batchSizes(),
        x.sortedIndices(),
        x.unsortedIndices(),
        h0,
        c0,
        parametersInUse(),
        isTraining(),
        results);
  }

  private List<Tensor> parametersInUse() {
    return usesParametersAsRegistered() ? weights : weights.stream().map(this::use).toList();
  }

  private void checkPadded(Tensor x, @Nullable Tensor h0, @Nullable Tensor c0) {
    int dims = x.dim();
    boolean unbatched = dims == 2;
    if ((!unbatched && dims != 3) || x.size(-1) != inputSize()) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape %s with H_in=%d because batchFirst=%s, or (L, H_in) unbatched, got"
                  + " %s: the last dimension must be inputSize",
              batchFirst() ? "(N, L, H_in)" : "(L, N, H_in)",
              inputSize(),
              batchFirst(),
              x.shape()));
    }
    int lengthDim = batchFirst() && !unbatched ? 1 : 0;
    if (x.size(lengthDim) == 0) {
      throw new ShapeException(
          "x: expected a length L of at least 1, got 0 in shape %s = %s; leave empty sequences out"
              .formatted(
                  x.shape(),
                  unbatched ? "(L, H_in)" : batchFirst() ? "(N, L, H_in)" : "(L, N, H_in)"));
    }
    checkTypeAndStates(x, h0, c0, unbatched ? 1 : x.size(1 - lengthDim), unbatched);
  }

  private void checkPacked(PackedSequence x, @Nullable Tensor h0, @Nullable Tensor c0) {
    Tensor data = x.data();
    if (data.dim() != 2 || data.size(1) != inputSize()) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected packed data of shape (sum of lengths, H_in=%d), got %s",
              inputSize(),
              data.shape()));
    }
    checkTypeAndStates(data, h0, c0, x.batchSize(), false);
  }

  private void checkTypeAndStates(
      Tensor x, @Nullable Tensor h0, @Nullable Tensor c0, long n, boolean unbatched) {
    DType dtype = RecurrentArguments.dtype(x, trained(weights.getFirst()));
    if (h0 != null || c0 != null) {
      Tensor[] states = stateNames().size() == 1 ? new Tensor[] {h0} : new Tensor[] {h0, c0};
      checkStates(RecurrentArguments.given(stateNames(), states), dtype, n, unbatched);
    }
  }

  private void checkStates(List<Tensor> given, DType dtype, long n, boolean unbatched) {
    for (int i = 0; i < given.size(); i++) {
      RecurrentArguments.state(
          stateNames().get(i),
          given.get(i),
          dtype,
          i == 0 && options.projSize() > 0 ? "(D * numLayers, N, H_out)" : "(D * numLayers, N, H)",
          new long[] {options.layers(), n, i == 0 ? options.outputSize() : options.hiddenSize()},
          unbatched);
    }
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
