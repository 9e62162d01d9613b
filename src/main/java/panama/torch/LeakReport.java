package panama.torch;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panama.torch.internal.runtime.Allocations;

/**
 * A printable report of the live tensors, grouped by the line of the program that created them.
 *
 * @param tracked whether the JVM was started with {@code -Dpanama.torch.trackAllocations=true};
 *     otherwise {@code sites} is empty
 * @param memory the native memory in use
 * @param sites the lines, in descending order of bytes
 */
public record LeakReport(boolean tracked, MemoryUse memory, List<Site> sites) {
  /**
   * The live tensors created by one line.
   *
   * @param madeAt the innermost line outside this library and the JDK
   * @param count the number of tensors
   * @param bytes the bytes of their elements; views are counted like other tensors
   * @param largest the type and shape of the largest, such as {@code float32[2, 3]}
   */
  public record Site(String madeAt, long count, long bytes, String largest) {
    private static Site of(String madeAt, List<Allocations.Allocation> tensors) {
      return new Site(
          madeAt,
          tensors.size(),
          tensors.stream().mapToLong(Allocations.Allocation::bytes).sum(),
          Collections.max(tensors, comparing(Allocations.Allocation::bytes)).tensor());
    }
  }

  /** Creates a report with a copy of the sites. */
  public LeakReport {
    sites = List.copyOf(sites);
  }

  static LeakReport now() {
    Map<String, List<Allocations.Allocation>> bySite =
        Allocations.live().stream().collect(groupingBy(Allocations.Allocation::site));
    return new LeakReport(
        Allocations.TRACKED,
        Torch.memory(),
        bySite.entrySet().stream()
            .map(site -> Site.of(site.getKey(), site.getValue()))
            .sorted(comparing(Site::bytes).reversed().thenComparing(Site::madeAt))
            .toList());
  }

  /** Returns a table of the sites, or how to enable tracking. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%d live tensors; %d bytes in use",
                memory.liveTensors(),
                memory.liveBytes()));
    if (!tracked) {
      return text.append("\nStart the JVM with -D")
          .append(Allocations.PROPERTY)
          .append("=true to see which lines made them.")
          .toString();
    }
    text.append("\n%8s %14s  %-24s %s".formatted("tensors", "bytes", "largest", "made at"));
    for (Site site : sites) {
      text.append(
          String.format(
              Locale.ROOT,
              "\n%8d %14d  %-24s %s",
              site.count(),
              site.bytes(),
              site.largest(),
              site.madeAt()));
    }
    return text.toString();
  }
}
