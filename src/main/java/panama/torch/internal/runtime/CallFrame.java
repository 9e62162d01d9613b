package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.pt_call;
import panama.torch.internal.loading.NativeLibrary;

/**
 * The native memory of a thread's calls: the pt_call with the thread's modes and the slot for the
 * error, and scratch memory for arguments and results. Each thread has one, virtual threads
 * included, and uses it for one call at a time; a hook, which runs in the middle of a call, has a
 * frame of its own.
 */
public final class CallFrame {
  private static final ThreadLocal<CallFrame> CURRENT = ThreadLocal.withInitial(CallFrame::new);
  private static final long SCRATCH_BYTES = 2048;

  private final MemorySegment call;
  private final MemorySegment scratch;
  private final long address;
  private long used;

  /**
   * Memory of the latest call that the scratch memory is too small for, kept until the next one.
   */
  private final List<MemorySegment> large = new ArrayList<>();

  private Modes modes;

  /** Thrown by a hook while this frame's call was under way. */
  private @Nullable Throwable hookFailure;

  private CallFrame() {
    NativeLibrary.ensureLoaded();
    modes = Modes.INHERITED;
    // Automatic arenas: freed with the thread, and free to pass to native code.
    long callBytes = pt_call.layout().byteSize();
    MemorySegment memory = Arena.ofAuto().allocate(callBytes + SCRATCH_BYTES, 16);
    call = memory.asSlice(0, callBytes);
    scratch = memory.asSlice(callBytes);
    address = scratch.address();
    pt_call.modes(call, MemorySegment.NULL);
    pt_call.error(call, MemorySegment.NULL);
    Warnings.keep(call);
  }

  /** This thread's frame, its scratch memory empty. */
  public static CallFrame enter() {
    CallFrame frame = CURRENT.get();
    if (Warnings.areWaiting()) {
      Warnings.log();
    }
    frame.clear();
    return frame;
  }

  private void clear() {
    used = 0;
    if (!large.isEmpty()) {
      large.clear();
    }
  }

  /** This thread's frame, its scratch memory empty, whatever waits. */
  static CallFrame current() {
    CallFrame frame = CURRENT.get();
    frame.clear();
    return frame;
  }

  /** This thread's frame, as the call that it serves has left it. */
  static CallFrame interrupted() {
    return CURRENT.get();
  }

  /** A frame for calls in the middle of a call; {@link #resume} puts it in place, and back. */
  static CallFrame another() {
    return new CallFrame();
  }

  static void resume(CallFrame frame) {
    CURRENT.set(frame);
  }

  /** Keeps what a hook has thrown for the call that the hook has interrupted. Allocates nothing. */
  void hookFailed(Throwable failure) {
    hookFailure = failure;
  }

  /** Returns the pt_call, which is the last argument of native functions that can fail. */
  public MemorySegment call() {
    return call;
  }

  /** Returns the modes of this thread's calls. */
  Modes modes() {
    return modes;
  }

  /** Sets the modes of this thread's calls from now on. */
  void setModes(Modes modes) {
    this.modes = modes;
    pt_call.modes(call, modes.written());
  }

  /**
   * Reserves memory for values, not cleared.
   *
   * @return the address where it begins, for {@link #set}, {@link #getLong} and {@link #at}
   */
  public long reserve(long values) {
    long start = address + used;
    used += values * Value.BYTES;
    if (used > SCRATCH_BYTES) {
      throw new AssertionError(values + " values in one call");
    }
    return start;
  }

  /** In a class of its own, since it cannot be made where native access is denied. */
  private static final class Memory {
    /**
     * All of memory: a constant, so that compiled code accesses it without checks. For addresses in
     * the scratch memory of a frame alone.
     */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** Writes a pt_value. */
  void set(long target, int kind, long length, long payload) {
    Memory.ALL.set(JAVA_LONG, target, kind);
    Memory.ALL.set(JAVA_LONG, target + 8, length);
    Memory.ALL.set(JAVA_LONG, target + 16, payload);
  }

  long getLong(long source) {
    return Memory.ALL.get(JAVA_LONG, source);
  }

  /** Returns a pointer to reserved memory. */
  public MemorySegment at(long source) {
    return MemorySegment.ofAddress(source);
  }

  /** Memory for the duration of this call, eight-byte aligned, not cleared. */
  public MemorySegment allocate(long bytes) {
    long size = (bytes + 7) & -8L;
    if (size > SCRATCH_BYTES - used) {
      MemorySegment segment = Arena.ofAuto().allocate(Math.max(size, 8), 8);
      large.add(segment);
      return segment;
    }
    MemorySegment slice = scratch.asSlice(used, size);
    used += size;
    return slice;
  }

  public MemorySegment longs(long... values) {
    MemorySegment segment = allocate(values.length * JAVA_LONG.byteSize());
    for (int i = 0; i < values.length; i++) {
      segment.setAtIndex(JAVA_LONG, i, values[i]);
    }
    return segment;
  }

  public MemorySegment utf8(byte[] bytes) {
    return allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Room for {@code count} handles. */
  MemorySegment pointers(long count) {
    return allocate(count * ADDRESS.byteSize());
  }

  /** Takes ownership of a result that must not be absent. */
  public TensorHandle own(String operation, MemorySegment result, TensorHandle... arguments) {
    if (result.address() == 0) {
      throw failure(operation, List.of(arguments));
    }
    return new TensorHandle(result);
  }

  public void check(String operation, int status, TensorHandle... arguments) {
    if (status != 0) {
      throw failure(operation, List.of(arguments));
    }
  }

  public boolean failed() {
    return pt_call.error(call).address() != 0;
  }

  /** The exception for the error in the slot, which is emptied. */
  public RuntimeException failure(String operation, List<? extends TensorHandle> arguments) {
    MemorySegment taken = pt_call.error(call);
    pt_call.error(call, MemorySegment.NULL);
    Throwable ofHook = hookFailure;
    hookFailure = null;
    return NativeErrors.take(operation, arguments, taken, ofHook);
  }
}
