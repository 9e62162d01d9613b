package panama.torch.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No call of the public API crashes the JVM: each returns a value or throws a documented exception,
 * and no tensors are leaked. Makes 100,000 random calls from fixed seeds in two separate processes.
 *
 * <p>A failure names the seed. {@link HostileRun} with that seed, one round and 2000 calls repeats
 * the calls.
 *
 * <p>Not tested is what no library on top of libtorch can guarantee: operators called by name
 * through {@code Torch.op} beyond a list of documented functional ones, see {@link Arguments}; and
 * sizes so large that a valid call takes minutes, since tensors above some thousand elements are
 * dropped.
 */
class HostileTest {
  private static final int SEEDS = 25;
  private static final int CALLS = 2000;

  @TempDir Path folder;

  private Process start(int first) throws IOException {
    Path home = Files.createDirectory(folder.resolve("from" + first));
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:ErrorFile=" + home.resolve("crash"),
            "-XX:-OmitStackTraceInFastThrow",
            "-Djava.awt.headless=true",
            // Where libraries would write beside the folder.
            "-Duser.home=" + home,
            "-DDJL_CACHE_DIR=" + home.resolve("djl"),
            "-DOPT_OUT_TRACKING=true",
            "--enable-native-access=ALL-UNNAMED",
            "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
            "-cp",
            System.getProperty("java.class.path"),
            HostileRun.class.getName(),
            home.toString(),
            Integer.toString(first),
            Integer.toString(SEEDS),
            Integer.toString(CALLS));
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/bin/sh"))) {
      // Otherwise, Linux would grant allocations that are too large and kill the process later.
      command.addAll(List.of("/bin/sh", "-c", "ulimit -c 0; ulimit -v 4194304; exec \"$@\"", "sh"));
    }
    command.addAll(java);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    // Otherwise, glibc would reserve address space for the threads of loaders on every core.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return builder.start();
  }

  private void check(int first, Process process) throws Exception {
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    Path home = folder.resolve("from" + first);
    List<String> lines =
        Files.readAllLines(home.resolve("output")).stream()
            .filter(line -> !line.contains("Warning:"))
            .toList();
    String story =
        String.join("\n", lines)
            + "\nthe last calls:\n"
            + String.join("\n", CallLog.read(home.resolve("calls")));
    assertThat(ended).as(story).isTrue();
    assertThat(process.exitValue()).as(story).isZero();
    assertThat(lines).as(story).contains("done", "calls " + SEEDS * CALLS);
    assertThat(lines).as(story).noneMatch(line -> line.startsWith("FAILURE"));
    assertThat(number(lines, "values ")).as("values").isGreaterThan(SEEDS * CALLS / 2);
    String live = lines.stream().filter(line -> line.startsWith("live ")).findFirst().orElseThrow();
    assertThat(live.split(" ", -1)[2]).as("live tensors at the end: " + live).isEqualTo("0");
  }

  private static long number(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void everyCallGivesAValueOrATypedException() throws Exception {
    Process first = start(1);
    Process second = start(1 + SEEDS);
    try {
      check(1, first);
      check(1 + SEEDS, second);
    } finally { // or the folder could not be deleted
      first.destroyForcibly().waitFor();
      second.destroyForcibly().waitFor();
    }
  }
}
