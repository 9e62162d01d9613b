package panama.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in a virtual machine of its own, which it may end as it likes. */
public final class ChildJvm {
  private static final long LONGEST_SECONDS = 120;

  private ChildJvm() {}

  /**
   * How it went.
   *
   * @param status the exit status; -1 for one that had to be stopped
   * @param lines what it wrote
   */
  public record Result(int status, List<String> lines) {}

  public static Result run(Class<?> program, String... flags) throws IOException, InterruptedException {
    return run(Map.of(), program, flags);
  }

  /** With these variables in its environment. */
  static Result run(Map<String, String> environment, Class<?> program, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    Path output = Files.createTempFile("panama-torch", ".txt");
    try {
      // To a file: a process that hangs must not hang its reader.
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      // Set for the tests themselves; a user's program has the library's own choice.
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
