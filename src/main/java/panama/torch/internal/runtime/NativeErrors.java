package panama.torch.internal.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/** Turns a native error into the exception that the layer above has chosen for it. */
public final class NativeErrors {
  /** Makes the exception; the layer above supplies it, since this one knows none of its classes. */
  public interface Translator {
    RuntimeException translate(
        Status status, String operation, String message, Supplier<String> backtrace);
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

  /**
   * Takes the native error, which ends with the last that could ask for its backtrace.
   *
   * @param ofHook what a hook has thrown during the call
   */
  static RuntimeException take(
      String operation,
      List<? extends @Nullable TensorHandle> arguments,
      MemorySegment error,
      @Nullable Throwable ofHook) {
    MemorySegment owned = error.reinterpret(0, Arena.ofAuto(), PanamaTorch::pt_error_free);
    int status = PanamaTorch.pt_error_status(owned);
    if (status == PanamaTorch.PT_ERROR_HOOK()) {
      return failureOfHook(operation, ofHook);
    }
    String note = text(owned, PanamaTorch::pt_error_call);
    RuntimeException failure =
        translator.translate(
            Status.values()[status - 1],
            operation + TensorInfo.signature(arguments),
            IndexPlace.added(text(owned, PanamaTorch::pt_error_message), arguments) + madeAt(note),
            () -> text(owned, PanamaTorch::pt_error_backtrace));
    if (!note.isEmpty()) {
      failure.initCause(ofForwardCall(ForwardCalls.frames(note)));
    }
    return failure;
  }

  /** Where the program called the operation whose gradient failed. */
  private static Throwable ofForwardCall(List<StackTraceElement> frames) {
    Throwable call = new Throwable("the operation whose gradient failed was called here");
    call.setStackTrace(frames.toArray(StackTraceElement[]::new));
    return call;
  }

  private static String madeAt(String note) {
    return note.isEmpty()
        ? ""
        : " The operation was called at " + ForwardCalls.frames(note).getFirst();
  }

  /** What the hook has thrown, as it is: an error at once, an exception for the caller to throw. */
  private static RuntimeException failureOfHook(String operation, @Nullable Throwable failure) {
    if (failure instanceof Error e) {
      throw e;
    }
    return failure instanceof RuntimeException e
        ? e
        : new IllegalStateException(
            operation
                + (failure == null
                    ? ": a hook failed on another thread, where this call could not see its"
                        + " exception"
                    : ": a hook threw " + failure), // from Kotlin, say
            failure);
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
  public static String string(MemorySegment address, long length) {
    return new String(address.reinterpret(length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }
}
