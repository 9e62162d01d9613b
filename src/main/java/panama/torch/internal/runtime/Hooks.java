package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_grad_hook;
import panama.torch.internal.ffi.pt_hook_release;

/**
 * Gradient hooks: the only calls from native code into Java.
 *
 * <p>An exception that reached a native frame would end the JVM. Therefore nothing outside of the
 * one {@code try} in {@link #call} allocates or can fail; handles are passed as numbers, which need
 * no objects; and the shim does not call a hook with little stack left. The exception of a hook is
 * stored in the frame of the call whose backward pass runs the hook, and thrown by that call. See
 * docs/decisions/0014-no-exception-leaves-a-gradient-hook.md.
 */
public final class Hooks {
  private static final long UNCHANGED = 0;

  // A constant: after a hook has failed, even calling a method could fail.
  private static final long FAILED = PanamaTorch.PT_HOOK_FAILED();

  // Never freed, since graphs may outlive any Java object.
  private static final MemorySegment CALL = pt_grad_hook.allocate(Hooks::call, Arena.global());
  private static final MemorySegment RELEASE =
      pt_hook_release.allocate(Hooks::released, Arena.global());

  private static final Registered REGISTERED = new Registered();

  private Hooks() {}

  /** The hooks by id. Finding and removing one allocates nothing. */
  private static final class Registered {
    private @Nullable Function<TensorHandle, @Nullable TensorHandle>[] hooks = array(16);
    private final BitSet used = new BitSet();

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable Function<TensorHandle, @Nullable TensorHandle>[] array(int length) {
      return new Function[length];
    }

    synchronized int add(Function<TensorHandle, @Nullable TensorHandle> hook) {
      int id = used.nextClearBit(0);
      if (id == hooks.length) {
        hooks = Arrays.copyOf(hooks, 2 * id);
      }
      used.set(id);
      hooks[id] = hook;
      return id;
    }

    synchronized Function<TensorHandle, @Nullable TensorHandle> get(int id) {
      return Objects.requireNonNull(hooks[id]);
    }

    synchronized void remove(int id) {
      hooks[id] = null;
      used.clear(id);
    }
  }

  /**
   * Registers a function to be called with the gradient of a tensor.
   *
   * @param hook owns its argument; returns another gradient, of which it stays the owner, or null
   * @return the position of the hook, for {@link #remove}
   */
  public static long register(TensorHandle x, Function<TensorHandle, @Nullable TensorHandle> hook) {
    CallFrame frame = CallFrame.enter();
    MemorySegment position = frame.allocate(JAVA_LONG.byteSize());
    int id = REGISTERED.add(hook);
    boolean registered = false;
    try {
      Calls.effect(
          frame,
          "registerHook",
          x,
          (px, call) -> PanamaTorch.pt_tensor_register_hook(px, CALL, RELEASE, id, position, call));
      registered = true;
    } finally {
      if (!registered) {
        REGISTERED.remove(id);
      }
    }
    return position.get(JAVA_LONG, 0);
  }

  /** Removes a hook of a tensor. */
  public static void remove(TensorHandle x, long position) {
    Calls.effect(
        CallFrame.enter(),
        "removeHook",
        x,
        (px, call) -> PanamaTorch.pt_tensor_remove_hook(px, position, call));
  }

  private static long call(long id, long grad) {
    CallFrame suspended = null;
    try {
      // This thread is in a call, whose frame must not change.
      suspended = CallFrame.suspended();
      CallFrame.resume(CallFrame.another());
      return run((int) id, grad);
    } catch (Throwable e) {
      if (suspended != null) {
        suspended.hookFailed(e);
      }
      return FAILED;
    } finally {
      if (suspended != null) {
        CallFrame.resume(suspended);
      }
    }
  }

  private static long run(int id, long grad) {
    CallFrame frame = CallFrame.enter();
    MemorySegment shared = PanamaTorch.pt_tensor_share(MemorySegment.ofAddress(grad), frame.call());
    TensorHandle other = REGISTERED.get(id).apply(frame.own("hook", shared));
    return other == null ? UNCHANGED : share(other);
  }

  /** Returns a new handle, which native code frees. */
  private static long share(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    MemorySegment px = x.acquire("hook");
    try {
      MemorySegment shared = PanamaTorch.pt_tensor_share(px, frame.call());
      if (shared.address() == 0) {
        throw frame.failure("hook", List.of(x));
      }
      return shared.address();
    } finally {
      x.release();
    }
  }

  private static void released(long id) {
    REGISTERED.remove((int) id);
  }
}
