package panama.torch.internal.runtime;

import java.lang.StackWalker.StackFrame;

/** Tells the frames of the program from those of this library. */
final class ProgramFrames {
  private static final String LIBRARY = "panama.torch.";
  private static final String EXAMPLES = "panama.torch.examples.";

  private ProgramFrames() {}

  /**
   * Neither of this library, nor of the JDK, in whose streams and lambdas it makes tensors, too.
   */
  static boolean contain(StackFrame frame) {
    String name = frame.getClassName();
    return !((name.startsWith(LIBRARY) && !name.startsWith(EXAMPLES))
        || name.startsWith("java.")
        || name.startsWith("jdk."));
  }
}
