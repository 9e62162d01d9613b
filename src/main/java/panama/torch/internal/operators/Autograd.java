package panama.torch.internal.operators;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.runtime.CallFrame;
import panama.torch.internal.runtime.Calls;
import panama.torch.internal.runtime.TensorHandle;
import panama.torch.internal.runtime.Value;

/** Automatic differentiation. */
public final class Autograd {
  private Autograd() {}

  /** Sets whether a leaf requires a gradient. */
  public static void setRequiresGrad(TensorHandle x, boolean requiresGrad) {
    Calls.effect(
        CallFrame.enter(),
        "requiresGrad_",
        x,
        (px, call) -> PanamaTorch.pt_tensor_set_requires_grad_(px, requiresGrad, call));
  }

  /** Computes gradients and accumulates them in the leaves. */
  public static void backward(
      TensorHandle x, @Nullable TensorHandle gradient, boolean retainGraph, boolean createGraph) {
    withOptional(
        "backward",
        x,
        gradient,
        (px, pg, call) -> PanamaTorch.pt_tensor_backward(px, pg, retainGraph, createGraph, call));
  }

  /**
   * Returns the name of the operation that made a tensor, a string; {@link Value.None} for a leaf.
   */
  public static Value gradFn(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    long name = frame.reserve(1);
    Calls.effect(
        frame, "gradFn", x, (px, call) -> PanamaTorch.pt_tensor_grad_fn(px, frame.at(name), call));
    return Value.take(name, frame);
  }

  /** Returns the accumulated gradient; null if there is none. */
  public static @Nullable TensorHandle grad(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    MemorySegment px = x.acquire("grad");
    try {
      MemorySegment grad = PanamaTorch.pt_tensor_grad(px, frame.call());
      if (grad.address() != 0) {
        return frame.own("grad", grad, x);
      }
      if (frame.failed()) {
        throw frame.failure("grad", List.of(x));
      }
      return null;
    } finally {
      x.release();
    }
  }

  /** Replaces the accumulated gradient; null removes it. */
  public static void setGrad(TensorHandle x, @Nullable TensorHandle grad) {
    withOptional("setGrad", x, grad, PanamaTorch::pt_tensor_set_grad_);
  }

  private static void withOptional(
      String operation, TensorHandle x, @Nullable TensorHandle y, Calls.BinaryEffect function) {
    if (y == null) {
      Calls.effect(
          CallFrame.enter(),
          operation,
          x,
          (px, call) -> function.call(px, MemorySegment.NULL, call));
    } else {
      Calls.effect(CallFrame.enter(), operation, x, y, function);
    }
  }

  /** Returns the gradients of the outputs with respect to the inputs; null for an unused input. */
  public static @Nullable TensorHandle[] grad(
      List<TensorHandle> outputs,
      List<TensorHandle> inputs,
      List<? extends @Nullable TensorHandle> gradOutputs,
      boolean retainGraph,
      boolean createGraph,
      boolean allowUnused) {
    List<@Nullable TensorHandle> all = new ArrayList<>(outputs);
    all.addAll(inputs);
    all.addAll(gradOutputs);
    long bytes = ADDRESS.byteSize();
    return Calls.many(
        CallFrame.enter(),
        "grad",
        all,
        inputs.size(),
        (pointers, results, call) ->
            PanamaTorch.pt_autograd_grad(
                pointers,
                outputs.size(),
                pointers.asSlice(outputs.size() * bytes),
                inputs.size(),
                gradOutputs.isEmpty()
                    ? MemorySegment.NULL
                    : pointers.asSlice((outputs.size() + inputs.size()) * bytes),
                retainGraph,
                createGraph,
                allowUnused,
                results,
                call));
  }
}
