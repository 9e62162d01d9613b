package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.List;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_call;

/**
 * Hands libtorch's warnings to the logger {@code panama.torch}, each text once. They wait in the
 * shim for the next call, since native code calls no Java in the middle of its work.
 */
final class Warnings {
  private static final MemorySegment WAITING =
      PanamaTorch.pt_warnings().reinterpret(JAVA_LONG.byteSize());

  private Warnings() {}

  /** Keeps this thread's warnings from standard error. */
  static void keep(MemorySegment call) {
    if (PanamaTorch.pt_keep_warnings(call) != 0) {
      throw NativeErrors.take("warnings", List.of(), pt_call.error(call), null);
    }
  }

  /** A read of memory: it stands before every call. */
  static boolean areWaiting() {
    return WAITING.get(JAVA_LONG, 0) != 0;
  }

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
