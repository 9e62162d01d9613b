package panama.torch.bench;

import static panama.torch.bench.Peer.ATEN;
import static panama.torch.bench.Peer.CPP;
import static panama.torch.bench.Peer.EQUAL;
import static panama.torch.bench.Peer.FUSED;
import static panama.torch.bench.Peer.ONNX;
import static panama.torch.bench.Peer.PYTHON;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoublePredicate;

/** What this library aims at, and whether this run shows it. */
final class Bars {
  private static final double SAME_ACCURACY = 0.01;

  private final Results results;
  private final List<Bar> bars = new ArrayList<>();

  /**
   * One aim.
   *
   * @param measured the figure, or why there is none
   * @param met yes, no, or a dash if it was not measured
   */
  record Bar(String text, String measured, String met) {}

  private Bars(Results results) {
    this.results = results;
  }

  /** Computes all bars from the results of a run. */
  static List<Bar> of(Results results) {
    Bars all = new Bars(results);
    List<Row> training = Row.repeated(Cells.TRAINING);
    List<Row> inference = Row.repeated(Cells.INFERENCE);
    all.atLeast("training, geometric mean over Python", 5.0, all.mean(training, PYTHON));
    all.atLeast(
        "training, geometric mean over Python, equal malloc", 3.8, all.mean(training, EQUAL));
    all.atLeast("training, the least over Python, equal malloc", 1.05, all.least(training, EQUAL));
    all.atLeast("inference, geometric mean over ONNX Runtime", 2.0, all.mean(inference, ONNX));
    for (Peer peer : List.of(ONNX, PYTHON, EQUAL, CPP)) {
      String text = "inference, the least over " + peer.title;
      all.add(text + " > 1", all.least(inference, peer), ratio -> ratio > 1);
    }
    all.atMost("the largest of packed / padded", 0.65, all.packed());
    all.atMost(
        "example language-id / ATEN", 0.55, results.ratio(Row.EXAMPLE, FUSED, Row.EXAMPLE, ATEN));
    all.add(
        "example language-id, accuracy differs from ATEN's by at most " + SAME_ACCURACY,
        all.accuracyDifference(),
        difference -> difference <= SAME_ACCURACY);
    all.atMost("4x4 add / C++", 1.05, results.ratio(Row.ADD, FUSED, Row.ADD, CPP));
    all.atMost("bytes of Java heap, LSTM (1, 1, 8, 8)", 200, results.median(Row.HEAP, FUSED));
    all.atMost("processor time of a small request / Python", 0.4, all.toPython(Row.REQUEST_CPU));
    all.atMost("the same with gradients / Python", 0.5, all.toPython(Row.RECORDED_CPU));
    all.atMost("tutorial step / Python", 0.25, all.toPython(Row.TUTORIAL));
    for (Cell network : Cells.NETWORKS) {
      Row busy = new Row(Row.Mode.BUSY, network);
      Row idle = new Row(Row.Mode.IDLE, network);
      all.atMost("busy / idle, " + network.label(), 2.5, results.ratio(busy, FUSED, idle, FUSED));
    }
    return all.bars;
  }

  private void atLeast(String text, double bound, OptionalDouble value) {
    add(text + " ≥ " + digits(bound), value, measured -> measured >= bound);
  }

  private void atMost(String text, double bound, OptionalDouble value) {
    add(text + " ≤ " + digits(bound), value, measured -> measured <= bound);
  }

  private static String digits(double bound) {
    return Double.toString(bound).replaceFirst("\\.0$", "");
  }

  private void add(String text, OptionalDouble value, DoublePredicate isMet) {
    if (value.isEmpty()) {
      bars.add(new Bar(text, "not measured", "–"));
    } else {
      double measured = value.getAsDouble();
      String met = isMet.test(measured) ? "yes" : "**no**";
      bars.add(new Bar(text, String.format(Locale.ROOT, "%.3f", measured), met));
    }
  }

  private OptionalDouble toPython(Row row) {
    return results.ratio(row, FUSED, row, PYTHON);
  }

  /** Returns the mean factor by which this library is faster, if all rows have it. */
  private OptionalDouble mean(List<Row> rows, Peer peer) {
    double[] ratios = results.ratios(rows, peer, FUSED);
    return ratios.length < rows.size()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Statistics.geometricMean(ratios));
  }

  private OptionalDouble least(List<Row> rows, Peer peer) {
    double[] ratios = results.ratios(rows, peer, FUSED);
    return ratios.length < rows.size() ? OptionalDouble.empty() : Arrays.stream(ratios).min();
  }

  private OptionalDouble packed() {
    double largest = 0;
    for (int i = 0; i < Cells.PACKED.size(); i++) {
      OptionalDouble ratio =
          results.ratio(
              Row.repeated(Cells.PACKED.get(i)), FUSED, Row.repeated(Cells.PADDED.get(i)), FUSED);
      if (ratio.isEmpty()) {
        return ratio;
      }
      largest = Math.max(largest, ratio.getAsDouble());
    }
    return OptionalDouble.of(largest);
  }

  private OptionalDouble accuracyDifference() {
    OptionalDouble fused = results.accuracy(FUSED);
    OptionalDouble aten = results.accuracy(ATEN);
    return fused.isEmpty() || aten.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.abs(fused.getAsDouble() - aten.getAsDouble()));
  }
}
