package panama.torch.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What was measured: for each row and peer, one value in each round, or the reason why not. */
final class Results {
  private final Map<Row, Map<Peer, Map<Integer, Double>>> values = new HashMap<>();
  private final Map<Row, Map<Peer, String>> reasons = new HashMap<>();
  private final Map<Peer, Double> accuracies = new EnumMap<>(Peer.class);

  void add(Row row, Peer peer, int round, double value) {
    values
        .computeIfAbsent(row, r -> new EnumMap<>(Peer.class))
        .computeIfAbsent(peer, p -> new TreeMap<>())
        .put(round, value);
  }

  void refuse(Row row, Peer peer, String reason) {
    reasons.computeIfAbsent(row, r -> new EnumMap<>(Peer.class)).put(peer, reason);
  }

  boolean isRefused(Row row, Peer peer) {
    return reasons.getOrDefault(row, Map.of()).containsKey(peer);
  }

  /** Returns why a peer has no value in a row; empty if it has one or was not asked. */
  String reason(Row row, Peer peer) {
    return reasons.getOrDefault(row, Map.of()).getOrDefault(peer, "");
  }

  /** Sets the accuracy of the network that the example language-id trains. */
  void accuracy(Peer peer, double accuracy) {
    accuracies.put(peer, accuracy);
  }

  OptionalDouble accuracy(Peer peer) {
    return accuracies.containsKey(peer)
        ? OptionalDouble.of(accuracies.get(peer))
        : OptionalDouble.empty();
  }

  private Map<Integer, Double> rounds(Row row, Peer peer) {
    return values.getOrDefault(row, Map.of()).getOrDefault(peer, Map.of());
  }

  boolean has(Row row, Peer peer) {
    return !rounds(row, peer).isEmpty();
  }

  /** Returns a quantile over the rounds. */
  OptionalDouble quantile(Row row, Peer peer, double q) {
    double[] all = rounds(row, peer).values().stream().mapToDouble(x -> x).toArray();
    return all.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Statistics.quantile(all, q));
  }

  OptionalDouble median(Row row, Peer peer) {
    return quantile(row, peer, 0.5);
  }

  /** Returns the median over the rounds of the ratio of two values in the same round. */
  OptionalDouble ratio(Row row, Peer peer, Row toRow, Peer toPeer) {
    Map<Integer, Double> divisors = rounds(toRow, toPeer);
    double[] ratios =
        rounds(row, peer).entrySet().stream()
            .filter(entry -> divisors.containsKey(entry.getKey()))
            .mapToDouble(entry -> entry.getValue() / divisors.get(entry.getKey()))
            .toArray();
    return ratios.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Statistics.median(ratios));
  }

  /** Returns the ratios of two peers in those rows in which both have values. */
  double[] ratios(List<Row> rows, Peer peer, Peer toPeer) {
    return rows.stream()
        .map(row -> ratio(row, peer, row, toPeer))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .toArray();
  }

  /** Returns whether any peer has a value in a row. */
  boolean has(Row row) {
    return Arrays.stream(Peer.values()).anyMatch(peer -> has(row, peer));
  }
}
