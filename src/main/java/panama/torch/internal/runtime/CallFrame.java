package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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
 * The native memory of a thread's calls: the pt_call, which has the thread's modes and the slot for
 * the error, and scratch memory for arguments and results. Each thread has one frame, virtual
 * threads included, and uses it for one call at a time. A gradient hook runs during a call, and
 * makes its own calls with a second frame.
 */
public final class CallFrame {
  private static final ThreadLocal<CallFrame> CURRENT = ThreadLocal.withInitial(CallFrame::new);
  private static final long SCRATCH_BYTES = 2048;

  private final MemorySegment call;
  private final MemorySegment scratch;
  private final long address;
  private long used;

  /**
   * Segments that the latest call needed beyond the scratch memory, reachable until the next call.
   */
  private final List<MemorySegment> large = new ArrayList<>();

  private final CallArguments arguments = new CallArguments(this);
  private Modes modes;

  /** The exception that a hook has thrown during this frame's call. */
  private @Nullable Throwable hookFailure;

  private CallFrame() {
    NativeLibrary.ensureLoaded();
    NativeErrors.link();
    modes = Modes.INHERITED;
    // An automatic arena: freed when the thread is unreachable, and accessible from any thread.
    long callBytes = pt_call.layout().byteSize();
    MemorySegment memory = Arena.ofAuto().allocate(callBytes + SCRATCH_BYTES, 16);
    call = memory.asSlice(0, callBytes);
    scratch = memory.asSlice(callBytes);
    address = scratch.address();
    pt_call.modes(call, MemorySegment.NULL);
    pt_call.error(call, MemorySegment.NULL);
  }

  /** Returns this thread's frame with empty scratch memory, and logs pending warnings first. */
  public static CallFrame enter() {
    CallFrame frame = CURRENT.get();
    if (Warnings.arePending()) {
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

  /** Returns this thread's frame with empty scratch memory. */
  static CallFrame current() {
    CallFrame frame = CURRENT.get();
    frame.clear();
    return frame;
  }

  /** Returns this thread's frame as it is, during the call that it is used for. */
  static CallFrame suspended() {
    return CURRENT.get();
  }

  /** Returns a new frame, for calls that a hook makes. {@link #resume} makes it the current one. */
  static CallFrame another() {
    return new CallFrame();
  }

  /** Makes a frame the current one of this thread. */
  static void resume(CallFrame frame) {
    CURRENT.set(frame);
  }

  /** Stores the exception of a hook for the call during which the hook ran. Allocates nothing. */
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
    pt_call.modes(call, modes.nativeCopy());
  }

  /**
   * Reserves memory for {@link Value}s, which is not cleared.
   *
   * @return the address where it begins, for {@link #set}, {@link #getLong} and {@link #at}
   */
  public long reserve(long values) {
    return reserveBytes(values * Value.BYTES);
  }

  /** Reserves memory, a multiple of eight bytes, which is not cleared. See {@link #reserve}. */
  long reserveBytes(long bytes) {
    if (bytes > SCRATCH_BYTES - used) {
      return allocate(bytes).address();
    }
    long start = address + used;
    used += bytes;
    return start;
  }

  /**
   * Starts the arguments of a call.
   *
   * @param operation the name of the call in errors
   * @param count the number of arguments
   * @param resultCount the number of results
   */
  public CallArguments arguments(String operation, int count, int resultCount) {
    return arguments.start(operation, count, resultCount);
  }

  /** A class of its own, since its initialization fails where native access is denied. */
  private static final class Memory {
    /**
     * The whole address space. A constant, so that compiled code accesses it without checks. Only
     * for addresses in memory that a frame has reserved or that a held tensor keeps valid.
     */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** Writes a pt_value. */
  void set(long target, int kind, long length, long payload) {
    Memory.ALL.set(JAVA_LONG, target, kind);
    Memory.ALL.set(JAVA_LONG, target + 8, length);
    Memory.ALL.set(JAVA_LONG, target + 16, payload);
  }

  /** Writes a pointer. */
  void setPointer(long target, long pointer) {
    Memory.ALL.set(JAVA_LONG, target, pointer);
  }

  /** Reads a number from reserved memory, or from memory that a held tensor keeps valid. */
  long getLong(long source) {
    return Memory.ALL.get(JAVA_LONG, source);
  }

  /** Reads a number from reserved memory. */
  int getInt(long source) {
    return Memory.ALL.get(JAVA_INT, source);
  }

  /** Returns a pointer to reserved memory. */
  public MemorySegment at(long source) {
    return MemorySegment.ofAddress(source);
  }

  /** Allocates memory for the duration of this call, aligned to eight bytes and not cleared. */
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

  /** Returns a native array of these numbers. */
  public MemorySegment longs(long... values) {
    MemorySegment segment = allocate(values.length * JAVA_LONG.byteSize());
    for (int i = 0; i < values.length; i++) {
      segment.setAtIndex(JAVA_LONG, i, values[i]);
    }
    return segment;
  }

  /** Returns a native copy of these bytes. */
  public MemorySegment utf8(byte[] bytes) {
    return allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  /** Returns the text in UTF-8. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Allocates an array of {@code count} pointers, not cleared. */
  MemorySegment pointers(long count) {
    return allocate(count * ADDRESS.byteSize());
  }

  /** Takes ownership of a result; throws the error of the call if it is NULL. */
  public TensorHandle own(String operation, MemorySegment result, TensorHandle... arguments) {
    if (result.address() == 0) {
      throw failure(operation, List.of(arguments));
    }
    return new TensorHandle(result);
  }

  /** Throws the error of the call if there is one. */
  public void check(String operation, int status, TensorHandle... arguments) {
    if (status != 0) {
      throw failure(operation, List.of(arguments));
    }
  }

  /** Returns whether the call has left an error. */
  public boolean failed() {
    return pt_call.error(call).address() != 0;
  }

  /** Returns the exception for the error of the call, and clears the slot. */
  public RuntimeException failure(String operation, List<? extends TensorHandle> arguments) {
    MemorySegment taken = pt_call.error(call);
    pt_call.error(call, MemorySegment.NULL);
    Throwable ofHook = hookFailure;
    hookFailure = null;
    return NativeErrors.take(operation, arguments, taken, ofHook);
  }
}
