package panama.torch.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/** Gradients, and the modes that say whether they are recorded. */
public final class Autograd {
  private Autograd() {}

  public static boolean gradMode() {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_grad_mode();
  }

  /** Returns what it was. */
  public static boolean setGradMode(boolean enabled) {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_set_grad_mode(enabled);
  }

  /** Inference mode on this thread, from making to leaving. */
  public static final class InferenceMode {
    private final MemorySegment address;

    private InferenceMode(MemorySegment address) {
      this.address = address;
    }

    public static InferenceMode enter() {
      CallFrame frame = CallFrame.enter();
      MemorySegment address = PanamaTorch.pt_inference_mode_enter(frame.error());
      if (address.address() == 0) {
        throw frame.failure("inferenceMode", List.of());
      }
      return new InferenceMode(address);
    }

    /** To be called once, on the thread that entered. */
    public void leave() {
      PanamaTorch.pt_inference_mode_leave(address);
    }
  }

  public static void setRequiresGrad(TensorHandle x, boolean requiresGrad) {
    Calls.effect(
        CallFrame.enter(),
        "requiresGrad_",
        x,
        (px, error) -> PanamaTorch.pt_tensor_set_requires_grad_(px, requiresGrad, error));
  }

  public static void backward(
      TensorHandle x, @Nullable TensorHandle gradient, boolean retainGraph, boolean createGraph) {
    withOptional(
        "backward",
        x,
        gradient,
        (px, pg, error) -> PanamaTorch.pt_tensor_backward(px, pg, retainGraph, createGraph, error));
  }

  /** The operation that a recorded result came from: Text, or None for a leaf. */
  public static Value gradFn(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    MemorySegment name = frame.allocate(Value.BYTES);
    Calls.effect(frame, "gradFn", x, (px, error) -> PanamaTorch.pt_tensor_grad_fn(px, name, error));
    return Value.take(name);
  }

  /** Null where there is none. */
  public static @Nullable TensorHandle grad(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    MemorySegment px = x.acquire("grad");
    try {
      MemorySegment grad = PanamaTorch.pt_tensor_grad(px, frame.error());
      if (grad.address() != 0) {
        return new TensorHandle(grad);
      }
      if (frame.failed()) {
        throw frame.failure("grad", List.of(x));
      }
      return null;
    } finally {
      x.release();
    }
  }

  public static void setGrad(TensorHandle x, @Nullable TensorHandle grad) {
    withOptional("setGrad", x, grad, PanamaTorch::pt_tensor_set_grad_);
  }

  private static void withOptional(
      String operation, TensorHandle x, @Nullable TensorHandle y, Calls.BinaryEffect call) {
    if (y == null) {
      Calls.effect(
          CallFrame.enter(), operation, x, (px, error) -> call.call(px, MemorySegment.NULL, error));
    } else {
      Calls.effect(CallFrame.enter(), operation, x, y, call);
    }
  }

  /** One result per input, null where unused. */
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
        (pointers, results, error) ->
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
                error));
  }
}
