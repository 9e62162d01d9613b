package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.loading.NativeLibrary;

/**
 * Logs libtorch's warnings with the logger {@code panama.torch}, each text once. The shim stores
 * them until the next call, since the warning handler of libtorch must not call into Java.
 */
final class Warnings {
  private static final MemorySegment PENDING;

  static {
    NativeLibrary.ensureLoaded();
    PanamaTorch.pt_keep_warnings();
    PENDING = PanamaTorch.pt_warnings().reinterpret(JAVA_LONG.byteSize());
  }

  private Warnings() {}

  /** Returns whether warnings are to be logged. One read of memory, since every call asks. */
  static boolean arePending() {
    return PENDING.get(JAVA_LONG, 0) != 0;
  }

  /** Logs all pending warnings. */
  static void log() {
    System.Logger logger = System.getLogger("panama.torch");
    while (true) {
      CallFrame frame = CallFrame.current();
      long text = frame.reserve(1);
      frame.check("warnings", PanamaTorch.pt_warning_take(frame.at(text), frame.call()));
      if (!(Value.take(text, frame) instanceof Value.OfString(String warning))) {
        return;
      }
      logger.log(System.Logger.Level.WARNING, Wording.inJava(warning));
    }
  }
}
