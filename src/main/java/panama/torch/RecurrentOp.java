package panama.torch;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Arguments;
import panama.torch.internal.operators.Operator;
import panama.torch.internal.runtime.CallArguments;
import panama.torch.internal.runtime.TensorHandle;

/**
 * The operator of recurrent layers, PyTorch's {@code torch.rnn_tanh}, {@code rnn_relu}, {@code gru}
 * and {@code lstm}, whose parameters are arguments. The layers of {@code panama.torch.nn} call it
 * with theirs; call it yourself if the parameters are results of other operators, as in a
 * hypernetwork.
 *
 * <pre>{@code
 * var gru = new RecurrentOp(RecurrentOp.Kind.GRU, true, 1, 0, false, true);
 * Tensor y = gru.padded(x, null, null, List.of(wIh, wHh, bIh, bHh), false, (output, hN, _) -> output);
 * }</pre>
 *
 * <p>Shapes and the order of parameters are those of {@code panama.torch.nn.RecurrentLayer}. {@link
 * Backends#recurrent} chooses the implementation. A call allocates nothing on the Java heap except
 * its results.
 *
 * @param kind the equations
 * @param bias whether there are biases
 * @param numLayers the number of stacked layers
 * @param dropout the probability of dropout after every layer except the last, in training
 * @param bidirectional whether each layer also has a backward direction
 * @param batchFirst whether padded input is (N, L, H_in) rather than (L, N, H_in)
 */
public record RecurrentOp(
    Kind kind,
    boolean bias,
    int numLayers,
    double dropout,
    boolean bidirectional,
    boolean batchFirst) {
  private static final Operator OPERATOR = Operator.find("panama_torch::recurrent");

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if numLayers is below 1 or dropout not from 0 to 1
   */
  public RecurrentOp {
    Arguments.positive("numLayers", numLayers);
    Arguments.probability("dropout", dropout);
  }

  /** The equations of a layer. */
  public enum Kind {
    /** Elman's network with tanh. */
    RNN_TANH(0, "rnnTanh"),
    /** Elman's network with ReLU. */
    RNN_RELU(1, "rnnRelu"),
    /** Gated recurrent unit. */
    GRU(2, "gru"),
    /** Long short-term memory. */
    LSTM(3, "lstm");

    /** The number that the operator has for the equations. */
    private final int code;

    /** The name of the call in errors. */
    private final String operation;

    Kind(int code, String operation) {
      this.code = code;
      this.operation = operation;
    }
  }

  /**
   * A function of the results, such as a constructor.
   *
   * @param <R> the type of its result
   */
  public interface Results<R> {
    /**
     * Returns an object with the results.
     *
     * @param output h of the last layer at every step
     * @param hN the final h of every layer and direction
     * @param cN the final c of every layer and direction; null unless the layer is an LSTM
     */
    R of(Tensor output, Tensor hN, @Nullable Tensor cN);
  }

  /**
   * Computes padded or unbatched input.
   *
   * @param <R> the type of the result
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @param h0 the initial h, or null for zeros
   * @param c0 the initial c of an LSTM, or null if h0 is
   * @param parameters of all layers and directions
   * @param training whether dropout is applied
   * @param results is applied to the results
   * @return the result of {@code results}
   * @throws ArgumentException if shapes or types do not match
   */
  public <R> R padded(
      Tensor x,
      @Nullable Tensor h0,
      @Nullable Tensor c0,
      List<Tensor> parameters,
      boolean training,
      Results<R> results) {
    return call(x, null, null, null, h0, c0, parameters, training, results);
  }

  /**
   * Computes the data of packed sequences.
   *
   * @param <R> the type of the result
   * @param data (sum of lengths, H_in)
   * @param batchSizes the number of sequences at each step, INT64 on the CPU
   * @param sortedIndices for each packed sequence, its index in the batch; null if that is the
   *     order of the batch
   * @param unsortedIndices for each sequence of the batch, its index among the packed ones; null if
   *     sortedIndices is
   * @param h0 the initial h in the order of the batch, or null for zeros
   * @param c0 the initial c of an LSTM, or null if h0 is
   * @param parameters of all layers and directions
   * @param training whether dropout is applied
   * @param results is applied to the results: the output is the data of packed sequences, and the
   *     states are in the order of the batch
   * @return the result of {@code results}
   * @throws ArgumentException if shapes or types do not match
   */
  public <R> R packed(
      Tensor data,
      Tensor batchSizes,
      @Nullable Tensor sortedIndices,
      @Nullable Tensor unsortedIndices,
      @Nullable Tensor h0,
      @Nullable Tensor c0,
      List<Tensor> parameters,
      boolean training,
      Results<R> results) {
    return call(
        data, batchSizes, sortedIndices, unsortedIndices, h0, c0, parameters, training, results);
  }

  private <R> R call(
      Tensor x,
      @Nullable Tensor batchSizes,
      @Nullable Tensor sortedIndices,
      @Nullable Tensor unsortedIndices,
      @Nullable Tensor h0,
      @Nullable Tensor c0,
      List<Tensor> parameters,
      boolean training,
      Results<R> results) {
    CallArguments call = OPERATOR.arguments(kind.operation);
    try {
      call.tensor(x.handle());
      add(call, batchSizes);
      add(call, sortedIndices);
      add(call, unsortedIndices);
      call.tensors((h0 == null ? 0 : 1) + (c0 == null ? 0 : 1));
      addElement(call, h0);
      addElement(call, c0);
      call.tensors(parameters.size());
      for (int i = 0; i < parameters.size(); i++) {
        call.element(parameters.get(i).handle());
      }
      call.integer(kind.code);
      call.truth(bias);
      call.integer(numLayers);
      call.real(dropout);
      call.truth(training);
      call.truth(bidirectional);
      call.truth(batchFirst);
      OPERATOR.call(call);
    } finally {
      call.close();
    }
    TensorHandle output = Objects.requireNonNull(call.result(0));
    TensorHandle hN = Objects.requireNonNull(call.result(1));
    TensorHandle cN = call.result(2);
    return results.of(new Tensor(output), new Tensor(hN), cN == null ? null : new Tensor(cN));
  }

  private static void add(CallArguments call, @Nullable Tensor tensor) {
    call.tensor(tensor == null ? null : tensor.handle());
  }

  private static void addElement(CallArguments call, @Nullable Tensor tensor) {
    if (tensor != null) {
      call.element(tensor.handle());
    }
  }
}
