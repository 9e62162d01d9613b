package panama.torch.internal.loading;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Links calls of the most frequent forms beside the loading of libtorch, which takes half of the
 * time until the first tensor: the JDK makes classes for each form, and loads some hundred of its
 * own for the first. Whatever is not ready when it is wanted is made then.
 */
final class WarmUp {
  private WarmUp() {}

  static void start() {
    Thread.ofPlatform().daemon().name("panama-torch-warm-up").start(WarmUp::tryToRun);
  }

  private static void tryToRun() {
    try {
      run();
    } catch (IllegalCallerException | LinkageError e) {
      // Native access is denied, as the thread that loads will tell: here alone, or on the way into
      // the initialization of a class.
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
