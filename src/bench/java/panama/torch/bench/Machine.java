package panama.torch.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What Linux says about the machine and its processes. */
final class Machine {
  private Machine() {}

  /** Returns the machine in Markdown, as a list. */
  static String describe() {
    return String.join(
        "\n",
        "- processor: " + field("/proc/cpuinfo", "model name"),
        "- cores: " + Runtime.getRuntime().availableProcessors(),
        "- caches, by level: " + String.join(", ", caches()),
        "- vector instructions: " + String.join(" ", instructions()),
        "- memory: " + field("/proc/meminfo", "MemTotal"),
        "- system: Linux " + System.getProperty("os.version"));
  }

  /** Returns the peak of the resident memory of a process, in bytes. */
  static double peakMemory(long pid) {
    return 1024 * Double.parseDouble(field("/proc/" + pid + "/status", "VmHWM").split(" ", 2)[0]);
  }

  /** Returns the sizes of the caches of a core, which virtual machines do not show in /sys. */
  private static List<String> caches() {
    List<String> caches = new ArrayList<>();
    for (String cache : List.of("LEVEL1_DCACHE", "LEVEL2_CACHE", "LEVEL3_CACHE")) {
      try {
        Process process = new ProcessBuilder("getconf", cache + "_SIZE").start();
        long size = Long.parseLong(process.inputReader().readLine());
        caches.add(cache.charAt(5) + ": " + size / 1024 + " KiB");
      } catch (IOException | NumberFormatException e) {
        caches.add(cache.charAt(5) + ": unknown");
      }
    }
    return caches;
  }

  private static Set<String> instructions() {
    Set<String> flags = new TreeSet<>(List.of(field("/proc/cpuinfo", "flags").split(" ", -1)));
    flags.removeIf(flag -> !flag.matches("avx.*|fma|amx.*"));
    return flags;
  }

  /** Returns the first field of a name in a file of lines {@code name: value}. */
  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.matches(name + "\\s*:.*"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
