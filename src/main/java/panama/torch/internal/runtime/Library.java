package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_memory;
import panama.torch.internal.loading.NativeLibrary;

/** The library itself: versions, threads, seeds and the memory counters. */
public final class Library {
  private Library() {}

  public static String libtorchVersion() {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_libtorch_version().reinterpret(64).getString(0);
  }

  /** A one-dimensional uint8 tensor of UTF-8 text. */
  public static TensorHandle buildInfo() {
    CallFrame frame = CallFrame.enter();
    return frame.own("buildInfo", PanamaTorch.pt_build_info(frame.call()));
  }

  public static int numThreads() {
    NativeLibrary.ensureLoaded();
    return (int) PanamaTorch.pt_num_threads();
  }

  public static void setNumThreads(int count) {
    CallFrame frame = CallFrame.enter();
    frame.check("setNumThreads", PanamaTorch.pt_set_num_threads(count, frame.call()));
  }

  public static int numInteropThreads() {
    NativeLibrary.ensureLoaded();
    return (int) PanamaTorch.pt_num_interop_threads();
  }

  public static void setNumInteropThreads(int count) {
    CallFrame frame = CallFrame.enter();
    frame.check(
        "setNumInteropThreads", PanamaTorch.pt_set_num_interop_threads(count, frame.call()));
  }

  public static void manualSeed(long seed) {
    CallFrame frame = CallFrame.enter();
    frame.check("manualSeed", PanamaTorch.pt_manual_seed(seed, frame.call()));
  }

  /** pt_memory. */
  public record Memory(long liveTensors, long liveBytes, long keptBytes) {}

  public static Memory memory() {
    MemorySegment memory = CallFrame.enter().allocate(pt_memory.layout().byteSize());
    PanamaTorch.pt_memory_read(memory);
    return new Memory(
        pt_memory.live_tensors(memory), pt_memory.live_bytes(memory), pt_memory.kept_bytes(memory));
  }

  /** Gives the memory that is kept for tensors to come back to the system. */
  public static void emptyCache() {
    NativeBudget.emptyCache();
  }
}
