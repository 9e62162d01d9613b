package panama.torch.internal.operators;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_recurrent;
import panama.torch.internal.runtime.CallFrame;
import panama.torch.internal.runtime.Calls;
import panama.torch.internal.runtime.TensorHandle;

/** RNN, GRU and LSTM over padded and packed input; packing and unpacking. */
public final class Recurrent {
  /** pt_cell. */
  public enum Cell {
    RNN_TANH(PanamaTorch.PT_RNN_TANH()),
    RNN_RELU(PanamaTorch.PT_RNN_RELU()),
    GRU(PanamaTorch.PT_GRU());

    private final int code;

    Cell(int code) {
      this.code = code;
    }
  }

  /** pt_recurrent: what all recurrent layers share. */
  public record Config(
      long numLayers,
      double dropout,
      boolean hasBiases,
      boolean training,
      boolean bidirectional,
      boolean batchFirst) {
    private MemorySegment write(CallFrame frame) {
      MemorySegment segment = frame.allocate(pt_recurrent.layout().byteSize());
      pt_recurrent.num_layers(segment, numLayers);
      pt_recurrent.dropout(segment, dropout);
      pt_recurrent.has_biases(segment, hasBiases);
      pt_recurrent.training(segment, training);
      pt_recurrent.bidirectional(segment, bidirectional);
      pt_recurrent.batch_first(segment, batchFirst);
      return segment;
    }
  }

  private Recurrent() {}

  /**
   * RNN or GRU.
   *
   * @param batchSizes of packed input; null for padded input
   * @return output and h_n
   */
  public static TensorHandle[] rnn(
      Cell cell,
      TensorHandle input,
      @Nullable TensorHandle batchSizes,
      TensorHandle h0,
      List<TensorHandle> parameters,
      Config config) {
    CallFrame frame = CallFrame.enter();
    MemorySegment written = config.write(frame);
    List<TensorHandle> all = arguments(parameters, input, batchSizes, h0);
    int count = parameters.size();
    return present(
        Calls.many(
            frame,
            cell.name().toLowerCase(Locale.ROOT),
            all,
            2,
            (p, results, call) ->
                batchSizes == null
                    ? PanamaTorch.pt_rnn(
                        cell.code,
                        p.getAtIndex(ADDRESS, count),
                        p.getAtIndex(ADDRESS, count + 1),
                        p,
                        count,
                        written,
                        results,
                        call)
                    : PanamaTorch.pt_rnn_packed(
                        cell.code,
                        p.getAtIndex(ADDRESS, count),
                        p.getAtIndex(ADDRESS, count + 1),
                        p.getAtIndex(ADDRESS, count + 2),
                        p,
                        count,
                        written,
                        results,
                        call)));
  }

  /**
   * LSTM.
   *
   * @param batchSizes of packed input; null for padded input
   * @return output, h_n and c_n
   */
  public static TensorHandle[] lstm(
      TensorHandle input,
      @Nullable TensorHandle batchSizes,
      TensorHandle h0,
      TensorHandle c0,
      List<TensorHandle> parameters,
      Config config) {
    CallFrame frame = CallFrame.enter();
    MemorySegment written = config.write(frame);
    List<TensorHandle> all = arguments(parameters, input, batchSizes, h0, c0);
    int count = parameters.size();
    return present(
        Calls.many(
            frame,
            "lstm",
            all,
            3,
            (p, results, call) ->
                batchSizes == null
                    ? PanamaTorch.pt_lstm(
                        p.getAtIndex(ADDRESS, count),
                        p.getAtIndex(ADDRESS, count + 1),
                        p.getAtIndex(ADDRESS, count + 2),
                        p,
                        count,
                        written,
                        results,
                        call)
                    : PanamaTorch.pt_lstm_packed(
                        p.getAtIndex(ADDRESS, count),
                        p.getAtIndex(ADDRESS, count + 1),
                        p.getAtIndex(ADDRESS, count + 2),
                        p.getAtIndex(ADDRESS, count + 3),
                        p,
                        count,
                        written,
                        results,
                        call)));
  }

  /** The parameters first, so that they stand in one array; then the others that are there. */
  private static List<TensorHandle> arguments(
      List<TensorHandle> parameters, @Nullable TensorHandle... others) {
    List<TensorHandle> all = new ArrayList<>(parameters);
    for (TensorHandle other : others) {
      if (other != null) {
        all.add(other);
      }
    }
    return all;
  }

  private static TensorHandle[] present(@Nullable TensorHandle[] results) {
    return Arrays.stream(results).map(Objects::requireNonNull).toArray(TensorHandle[]::new);
  }

  /** Data and batch sizes. */
  public static TensorHandle[] packPadded(
      TensorHandle x, TensorHandle lengths, boolean batchFirst) {
    return present(
        Calls.many(
            CallFrame.enter(),
            "packPaddedSequence",
            List.of(x, lengths),
            2,
            (p, results, call) ->
                PanamaTorch.pt_pack_padded_sequence(
                    p.get(ADDRESS, 0), p.get(ADDRESS, 8), batchFirst, results, call)));
  }

  /** Padded data and lengths. */
  public static TensorHandle[] padPacked(
      TensorHandle data,
      TensorHandle batchSizes,
      boolean batchFirst,
      double paddingValue,
      long totalLength) {
    return present(
        Calls.many(
            CallFrame.enter(),
            "padPackedSequence",
            List.of(data, batchSizes),
            2,
            (p, results, call) ->
                PanamaTorch.pt_pad_packed_sequence(
                    p.get(ADDRESS, 0),
                    p.get(ADDRESS, 8),
                    batchFirst,
                    paddingValue,
                    totalLength,
                    results,
                    call)));
  }
}
