package panama.torch.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import panama.torch.Torch;

/** Runs examples and returns their output. */
public final class Printed {
  private Printed() {}

  /** The main method of an example. */
  public interface Example {
    void run() throws Exception;
  }

  /** Returns the output of an example, and restores the number of threads that it sets. */
  public static String by(Example example) throws Exception {
    int threads = Torch.getNumThreads();
    PrintStream out = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      example.run();
    } finally {
      System.setOut(out);
      Torch.setNumThreads(threads);
    }
    return printed.toString(UTF_8);
  }
}
