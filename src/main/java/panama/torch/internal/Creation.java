package panama.torch.internal;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;

/** Tensors out of nothing, out of numbers, out of chance. */
public final class Creation {
  private interface Factory {
    MemorySegment make(MemorySegment sizes, long dim, MemorySegment options, MemorySegment error);
  }

  private Creation() {}

  private static TensorHandle make(
      String operation, long[] sizes, Options options, Factory factory) {
    CallFrame frame = CallFrame.enter();
    return frame.own(
        operation,
        factory.make(frame.longs(sizes), sizes.length, options.write(frame), frame.error()));
  }

  public static TensorHandle empty(long[] sizes, Options options) {
    return make("empty", sizes, options, PanamaTorch::pt_empty);
  }

  public static TensorHandle zeros(long[] sizes, Options options) {
    return make("zeros", sizes, options, PanamaTorch::pt_zeros);
  }

  public static TensorHandle ones(long[] sizes, Options options) {
    return make("ones", sizes, options, PanamaTorch::pt_ones);
  }

  public static TensorHandle rand(long[] sizes, Options options) {
    return make("rand", sizes, options, PanamaTorch::pt_rand);
  }

  public static TensorHandle randn(long[] sizes, Options options) {
    return make("randn", sizes, options, PanamaTorch::pt_randn);
  }

  public static TensorHandle full(long[] sizes, Value value, Options options) {
    CallFrame frame = CallFrame.enter();
    return frame.own(
        "full",
        PanamaTorch.pt_full(
            frame.longs(sizes),
            sizes.length,
            frame.value(value),
            options.write(frame),
            frame.error()));
  }

  public static TensorHandle arange(Value start, Value end, Value step, Options options) {
    CallFrame frame = CallFrame.enter();
    return frame.own(
        "arange",
        PanamaTorch.pt_arange(
            frame.value(start),
            frame.value(end),
            frame.value(step),
            options.write(frame),
            frame.error()));
  }

  public static TensorHandle eye(long n, Options options) {
    CallFrame frame = CallFrame.enter();
    return frame.own("eye", PanamaTorch.pt_eye(n, options.write(frame), frame.error()));
  }

  public static TensorHandle randint(long low, long high, long[] sizes, Options options) {
    CallFrame frame = CallFrame.enter();
    return frame.own(
        "randint",
        PanamaTorch.pt_randint(
            low, high, frame.longs(sizes), sizes.length, options.write(frame), frame.error()));
  }

  public static TensorHandle randperm(long n, Options options) {
    CallFrame frame = CallFrame.enter();
    return frame.own("randperm", PanamaTorch.pt_randperm(n, options.write(frame), frame.error()));
  }

  /** A copy of {@code data}, which must be native memory. */
  public static TensorHandle fromData(MemorySegment data, long[] sizes, Options options) {
    Data.checkAccess("tensor", data);
    CallFrame frame = CallFrame.enter();
    return frame.own(
        "tensor",
        PanamaTorch.pt_from_data(
            data,
            data.byteSize(),
            frame.longs(sizes),
            sizes.length,
            options.write(frame),
            frame.error()));
  }

  public static void uniform(TensorHandle x, double from, double to) {
    Calls.effect(
        CallFrame.enter(),
        "uniform_",
        x,
        (px, error) -> PanamaTorch.pt_uniform_(px, from, to, error));
  }

  public static void normal(TensorHandle x, double mean, double std) {
    Calls.effect(
        CallFrame.enter(),
        "normal_",
        x,
        (px, error) -> PanamaTorch.pt_normal_(px, mean, std, error));
  }
}
