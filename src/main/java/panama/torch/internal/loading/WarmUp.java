package panama.torch.internal.loading;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Links downcall handles of the most frequent signatures while another thread loads libtorch. The
 * JDK generates classes for each signature, and for the first one loads about a hundred of its own.
 * A signature that is not linked when it is needed is linked then. See
 * docs/decisions/0009-a-heap-ready-for-libtorch.md.
 */
final class WarmUp {
  private WarmUp() {}

  /** Starts the thread that links. */
  static void start() {
    Thread.ofPlatform().daemon().name("panama-torch-warm-up").start(WarmUp::tryToRun);
  }

  private static void tryToRun() {
    try {
      run();
    } catch (IllegalCallerException | LinkageError e) {
      // Native access is denied, which the thread that loads the libraries reports. The exception
      // may
      // be wrapped by the initialization of a class.
    }
  }

  private static void run() {
    MemoryLayout pointer = PanamaTorch.C_POINTER;
    MemoryLayout number = PanamaTorch.C_LONG;
    Linker linker = Linker.nativeLinker();
    linker.downcallHandle(FunctionDescriptor.of(number));
    linker.downcallHandle(FunctionDescriptor.ofVoid(pointer));
    linker.downcallHandle(FunctionDescriptor.of(pointer, pointer, pointer));
    linker.downcallHandle(FunctionDescriptor.of(pointer, pointer, pointer, pointer));
    linker.downcallHandle(FunctionDescriptor.of(pointer, pointer, number, pointer, pointer));
  }
}
