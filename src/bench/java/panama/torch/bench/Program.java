package panama.torch.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The program of a peer.
 *
 * @param command the command that starts it; empty if it is absent
 * @param settings variables of its environment
 * @param absence why it is absent; empty if it is not
 */
record Program(Peer peer, List<String> command, Map<String, String> settings, String absence) {
  /** Variables that would change how a program computes. Each has its own defaults instead. */
  private static final Pattern SETTINGS =
      Pattern.compile("(OMP|GOMP|KMP|MKL|OPENBLAS|MALLOC|ORT|DJL|TORCH|PYTORCH|JAVA_TOOL)_.*");

  private static final int MINUTES = 5;
  private static final Pattern TIMES = Pattern.compile("[0-9. ]+");

  /** Returns a program that is present. */
  static Program present(Peer peer, List<String> command) {
    // The presets use OpenBLAS, whose own threads otherwise wait for a core until the spinning
    // threads of OpenMP leave it: on two cores some layers take a hundred times as long.
    Map<String, String> settings =
        peer == Peer.JAVACPP ? Map.of("OMP_WAIT_POLICY", "PASSIVE") : Map.of();
    return new Program(peer, command, settings, "");
  }

  static Program absent(Peer peer, String reason) {
    return new Program(peer, List.of(), Map.of(), reason);
  }

  boolean isPresent() {
    return absence.isEmpty();
  }

  /** Returns a process with only these settings, whose errors are logged to a file. */
  static ProcessBuilder process(List<String> command, Map<String, String> settings, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(variable -> SETTINGS.matcher(variable).matches());
    builder.environment().putAll(settings);
    return builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  /** Returns the file with the errors of the program. */
  Path log(Path logs) {
    return logs.resolve(peer + ".log");
  }

  /** Starts it. */
  Running start(Path logs) throws IOException {
    Process process = process(command, settings, log(logs)).start();
    return new Running(process, process.outputWriter(), process.inputReader());
  }

  /** A running program, which waits for lines. See {@link Worker}. */
  record Running(Process process, Writer lines, BufferedReader answers) implements AutoCloseable {
    String versions() {
      return ask("versions");
    }

    /** Measures a cell. */
    Answer measure(Cell cell, double warm, double seconds) {
      String answer = ask(String.format(Locale.ROOT, "%.2f %.2f %s", warm, seconds, cell)).strip();
      if (!TIMES.matcher(answer).matches()) {
        return new Answer(new double[0], answer);
      }
      return new Answer(
          Pattern.compile(" ").splitAsStream(answer).mapToDouble(Double::parseDouble).toArray(),
          "");
    }

    private String ask(String line) {
      // Ends a program that does not answer, so that it does not stop the suite.
      CompletableFuture<@Nullable Void> watch =
          CompletableFuture.runAsync(
              process::destroyForcibly,
              CompletableFuture.delayedExecutor(MINUTES, TimeUnit.MINUTES));
      try {
        lines.write(line + "\n");
        lines.flush();
        String answer = answers.readLine();
        return answer == null ? "failed: ended without an answer" : answer;
      } catch (IOException e) {
        return "failed: ended earlier";
      } finally {
        watch.cancel(false);
      }
    }

    /** Returns the processor time that the program has used. */
    Duration processorTime() {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /**
   * The answer for a cell.
   *
   * @param times in nanoseconds, or bytes; none if there is a reason
   * @param reason why there are none
   */
  record Answer(double[] times, String reason) {}
}
