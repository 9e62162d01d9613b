package panama.torch.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/** Other views of a tensor, copies, and the choosing and joining of parts. */
public final class Views {
  private interface Sized {
    MemorySegment call(MemorySegment x, MemorySegment sizes, long count, MemorySegment error);
  }

  private Views() {}

  private static TensorHandle sized(String operation, TensorHandle x, long[] sizes, Sized call) {
    CallFrame frame = CallFrame.enter();
    MemorySegment longs = frame.longs(sizes);
    return Calls.unary(
        frame, operation, x, (px, error) -> call.call(px, longs, sizes.length, error));
  }

  public static TensorHandle view(TensorHandle x, long... sizes) {
    return sized("view", x, sizes, PanamaTorch::pt_view);
  }

  public static TensorHandle reshape(TensorHandle x, long... sizes) {
    return sized("reshape", x, sizes, PanamaTorch::pt_reshape);
  }

  public static TensorHandle expand(TensorHandle x, long... sizes) {
    return sized("expand", x, sizes, PanamaTorch::pt_expand);
  }

  public static TensorHandle permute(TensorHandle x, long... dims) {
    return sized("permute", x, dims, PanamaTorch::pt_permute);
  }

  public static TensorHandle transpose(TensorHandle x, long dim0, long dim1) {
    return Calls.unary(
        CallFrame.enter(),
        "transpose",
        x,
        (px, error) -> PanamaTorch.pt_transpose(px, dim0, dim1, error));
  }

  public static TensorHandle squeeze(TensorHandle x, long dim) {
    return Calls.unary(
        CallFrame.enter(), "squeeze", x, (px, error) -> PanamaTorch.pt_squeeze(px, dim, error));
  }

  public static TensorHandle unsqueeze(TensorHandle x, long dim) {
    return Calls.unary(
        CallFrame.enter(), "unsqueeze", x, (px, error) -> PanamaTorch.pt_unsqueeze(px, dim, error));
  }

  public static TensorHandle flatten(TensorHandle x, long startDim, long endDim) {
    return Calls.unary(
        CallFrame.enter(),
        "flatten",
        x,
        (px, error) -> PanamaTorch.pt_flatten(px, startDim, endDim, error));
  }

  public static TensorHandle select(TensorHandle x, long dim, long index) {
    return Calls.unary(
        CallFrame.enter(),
        "select",
        x,
        (px, error) -> PanamaTorch.pt_select(px, dim, index, error));
  }

  public static TensorHandle slice(TensorHandle x, long dim, long start, long end, long step) {
    return Calls.unary(
        CallFrame.enter(),
        "slice",
        x,
        (px, error) -> PanamaTorch.pt_slice(px, dim, start, end, step, error));
  }

  /** A null index takes the whole dimension. */
  public static TensorHandle index(TensorHandle x, List<? extends @Nullable TensorHandle> indices) {
    CallFrame frame = CallFrame.enter();
    return one(
        frame,
        "index",
        prepend(x, indices),
        (pointers, error) ->
            PanamaTorch.pt_index(
                pointers.get(ADDRESS, 0), pointers.asSlice(8), indices.size(), error));
  }

  /** A null index takes the whole dimension. */
  public static void indexPut(
      TensorHandle x,
      List<? extends @Nullable TensorHandle> indices,
      TensorHandle values,
      boolean accumulate) {
    CallFrame frame = CallFrame.enter();
    MemorySegment pv = values.acquire("indexPut_");
    try {
      Calls.many(
          frame,
          "indexPut_",
          prepend(x, indices),
          0,
          (pointers, results, error) ->
              PanamaTorch.pt_index_put_(
                  pointers.get(ADDRESS, 0),
                  pointers.asSlice(8),
                  indices.size(),
                  pv,
                  accumulate,
                  error));
    } finally {
      values.release();
    }
  }

