package panama.torch.internal.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_call;

/**
 * Records for every node of the autograd graph, in anomaly mode, the stack trace of the program's
 * call that made it. The shim stores the stack traces in the graph, which frees them with its
 * nodes.
 */
final class ForwardCalls {
  /** The largest number of frames in a recorded stack trace. */
  private static final int MOST_FRAMES = 64;

  private static volatile boolean recorded;

  private ForwardCalls() {}

  static void setRecorded(boolean enabled) {
    recorded = enabled;
  }

  static boolean areRecorded() {
    return recorded;
  }

  /** Records the current call for the nodes that it has added to the graph of this tensor. */
  static void record(MemorySegment tensor) {
    byte[] text = here().getBytes(UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = arena.allocate(pt_call.layout());
      MemorySegment utf8 = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
      if (PanamaTorch.pt_tensor_note_call(tensor, utf8, text.length, call) != 0) {
        PanamaTorch.pt_error_free(pt_call.error(call)); // only the stack trace is lost
      }
    }
  }

  /** Returns the stack trace, one frame per line, from the innermost frame of the program on. */
  private static String here() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .dropWhile(frame -> !ProgramFrames.contain(frame))
                    .limit(MOST_FRAMES)
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .map(ForwardCalls::line)
                    .collect(Collectors.joining("\n")));
  }

  private static String line(StackTraceElement frame) {
    return String.join(
        "\t",
        frame.getClassName(),
        frame.getMethodName(),
        Objects.requireNonNullElse(frame.getFileName(), ""),
        Integer.toString(frame.getLineNumber()));
  }

  /** Returns the frames of a recorded stack trace, which is not empty. */
  static List<StackTraceElement> frames(String note) {
    return note.lines()
        .map(line -> line.split("\t", -1))
        .map(
            parts ->
                new StackTraceElement(
                    parts[0],
                    parts[1],
                    parts[2].isEmpty() ? null : parts[2],
                    Integer.parseInt(parts[3])))
        .toList();
  }
}
