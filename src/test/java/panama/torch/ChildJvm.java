package panama.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program in its own JVM, so that it can exit or crash without ending the test. */
public final class ChildJvm {
  private static final long LONGEST_SECONDS = 120;

  private ChildJvm() {}

  /**
   * The result of a run.
   *
   * @param status the exit status, or -1 if the process was killed after a timeout
   * @param lines the lines of its output
   */
  public record Result(int status, List<String> lines) {}

  /** Returns the command that runs a program, with flags of the JVM and arguments. */
  public static List<String> command(Class<?> program, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Returns a command whose files are limited to blocks of 512 bytes, which simulates a full disk.
   */
  public static List<String> limited(int blocks, List<String> command) {
    List<String> limited =
        new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"));
    limited.addAll(command);
    return limited;
  }

  public static Result run(Class<?> program, String... flags)
      throws IOException, InterruptedException {
    return run(Map.of(), program, flags);
  }

  /** Runs a program with additional environment variables. */
  static Result run(Map<String, String> environment, Class<?> program, String... flags)
      throws IOException, InterruptedException {
    List<String> command = command(program, List.of(flags));
    Path output = Files.createTempFile("panama-torch", ".txt");
    try {
      // To a file, because reading from a pipe would block if the process hangs.
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      // Set for the tests themselves; a user's program has the default of the library.
      builder.environment().remove("OMP_WAIT_POLICY");
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      return new Result(ended ? process.exitValue() : -1, Files.readAllLines(output));
    } finally {
      Files.delete(output);
    }
  }
}
