package panama.torch;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panama.torch.internal.runtime.Allocations;

/**
 * Who holds native memory: the live tensors by the line of the program that made them. To print.
 *
 * @param tracked whether the JVM was started with {@code -Dpanama.torch.trackAllocations=true};
 *     otherwise there are no sites
 * @param memory all that is in use
 * @param sites those with the most bytes first
 */
public record LeakReport(boolean tracked, MemoryUse memory, List<Site> sites) {
  /**
   * Live tensors of one origin.
   *
   * @param madeAt the innermost line outside this library and the JDK
   * @param count how many
   * @param bytes of all their elements; views of one another count each
   * @param largest the largest of them, such as {@code float32[2, 3]}
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

  /** Copies the sites. */
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

  /** A table of the sites, or how to get one. */
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
