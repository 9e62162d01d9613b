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
 * In anomaly mode, notes at every operation of the graph the lines of the program that called it.
 * The graph holds the notes, and frees them with its nodes.
 */
final class ForwardCalls {
  /** The deepest call whose frames are all noted. */
  private static final int MOST_FRAMES = 64;

  private static volatile boolean noted;

  private ForwardCalls() {}

  static void note(boolean enabled) {
    noted = enabled;
  }

  static boolean areNoted() {
    return noted;
  }

  /** Notes the call that has made this tensor, or changed it. */
  static void note(MemorySegment tensor) {
    byte[] text = here().getBytes(UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = arena.allocate(pt_call.layout());
      MemorySegment utf8 = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
      if (PanamaTorch.pt_tensor_note_call(tensor, utf8, text.length, call) != 0) {
        PanamaTorch.pt_error_free(pt_call.error(call)); // a note is all that is lost
      }
    }
  }

  /** A frame a line, from the program's first on. */
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

  /** The frames of a note, which is not empty. */
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
