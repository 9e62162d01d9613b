package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.init.Init;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * What RNN, LSTM and GRU share: options, parameters, the forms of their input.
 *
 * <p>Shapes: N batch, L length, H_in input size, H hidden size, D 2 if bidirectional and 1
 * otherwise, H_out the projected size of an LSTM that has one, otherwise H. Input is (L, N, H_in),
 * with batchFirst (N, L, H_in), unbatched (L, H_in), or a {@link PackedSequence}.
 *
 * <p>Parameters, for layer k and, with the suffix {@code _reverse}, for its backward direction:
 * {@code weight_ih_lk} (gates H, H_in or D H_out), {@code weight_hh_lk} (gates H, H_out), {@code
 * bias_ih_lk} and {@code bias_hh_lk} (gates H), and {@code weight_hr_lk} (H_out, H) where
 * projected. All are uniform in ±1/√H.
 */
public abstract sealed class RecurrentLayer extends Module permits RNN, LSTM, GRU {
  private final long inputSize;
  private final long hiddenSize;
  private final long projSize;
  private final int numLayers;
  private final boolean bias;
  private final boolean batchFirst;
  private final double dropout;
  private final boolean bidirectional;
  private final List<Tensor> weights;

  RecurrentLayer(Builder<?> options, int gates) {
    inputSize = options.inputSize;
    hiddenSize = options.hiddenSize;
    projSize = options.projSize;
    numLayers = options.numLayers;
    bias = options.bias;
    batchFirst = options.batchFirst;
    dropout = options.dropout;
    bidirectional = options.bidirectional;

    weights = new ArrayList<>();
    for (int layer = 0; layer < numLayers; layer++) {
      for (int direction = 0; direction < directions(); direction++) {
        String suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
        long in = layer == 0 ? inputSize : directions() * outputSize();
        weight("weight_ih" + suffix, gates * hiddenSize, in);
        weight("weight_hh" + suffix, gates * hiddenSize, outputSize());
        if (bias) {
          weight("bias_ih" + suffix, gates * hiddenSize);
          weight("bias_hh" + suffix, gates * hiddenSize);
        }
        if (projSize > 0) {
          weight("weight_hr" + suffix, projSize, hiddenSize);
        }
      }
    }
    double bound = 1 / Math.sqrt((double) hiddenSize);
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
  public abstract static sealed class Builder<B extends Builder<B>>
      permits RNN.Builder, LSTM.Builder, GRU.Builder {
    private final long inputSize;
    private final long hiddenSize;
    private int numLayers = 1;
    private boolean bias = true;
    private boolean batchFirst;
    private double dropout;
    private boolean bidirectional;
    long projSize;

    Builder(long inputSize, long hiddenSize) {
      this.inputSize = Sizes.positive("inputSize", inputSize);
      this.hiddenSize = Sizes.positive("hiddenSize", hiddenSize);
    }

    abstract B self();

    final long hiddenSize() {
      return hiddenSize;
    }

    /** Layers on top of each other. Default: 1. */
    public final B numLayers(int numLayers) {
      this.numLayers = (int) Sizes.positive("numLayers", numLayers);
      return self();
    }

    /** Whether there are biases. Default: true. */
    public final B bias(boolean bias) {
      this.bias = bias;
      return self();
    }

    /** Whether batches are (N, L, H) rather than (L, N, H). Default: false. */
    public final B batchFirst(boolean batchFirst) {
      this.batchFirst = batchFirst;
      return self();
    }

    /** The probability of dropout after every layer but the last, in training. Default: 0. */
    public final B dropout(double dropout) {
      this.dropout = Sizes.probability("dropout", dropout);
      return self();
    }

    /** Whether each layer also runs backwards. Default: false. */
    public final B bidirectional(boolean bidirectional) {
      this.bidirectional = bidirectional;
      return self();
    }
  }

  /** H_in. */
  public final long inputSize() {
    return inputSize;
  }

  /** H. */
  public final long hiddenSize() {
    return hiddenSize;
  }

  /** Layers on top of each other. */
  public final int numLayers() {
    return numLayers;
  }

  /** Whether batches are (N, L, H) rather than (L, N, H). */
  public final boolean batchFirst() {
    return batchFirst;
  }

  /** Whether each layer also runs backwards. */
  public final boolean bidirectional() {
    return bidirectional;
  }

  final int directions() {
    return bidirectional ? 2 : 1;
  }

  /** H_out: the size of h. */
  final long outputSize() {
    return projSize > 0 ? projSize : hiddenSize;
  }

  /** The last size of each state, h first. */
  abstract long[] stateSizes();

  /** The names of the states, for errors. */
  abstract List<String> stateNames();

  /** libtorch's function: the output, then a final value for each state. */
  abstract List<Tensor> call(
      Tensor input,
      @Nullable Tensor batchSizes,
      List<Tensor> states,
      List<Tensor> parameters,
      Torch.RecurrentOptions options);

  private List<Tensor> call(Tensor input, @Nullable Tensor batchSizes, List<Tensor> states) {
    return call(
        input,
        batchSizes,
        states,
        weights,
        new Torch.RecurrentOptions(
            numLayers, dropout, bias, isTraining(), bidirectional, batchFirst));
  }

  /** Output and final states for padded or unbatched input; no states: zeros. */
  final List<Tensor> padded(Tensor x, List<Tensor> given) {
    Shape shape = x.shape();
    boolean unbatched = shape.dim() == 2;
    if ((!unbatched && shape.dim() != 3) || shape.size(-1) != inputSize) {
      throw new IllegalArgumentException(
          "x: expected shape %s with H_in=%d because batchFirst=%s, or (L, H_in) unbatched, got %s: the last dimension must be inputSize"
              .formatted(
                  batchFirst ? "(N, L, H_in)" : "(L, N, H_in)", inputSize, batchFirst, shape));
    }
    checkDType(x);
    int batchDim = batchFirst ? 0 : 1;
    long n = unbatched ? 1 : shape.size(batchDim);
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> states = states(given, x, n, unbatched);
      if (!unbatched) {
        return call(x, null, states).stream().map(scope::keep).toList();
      }
      List<Tensor> batch =
          call(
              x.unsqueeze(batchDim),
              null,
              states.stream().map(s -> s.dim() == 2 ? s.unsqueeze(1) : s).toList());
      List<Tensor> results = new ArrayList<>();
      results.add(scope.keep(batch.getFirst().squeeze(batchDim)));
      batch.stream().skip(1).forEach(s -> results.add(scope.keep(s.squeeze(1))));
      return results;
    }
  }

