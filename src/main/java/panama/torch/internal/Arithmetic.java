package panama.torch.internal;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;

/** Elementwise arithmetic and comparison, the matrix product, reductions. */
public final class Arithmetic {
  private interface Reduction {
    MemorySegment call(
        MemorySegment x, MemorySegment dims, long count, boolean keepdim, MemorySegment error);
  }

  private Arithmetic() {}

  private static TensorHandle withNumber(
      String operation, TensorHandle a, Value b, Calls.Binary call) {
    CallFrame frame = CallFrame.enter();
    MemorySegment number = frame.value(b);
    return Calls.unary(frame, operation, a, (pa, error) -> call.call(pa, number, error));
  }

  private static void withNumberInPlace(
      String operation, TensorHandle a, Value b, Calls.BinaryEffect call) {
    CallFrame frame = CallFrame.enter();
    MemorySegment number = frame.value(b);
    Calls.effect(frame, operation, a, (pa, error) -> call.call(pa, number, error));
  }

  private static TensorHandle reduce(
      String operation, TensorHandle x, long[] dims, boolean keepdim, Reduction call) {
    CallFrame frame = CallFrame.enter();
    MemorySegment longs = frame.longs(dims);
    return Calls.unary(
        frame, operation, x, (px, error) -> call.call(px, longs, dims.length, keepdim, error));
  }

  public static TensorHandle add(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "add", a, b, PanamaTorch::pt_add);
  }

  public static TensorHandle sub(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "sub", a, b, PanamaTorch::pt_sub);
  }

  public static TensorHandle mul(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "mul", a, b, PanamaTorch::pt_mul);
  }

  public static TensorHandle div(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "div", a, b, PanamaTorch::pt_div);
  }

  public static TensorHandle pow(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "pow", a, b, PanamaTorch::pt_pow);
  }

  public static TensorHandle matmul(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "matmul", a, b, PanamaTorch::pt_matmul);
  }

  public static TensorHandle eq(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "eq", a, b, PanamaTorch::pt_eq);
  }

  public static TensorHandle ne(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "ne", a, b, PanamaTorch::pt_ne);
  }

  public static TensorHandle lt(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "lt", a, b, PanamaTorch::pt_lt);
  }

  public static TensorHandle le(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "le", a, b, PanamaTorch::pt_le);
  }

  public static TensorHandle gt(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "gt", a, b, PanamaTorch::pt_gt);
  }

  public static TensorHandle ge(TensorHandle a, TensorHandle b) {
    return Calls.binary(CallFrame.enter(), "ge", a, b, PanamaTorch::pt_ge);
  }

  public static TensorHandle add(TensorHandle a, Value b) {
    return withNumber("add", a, b, PanamaTorch::pt_add_scalar);
  }

  public static TensorHandle sub(TensorHandle a, Value b) {
    return withNumber("sub", a, b, PanamaTorch::pt_sub_scalar);
  }

  public static TensorHandle mul(TensorHandle a, Value b) {
    return withNumber("mul", a, b, PanamaTorch::pt_mul_scalar);
  }

  public static TensorHandle div(TensorHandle a, Value b) {
    return withNumber("div", a, b, PanamaTorch::pt_div_scalar);
  }

  public static TensorHandle pow(TensorHandle a, Value b) {
    return withNumber("pow", a, b, PanamaTorch::pt_pow_scalar);
  }

  public static TensorHandle eq(TensorHandle a, Value b) {
    return withNumber("eq", a, b, PanamaTorch::pt_eq_scalar);
  }

  public static TensorHandle ne(TensorHandle a, Value b) {
    return withNumber("ne", a, b, PanamaTorch::pt_ne_scalar);
  }

  public static TensorHandle lt(TensorHandle a, Value b) {
    return withNumber("lt", a, b, PanamaTorch::pt_lt_scalar);
  }

  public static TensorHandle le(TensorHandle a, Value b) {
    return withNumber("le", a, b, PanamaTorch::pt_le_scalar);
  }

  public static TensorHandle gt(TensorHandle a, Value b) {
    return withNumber("gt", a, b, PanamaTorch::pt_gt_scalar);
  }

  public static TensorHandle ge(TensorHandle a, Value b) {
    return withNumber("ge", a, b, PanamaTorch::pt_ge_scalar);
  }

  public static void addInPlace(TensorHandle a, TensorHandle b) {
    Calls.effect(CallFrame.enter(), "add_", a, b, PanamaTorch::pt_add_);
  }

  public static void subInPlace(TensorHandle a, TensorHandle b) {
    Calls.effect(CallFrame.enter(), "sub_", a, b, PanamaTorch::pt_sub_);
  }

  public static void mulInPlace(TensorHandle a, TensorHandle b) {
    Calls.effect(CallFrame.enter(), "mul_", a, b, PanamaTorch::pt_mul_);
  }

  public static void divInPlace(TensorHandle a, TensorHandle b) {
    Calls.effect(CallFrame.enter(), "div_", a, b, PanamaTorch::pt_div_);
  }

  public static void addInPlace(TensorHandle a, Value b) {
    withNumberInPlace("add_", a, b, PanamaTorch::pt_add_scalar_);
  }

  public static void mulInPlace(TensorHandle a, Value b) {
    withNumberInPlace("mul_", a, b, PanamaTorch::pt_mul_scalar_);
  }

  public static TensorHandle neg(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "neg", x, PanamaTorch::pt_neg);
  }

  public static TensorHandle abs(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "abs", x, PanamaTorch::pt_abs);
  }

  public static TensorHandle exp(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "exp", x, PanamaTorch::pt_exp);
  }

  public static TensorHandle log(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "log", x, PanamaTorch::pt_log);
  }

  public static TensorHandle sqrt(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "sqrt", x, PanamaTorch::pt_sqrt);
  }

  public static TensorHandle relu(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "relu", x, PanamaTorch::pt_relu);
  }

  public static TensorHandle tanh(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "tanh", x, PanamaTorch::pt_tanh);
  }

  public static TensorHandle sigmoid(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "sigmoid", x, PanamaTorch::pt_sigmoid);
  }

  public static TensorHandle sum(TensorHandle x, long[] dims, boolean keepdim) {
    return reduce("sum", x, dims, keepdim, PanamaTorch::pt_sum);
  }

  public static TensorHandle mean(TensorHandle x, long[] dims, boolean keepdim) {
    return reduce("mean", x, dims, keepdim, PanamaTorch::pt_mean);
  }

  public static TensorHandle amax(TensorHandle x, long[] dims, boolean keepdim) {
    return reduce("amax", x, dims, keepdim, PanamaTorch::pt_amax);
  }

  public static TensorHandle amin(TensorHandle x, long[] dims, boolean keepdim) {
    return reduce("amin", x, dims, keepdim, PanamaTorch::pt_amin);
  }

  public static TensorHandle argmax(TensorHandle x) {
    return Calls.unary(CallFrame.enter(), "argmax", x, PanamaTorch::pt_argmax);
  }

  public static TensorHandle argmax(TensorHandle x, long dim, boolean keepdim) {
    return Calls.unary(
        CallFrame.enter(),
        "argmax",
        x,
        (px, error) -> PanamaTorch.pt_argmax_dim(px, dim, keepdim, error));
  }
}
