package panama.torch.internal.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/** Turns native errors into exceptions, by a translator that {@code panama.torch} registers. */
public final class NativeErrors {
  /**
   * Makes the exception. Its classes are in {@code panama.torch}, which this package cannot use.
   */
  public interface Translator {
    RuntimeException translate(
        Status status, String operation, String message, Supplier<String> backtrace);
  }

  /** The kind of a native error: pt_status. */
  public enum Status {
    INTERNAL(PanamaTorch.PT_ERROR_INTERNAL()),
    RUNTIME(PanamaTorch.PT_ERROR_RUNTIME()),
    INDEX(PanamaTorch.PT_ERROR_INDEX()),
    VALUE(PanamaTorch.PT_ERROR_VALUE()),
    TYPE(PanamaTorch.PT_ERROR_TYPE()),
    NOT_IMPLEMENTED(PanamaTorch.PT_ERROR_NOT_IMPLEMENTED()),
    OUT_OF_MEMORY(PanamaTorch.PT_ERROR_OUT_OF_MEMORY()),
    LINALG(PanamaTorch.PT_ERROR_LINALG()),
    HOOK(PanamaTorch.PT_ERROR_HOOK());

    private final int code;

    Status(int code) {
      this.code = code;
    }

    private static Status of(int code) {
      for (Status status : values()) {
        if (status.code == code) {
          return status;
        }
      }
      throw new IllegalStateException("unknown pt_status " + code);
    }
  }

  private static volatile Translator translator =
      (status, operation, message, backtrace) ->
          new IllegalStateException(operation + ": " + message);

  /** Whether the classes that describe an error are initialized. */
  private static volatile boolean initialized;

  private NativeErrors() {}

  /**
   * Links the functions that read an error. Where they are needed first, the stack may be nearly
   * full, and a class whose initialization fails stays unusable.
   */
  static void link() {
    PanamaTorch.pt_error_status$handle();
    PanamaTorch.pt_error_message$handle();
    PanamaTorch.pt_error_call$handle();
    PanamaTorch.pt_error_free$handle();
  }

  public static void translateWith(Translator chosen) {
    translator = chosen;
  }

  /**
   * Returns the exception for a native error, and takes ownership of the error. It is freed when
   * the exception, which may be asked for the backtrace, is unreachable.
   *
   * @param ofHook the exception that a hook has thrown during the call
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
    if (!initialized) {
      initialize();
    }
    String forwardCall = text(owned, PanamaTorch::pt_error_call);
    RuntimeException failure =
        translator.translate(
            Status.of(status),
            operation + TensorInfo.signature(arguments),
            IndexLocator.locate(text(owned, PanamaTorch::pt_error_message), arguments)
                + calledAt(forwardCall),
            () -> text(owned, PanamaTorch::pt_error_backtrace));
    if (!forwardCall.isEmpty()) {
      failure.initCause(ofForwardCall(ForwardCalls.frames(forwardCall)));
    }
    return failure;
  }

  /**
   * Initializes the classes that describe an error, on a thread that has its whole stack. Before
   * the first error nobody waits for it: it takes tens of milliseconds.
   */
  private static void initialize() {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("panama-torch-errors")
            .unstarted(
                () -> {
                  String message = IndexLocator.locate("", List.of());
                  translator.translate(
                      Status.VALUE, TensorInfo.signature(List.of()), message, () -> "");
                });
    try {
      thread.start();
      thread.join();
      initialized = true;
    } catch (OutOfMemoryError e) {
      // There is no memory for a thread. The classes are initialized where they are needed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns a cause whose stack trace is that of the operation whose gradient failed. */
  private static Throwable ofForwardCall(List<StackTraceElement> frames) {
    Throwable call = new Throwable("the operation whose gradient failed was called here");
    call.setStackTrace(frames.toArray(StackTraceElement[]::new));
    return call;
  }

  private static String calledAt(String forwardCall) {
    return forwardCall.isEmpty()
        ? ""
        : " The operation was called at " + ForwardCalls.frames(forwardCall).getFirst();
  }

  /** Throws the error that a hook has thrown, or returns its exception for the caller to throw. */
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
                    : ": a hook threw " + failure), // a checked exception, from Kotlin for example
            failure);
  }

  private interface Text {
    MemorySegment of(MemorySegment source, MemorySegment length);
  }

  private static String text(MemorySegment error, Text text) {
    // Not in the frame's scratch memory, where the arguments of the failed call may still be
    // needed.
    try (var arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment utf8 = text.of(error, length);
      return string(utf8, length.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  /** Returns the string of {@code length} bytes of UTF-8 at {@code address}. */
  public static String string(MemorySegment address, long length) {
    return new String(address.reinterpret(length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }
}