  private static List<@Nullable TensorHandle> prepend(
      TensorHandle x, List<? extends @Nullable TensorHandle> rest) {
    List<@Nullable TensorHandle> all = new ArrayList<>(rest.size() + 1);
    all.add(x);
    all.addAll(rest);
    return all;
  }

  private interface FromMany {
    MemorySegment call(MemorySegment pointers, MemorySegment error);
  }

  /** Many tensors in, one out. */
  private static TensorHandle one(
      CallFrame frame,
      String operation,
      List<? extends @Nullable TensorHandle> tensors,
      FromMany call) {
    @Nullable TensorHandle[] result =
        Calls.many(
            frame,
            operation,
            tensors,
            1,
            (pointers, results, error) -> {
              MemorySegment made = call.call(pointers, error);
              results.set(ADDRESS, 0, made);
              return made.address() == 0 ? 1 : 0;
            });
    return Objects.requireNonNull(result[0]);
  }

  public static TensorHandle indexSelect(TensorHandle x, long dim, TensorHandle index) {
    return Calls.binary(
        CallFrame.enter(),
        "indexSelect",
        x,
        index,
        (px, pi, error) -> PanamaTorch.pt_index_select(px, dim, pi, error));
  }

  public static TensorHandle gather(TensorHandle x, long dim, TensorHandle index) {
    return Calls.binary(
        CallFrame.enter(),
        "gather",
        x,
        index,
        (px, pi, error) -> PanamaTorch.pt_gather(px, dim, pi, error));
  }

  public static TensorHandle maskedFill(TensorHandle x, TensorHandle mask, Value value) {
    CallFrame frame = CallFrame.enter();
    MemorySegment number = frame.value(value);
    return Calls.binary(
        frame,
        "maskedFill",
        x,
        mask,
        (px, pm, error) -> PanamaTorch.pt_masked_fill(px, pm, number, error));
  }

  public static TensorHandle where(TensorHandle condition, TensorHandle x, TensorHandle y) {
    return Calls.ternary(CallFrame.enter(), "where", condition, x, y, PanamaTorch::pt_where);
  }

  public static TensorHandle cat(List<TensorHandle> tensors, long dim) {
    return one(
        CallFrame.enter(),
        "cat",
        tensors,
        (pointers, error) -> PanamaTorch.pt_cat(pointers, tensors.size(), dim, error));
  }

  public static TensorHandle stack(List<TensorHandle> tensors, long dim) {
    return one(
        CallFrame.enter(),
        "stack",
        tensors,
        (pointers, error) -> PanamaTorch.pt_stack(pointers, tensors.size(), dim, error));
  }

  public static TensorHandle padSequence(
      List<TensorHandle> sequences, boolean batchFirst, double paddingValue, boolean left) {
    return one(
        CallFrame.enter(),
        "padSequence",
        sequences,
        (pointers, error) ->
            PanamaTorch.pt_pad_sequence(
                pointers, sequences.size(), batchFirst, paddingValue, left, error));
  }

  public static TensorHandle copy(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "clone", x, PanamaTorch::pt_clone);
  }

  public static TensorHandle contiguous(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "contiguous", x, PanamaTorch::pt_contiguous);
  }

  public static TensorHandle detach(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "detach", x, PanamaTorch::pt_detach);
  }

  public static TensorHandle to(TensorHandle x, Options options, boolean copy) {
    CallFrame frame = CallFrame.enter();
    MemorySegment written = options.write(frame);
    return Calls.unary(frame, "to", x, (px, error) -> PanamaTorch.pt_to(px, written, copy, error));
  }

  public static void copyFrom(TensorHandle x, TensorHandle source) {
    Calls.effect(CallFrame.enter(), "copy_", x, source, PanamaTorch::pt_copy_);
  }

  public static void fill(TensorHandle x, Value value) {
    CallFrame frame = CallFrame.enter();
    MemorySegment number = frame.value(value);
    Calls.effect(frame, "fill_", x, (px, error) -> PanamaTorch.pt_fill_(px, number, error));
  }
}
