package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_memory;
import panama.torch.internal.loading.NativeLibrary;

/** Functions for libtorch as a whole: version, threads, seed and memory. */
public final class Library {
  private Library() {}

  /** Returns the version of the libtorch in use, such as 2.13.0. */
  public static String libtorchVersion() {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_libtorch_version().reinterpret(64).getString(0);
  }

  /** Returns libtorch's description of its build: UTF-8 in a one-dimensional tensor of uint8. */
  public static TensorHandle buildInfo() {
    CallFrame frame = CallFrame.enter();
    return frame.own("buildInfo", PanamaTorch.pt_build_info(frame.call()));
  }

  /** Returns the number of threads that one operator uses. */
  public static int numThreads() {
    NativeLibrary.ensureLoaded();
    return (int) PanamaTorch.pt_num_threads();
  }

  /** Sets the number of threads that one operator uses. */
  public static void setNumThreads(int count) {
    CallFrame frame = CallFrame.enter();
    frame.check("setNumThreads", PanamaTorch.pt_set_num_threads(count, frame.call()));
  }

  /** Returns the number of threads for operators that run concurrently. */
  public static int numInteropThreads() {
    NativeLibrary.ensureLoaded();
    return (int) PanamaTorch.pt_num_interop_threads();
  }

  /** Sets the number of threads for operators that run concurrently. */
  public static void setNumInteropThreads(int count) {
    CallFrame frame = CallFrame.enter();
    frame.check(
        "setNumInteropThreads", PanamaTorch.pt_set_num_interop_threads(count, frame.call()));
  }

  /** Seeds the default generators of all devices. */
  public static void manualSeed(long seed) {
    CallFrame frame = CallFrame.enter();
    frame.check("manualSeed", PanamaTorch.pt_manual_seed(seed, frame.call()));
  }

  /**
   * Counters of the CPU memory in use: pt_memory.
   *
   * @param liveTensors the number of handles that are not freed
   * @param liveBytes the bytes that tensors hold
   * @param keptBytes the bytes in the block cache
   */
  public record Memory(long liveTensors, long liveBytes, long keptBytes) {}

  /** Reads the counters. */
  public static Memory memory() {
    MemorySegment memory = CallFrame.enter().allocate(pt_memory.layout().byteSize());
    PanamaTorch.pt_memory_read(memory);
    return new Memory(
        pt_memory.live_tensors(memory), pt_memory.live_bytes(memory), pt_memory.kept_bytes(memory));
  }

  /** Frees all blocks in the block cache. */
  public static void emptyCache() {
    NativeBudget.emptyCache();
  }
}
