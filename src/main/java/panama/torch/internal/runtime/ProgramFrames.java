package panama.torch.internal.runtime;

import java.lang.StackWalker.StackFrame;

/** Distinguishes stack frames of the program from those of this library. */
final class ProgramFrames {
  private static final String LIBRARY = "panama.torch.";
  private static final String EXAMPLES = "panama.torch.examples.";

  private ProgramFrames() {}

  /**
   * Returns whether a frame is the program's: neither this library's nor the JDK's, since this
   * library also makes tensors in streams.
   */
  static boolean contain(StackFrame frame) {
    String name = frame.getClassName();
    return !((name.startsWith(LIBRARY) && !name.startsWith(EXAMPLES))
        || name.startsWith("java.")
        || name.startsWith("jdk."));
  }
}
