import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Runs the program of a consumer, and fails unless it prints the same as PyTorch and no warning:
 * {@code java Check.java CACHE [--without-network] COMMAND...}. If COMMAND begins with {@code
 * java}, the Java that runs this class is used. The native libraries are unpacked into the folder
 * CACHE.
 */
public final class Check {
  private static final List<String> LOSSES =
      List.of(
          "0.7486", "0.8131", "0.7898", "0.7554", "0.6651", "0.6763", "0.7658", "0.7328", "0.6481",
          "0.6508");
  private static final String WITHOUT_NETWORK = "--without-network";
  private static final long LONGEST_SECONDS = 300;

  private Check() {}

  public static void main(String[] args) throws Exception {
    List<String> command = new ArrayList<>(List.of(args).subList(1, args.length));
    List<String> isolation = List.of();
    if (command.getFirst().equals(WITHOUT_NETWORK)) {
      command.removeFirst();
      isolation = isolation();
    }
    if (command.getFirst().equals("java")) {
      command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }
    command.addAll(0, isolation);

    boolean right;
    Path out = Files.createTempFile("panama-torch", ".out");
    Path err = Files.createTempFile("panama-torch", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().remove("PANAMA_TORCH_HOME");
      builder.environment().put("XDG_CACHE_HOME", args[0]);
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      List<String> printed = Files.readAllLines(out);
      List<String> warnings = Files.readAllLines(err);
      right = process.exitValue() == 0 && printed.equals(expected()) && warnings.isEmpty();
      if (!right) {
        System.out.println(String.join(" ", command) + "\nended with " + process.exitValue());
        System.out.println("and printed\n  " + String.join("\n  ", printed));
        System.out.println("and as errors\n  " + String.join("\n  ", warnings));
        System.out.println("expected no errors, and\n  " + String.join("\n  ", expected()));
      }
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
    if (!right) {
      System.exit(1);
    }
    System.out.println(
        "Trains as PyTorch does, without a warning"
            + (isolation.isEmpty() ? "." : " and without a network."));
  }

  private static List<String> expected() {
    List<String> lines = new ArrayList<>(List.of("[32, 2]"));
    IntStream.range(0, LOSSES.size())
        .mapToObj(i -> "Epoch [%s/10], Loss: %s".formatted(i + 1, LOSSES.get(i)))
        .forEach(lines::add);
    return lines;
  }

  /**
   * Returns the command that runs another one without a network: {@code unshare}, as root or in a
   * user namespace. Returns an empty list if neither is possible.
   */
  private static List<String> isolation() throws IOException, InterruptedException {
    boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    for (String flags : linux ? List.of("-n", "-rn") : List.<String>of()) {
      try {
        Process process =
            new ProcessBuilder("unshare", flags, "true")
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        if (process.waitFor() == 0) {
          return List.of("unshare", flags);
        }
      } catch (IOException e) {
        break; // The command is not installed.
      }
    }
    System.out.println("SKIPPED: turning the network off, which needs unshare -n or -rn of Linux");
    return List.of();
  }
}
