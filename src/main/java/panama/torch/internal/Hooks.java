package panama.torch.internal;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_grad_hook;
import panama.torch.internal.ffi.pt_hook_release;

/**
 * The one place where native code calls into Java: hooks on gradients, which are rare and wanted.
 * No exception crosses a native frame: it waits here under the hook's number, and the backward pass
 * that fails for it throws it.
 */
public final class Hooks {
  private static final Map<Long, Function<TensorHandle, @Nullable TensorHandle>> HOOKS =
      new ConcurrentHashMap<>();
  private static final Map<Long, Throwable> FAILURES = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  // For the whole life of the process: graphs may outlive any object of ours.
  private static final MemorySegment CALL = pt_grad_hook.allocate(Hooks::call, Arena.global());
  private static final MemorySegment RELEASE =
      pt_hook_release.allocate(Hooks::released, Arena.global());

  private Hooks() {}

  /**
   * Has a function called with the gradient of a tensor.
   *
   * @param hook owns what it is given; gives another gradient, which it keeps owning, or null
   * @return the place of the hook, for {@link #remove}
   */
  public static long register(TensorHandle x, Function<TensorHandle, @Nullable TensorHandle> hook) {
    long id = NEXT.getAndIncrement();
    CallFrame frame = CallFrame.enter();
    MemorySegment position = frame.allocate(JAVA_LONG.byteSize());
    HOOKS.put(id, hook);
    boolean registered = false;
    try {
      Calls.effect(
          frame,
          "registerHook",
          x,
          (px, error) ->
              PanamaTorch.pt_tensor_register_hook(px, CALL, RELEASE, id, position, error));
      registered = true;
    } finally {
      if (!registered) {
        HOOKS.remove(id);
      }
    }
    return position.get(JAVA_LONG, 0);
  }

  public static void remove(TensorHandle x, long position) {
    Calls.effect(
        CallFrame.enter(),
        "removeHook",
        x,
        (px, error) -> PanamaTorch.pt_tensor_remove_hook(px, position, error));
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  private static MemorySegment call(long id, MemorySegment grad, MemorySegment failed) {
    // This thread is in the middle of a call, whose frame must stay as it is.
    CallFrame interrupted = CallFrame.suspend();
    try {
      Function<TensorHandle, @Nullable TensorHandle> hook = HOOKS.get(id);
      CallFrame frame = CallFrame.enter();
      TensorHandle given =
          frame.own("hook", PanamaTorch.pt_tensor_share(grad, frame.error()), new TensorHandle[0]);
      TensorHandle other = hook == null ? null : hook.apply(given);
      return other == null ? MemorySegment.NULL : share(other);
    } catch (Throwable e) {
      FAILURES.put(id, e);
      failed.reinterpret(1).set(JAVA_BOOLEAN, 0, true);
      return MemorySegment.NULL;
    } finally {
      CallFrame.resume(interrupted);
    }
  }

  /** A handle of its own, for native code to end. */
  private static MemorySegment share(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    MemorySegment px = x.acquire("hook");
    try {
      MemorySegment shared = PanamaTorch.pt_tensor_share(px, frame.error());
      if (shared.address() == 0) {
        throw frame.failure("hook", List.of(x));
      }
      return shared;
    } finally {
      x.release();
    }
  }

  private static void released(long id) {
    HOOKS.remove(id);
    FAILURES.remove(id);
  }

  /** What a hook has thrown. */
  static Throwable takeFailure(long id) {
    Throwable failure = FAILURES.remove(id);
    return failure == null ? new IllegalStateException("hook " + id + " failed") : failure;
  }
}