  /** Packed data of the output, and final states in the order of the batch; no states: zeros. */
  final List<Tensor> packed(PackedSequence x, List<Tensor> given) {
    Shape shape = x.data().shape();
    if (shape.dim() != 2 || shape.size(1) != inputSize) {
      throw new IllegalArgumentException(
          "x: expected packed data of shape (sum of lengths, H_in=%d), got %s"
              .formatted(inputSize, shape));
    }
    checkDType(x.data());
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> states = states(given, x.data(), x.batchSize(), false);
      Tensor sorted = x.sortedIndices();
      if (sorted != null) {
        states = states.stream().map(s -> s.indexSelect(1, sorted)).toList();
      }
      List<Tensor> results = call(x.data(), x.batchSizes(), states);
      Tensor unsorted = x.unsortedIndices();
      List<Tensor> inOrder = new ArrayList<>();
      inOrder.add(scope.keep(results.getFirst()));
      results.stream()
          .skip(1)
          .map(s -> unsorted == null ? s : s.indexSelect(1, unsorted))
          .forEach(s -> inOrder.add(scope.keep(s)));
      return inOrder;
    }
  }

  private void checkDType(Tensor x) {
    DType expected = weights.getFirst().dtype();
    if (x.dtype() != expected && !Torch.isAutocastEnabled(x.device().type())) {
      throw new IllegalArgumentException(
          "x: expected %s, the type of the weights, got %s; convert with .to(DType.%s)"
              .formatted(expected, x.dtype(), expected.name()));
    }
  }

  /** The states to start from: those given, checked, or zeros of x's type and device. */
  private List<Tensor> states(List<Tensor> given, Tensor x, long n, boolean unbatched) {
    long layers = (long) numLayers * directions();
    List<Tensor> states = new ArrayList<>();
    for (int i = 0; i < stateSizes().length; i++) {
      long size = stateSizes()[i];
      if (given.isEmpty()) {
        states.add(
            Torch.zeros(
                new long[] {layers, n, size}, TensorOptions.of(x.dtype()).device(x.device())));
        continue;
      }
      Tensor state = given.get(i);
      Shape shape = state.shape();
      if (unbatched ? !shape.is(layers, size) : !shape.is(layers, n, size)) {
        throw new IllegalArgumentException(
            "%s: expected shape %s = %s for %s input, got %s"
                .formatted(
                    stateNames().get(i),
                    unbatched ? "(D * numLayers, H)" : "(D * numLayers, N, H)",
                    unbatched ? Shape.of(layers, size) : Shape.of(layers, n, size),
                    unbatched ? "unbatched" : "batched",
                    shape));
      }
      states.add(state);
    }
    return states;
  }

  @Override
  protected final String extraRepr() {
    StringBuilder text = new StringBuilder(inputSize + ", " + hiddenSize);
    if (projSize > 0) {
      text.append(", proj_size=").append(projSize);
    }
    if (numLayers != 1) {
      text.append(", num_layers=").append(numLayers);
    }
    if (!bias) {
      text.append(", bias=False");
    }
    if (batchFirst) {
      text.append(", batch_first=True");
    }
    if (dropout != 0) {
      text.append(", dropout=").append(dropout);
    }
    if (bidirectional) {
      text.append(", bidirectional=True");
    }
    return text.toString();
  }
}
