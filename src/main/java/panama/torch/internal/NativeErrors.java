package panama.torch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import panama.torch.internal.ffi.PanamaTorch;

/** Turns a native error into the exception that the layer above has chosen for it. */
public final class NativeErrors {
  /** Makes the exception; the layer above supplies it, since this one knows none of its classes. */
  public interface Translator {
    RuntimeException translate(Status status, String operation, String message, String backtrace);
  }

  /** pt_status. */
  public enum Status {
    INTERNAL,
    RUNTIME,
    INDEX,
    VALUE,
    TYPE,
    NOT_IMPLEMENTED,
    OUT_OF_MEMORY,
    LINALG,
    HOOK
  }

  private static volatile Translator translator =
      (status, operation, message, backtrace) ->
          new IllegalStateException(operation + ": " + message);

  private NativeErrors() {}

  public static void translateWith(Translator chosen) {
    translator = chosen;
  }

  /** Takes and ends the native error. */
  static RuntimeException take(String operation, MemorySegment error) {
    try {
      int status = PanamaTorch.pt_error_status(error);
      String message = text(error, PanamaTorch::pt_error_message);
      if (status == PanamaTorch.PT_ERROR_HOOK()) {
        return failureOfHook(Long.parseLong(message));
      }
      String backtrace = text(error, PanamaTorch::pt_error_backtrace);
      return translator.translate(Status.values()[status - 1], operation, message, backtrace);
    } finally {
      PanamaTorch.pt_error_free(error);
    }
  }

  /** What the hook has thrown, as it is: an error at once, an exception for the caller to throw. */
  private static RuntimeException failureOfHook(long id) {
    Throwable failure = Hooks.takeFailure(id);
    if (failure instanceof Error e) {
      throw e;
    }
    return (RuntimeException) failure;
  }

  private interface Text {
    MemorySegment of(MemorySegment source, MemorySegment length);
  }

  private static String text(MemorySegment error, Text text) {
    // Not the frame's scratch: the failed call's arguments may still be in use there.
    try (var arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment utf8 = text.of(error, length);
      return string(utf8, length.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  /** {@code length} bytes of UTF-8 at {@code address}. */
  static String string(MemorySegment address, long length) {
    return new String(address.reinterpret(length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }
}
