package panama.torch.bench;

import static panama.torch.bench.Peer.FUSED;
import static panama.torch.bench.Peer.PYTHON;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The report in Markdown, with its charts.
 *
 * @param options of the run
 * @param results what was measured
 * @param programs of all peers
 * @param versions of the peers that are present
 * @param length of the whole run
 * @param waiting the processor time of waiting programs, as a part of the measured time
 */
record Report(
    Options options,
    Results results,
    Map<Peer, Program> programs,
    Map<Peer, String> versions,
    Duration length,
    double waiting) {

  /** A column of a table besides the peers. */
  private record Column(String title, Function<Row, String> text) {}

  void write() throws IOException {
    Path folder = options.folder();
    List<Row> training = Row.repeated(Cells.TRAINING);
    List<Row> inference = Row.repeated(Cells.INFERENCE);
    Chart.save(folder.resolve("benchmarks-training.png"), "Training", training, results);
    Chart.save(folder.resolve("benchmarks-inference.png"), "Inference", inference, results);
    Path file = folder.resolve("benchmarks.md");
    Files.writeString(file, text(training, inference));
    System.out.println("Written to " + file);
  }

  private String text(List<Row> training, List<Row> inference) {
    List<String> parts = new ArrayList<>();
    parts.add("# Benchmarks");
    if (!options.isFull()) {
      parts.add(
          "**A partial run** (bench.short=%s, bench.filter='%s'): its figures only show that the suite works."
              .formatted(options.isShort(), options.filter()));
    }
    parts.add(intro());
    parts.add(
        "## Bars\n\n"
            + "What this library aims at, with the backend FUSED, and what this run measured.");
    parts.add(bars());
    parts.add("## Machine\n\n" + Machine.describe());
    parts.add("## Peers\n\n" + peers());
    Column rate = new Column("GFLOP/s, of sgemm", this::rate);
    parts.add(
        """
        ## Training

        Forward and backward of one layer in float32 with two threads: zeros the gradients, computes the output, and its \
        gradients for x and all weights from a fixed random gradient of the output. GFLOP/s are those of the matrix \
        products alone, beside their part of the rate of a product of two matrices of 1024 x 1024 (%s).

        ![Training](benchmarks-training.png)\
        """
            .formatted(productRate()));
    parts.add(table(training, rate, true));
    parts.add(
        """
        ## Inference

        Forward of one layer, in inference mode, with two threads.

        ![Inference](benchmarks-inference.png)\
        """);
    parts.add(table(inference, null, true));
    parts.add("## Two layers, and two directions");
    parts.add(table(Row.repeated(Cells.STACKED), null, false));
    parts.add(
        """
        ## Packed sequences

        Training on the padded batch, and on the same batch packed: lengths spread evenly from 10 to 100. The time of \
        packing is included.\
        """);
    List<Row> packed = new ArrayList<>();
    for (int i = 0; i < Cells.PADDED.size(); i++) {
      packed.add(Row.repeated(Cells.PADDED.get(i)));
      packed.add(Row.repeated(Cells.PACKED.get(i)));
    }
    parts.add(table(packed, new Column("packed / padded", this::packed), false));
    parts.add(
        "## Streaming\n\n"
            + "One sequence, one step at a time with the state of the step before, one thread.");
    Column steps = new Column("steps per second", this::perSecond);
    parts.add(table(Row.repeated(Cells.STREAMING), steps, false));
    parts.add(
        """
        ## Small work

        The training step of the tutorial: RNN(10, 20), Linear(20, 2), cross-entropy and Adam, each with its defaults, \
        for a batch of (32, 5, 10). A request: embedding, packed bidirectional GRU of two layers of 64, linear, softmax \
        for one text of 11 characters, with one thread; wall time, and processor time of the calling thread. The sum of \
        two 4x4 tensors. The Java heap that one forward pass allocates. The product of two matrices of 1024 x 1024.\
        """);
    parts.add(
        table(
            List.of(
                Row.TUTORIAL,
                Row.repeated(Cells.REQUEST),
                Row.REQUEST_CPU,
                Row.repeated(Cells.RECORDED),
                Row.RECORDED_CPU,
                Row.ADD,
                Row.HEAP,
                Row.PRODUCT),
            null,
            false));
    parts.add(
        """
        ## Whole processes

        From the start of a process to its first output of LSTM(8, 16), this library from its build folder; the peak of resident memory (VmHWM) of 50 \
        training steps of LSTM(128, 256) for (32, 100, 128); the example language-id from start to end, in which FUSED \
        reached an accuracy of %s and ATEN %s.\
        """
            .formatted(number(results.accuracy(FUSED)), number(results.accuracy(Peer.ATEN))));
    parts.add(table(List.of(Row.START_UP, Row.PEAK_MEMORY, Row.EXAMPLE), null, false));
    parts.add(
        """
        ## A busy machine

        Training steps, first on the idle machine and then beside one process for each core that keeps it busy. Means, \
        since medians would hide how long a process waits for a core.\
        """);
    List<Row> networks = new ArrayList<>();
    for (Cell network : Cells.NETWORKS) {
      networks.add(new Row(Row.Mode.IDLE, network));
      networks.add(new Row(Row.Mode.BUSY, network));
    }
    parts.add(table(networks, new Column("busy / idle, FUSED and Python", this::busy), false));
    parts.add(
        """
        ## Loading data

        [performance.md](performance.md#preparing-data) compares it with Python, and has the command.\
        """);
    return String.join("\n\n", parts) + "\n";
  }

  private String intro() {
    return String.format(
        Locale.ROOT,
        """
        Written on %s by the following command, in %d minutes:

        ```sh
        mvn -Pbench verify -Dpython=/path/to/python
        ```

        Each peer is a process with its own libtorch that answers requests to compute a cell (`src/bench`). This library \
        is measured in the same way, not with JMH, so that all take turns: in each of %d rounds, every cell is computed \
        by one peer after another, for %.2f s each after %.2f s to warm up%s. A figure is the median over the rounds of \
        the medians of a turn, with the quartiles over the rounds in brackets. A factor is the median over the rounds of \
        a peer's time divided by that of panama-torch FUSED in the same round: above 1, this library is faster. \
        Processes that waited for their turn used %.2f %% of a core.\
        """,
        LocalDate.now(ZoneOffset.UTC),
        length.toMinutes(),
        options.rounds(),
        options.turn(),
        options.warm(options.turn()),
        options.firstRound() == 0 ? ", and a first round is not counted" : "",
        100 * waiting);
  }

  private String bars() {
    StringBuilder table = new StringBuilder("| bar | measured | met |\n|---|---|---|\n");
    for (Bars.Bar bar : Bars.of(results)) {
      table.append("| %s | %s | %s |\n".formatted(bar.text(), bar.measured(), bar.met()));
    }
    return table.toString().strip();
  }

  private String peers() {
    StringBuilder table = new StringBuilder("| peer | version | settings |\n|---|---|---|\n");
    for (Peer peer : Peer.values()) {
      Program program = programs.get(peer);
      String version =
          program.isPresent() ? versions.get(peer) : "**absent**: " + program.absence();
      table.append("| %s | %s | %s |\n".formatted(peer.title, version, settings(peer)));
    }
    return table
        + """

        Threads are those of the tables. Variables of the environment that would change how a peer computes (`OMP_*`, \
        `MKL_*`, `OPENBLAS_*`, `MALLOC_*` and others) are removed.\
        """;
  }

  private static String settings(Peer peer) {
    return switch (peer) {
      case EQUAL ->
          "glibc keeps freed memory: `M_MMAP_THRESHOLD` 1 GiB, `M_TRIM_THRESHOLD` 2 GiB,"
              + " `M_TOP_PAD` 64 MiB";
      case COMPILE -> "`torch._dynamo.config.allow_rnn`, `fullgraph=True`";
      case JAVACPP ->
          "`OMP_WAIT_POLICY=PASSIVE`, without which OpenBLAS's threads wait for the spinning"
              + " threads of OpenMP, on two cores a hundred times as long";
      default -> "its defaults";
    };
  }

  /**
   * Returns a table with a column for each peer that has a value in it, and why others have none.
   */
  private String table(List<Row> all, Column extra, boolean means) {
    List<Row> rows = all.stream().filter(results::has).toList();
    if (rows.isEmpty()) {
      return "Not measured in this run.";
    }
    List<Peer> peers =
        Arrays.stream(Peer.values())
            .filter(peer -> rows.stream().anyMatch(row -> results.has(row, peer)))
            .toList();
    StringBuilder text = new StringBuilder("| |");
    peers.forEach(peer -> text.append(" ").append(peer.title).append(" |"));
    text.append(extra == null ? "" : " " + extra.title + " |");
    text.append("\n|---|").append("---|".repeat(peers.size() + (extra == null ? 0 : 1)));
    for (Row row : rows) {
      text.append("\n| ").append(row.label()).append(" |");
      peers.forEach(peer -> text.append(" ").append(value(row, peer)).append(" |"));
      text.append(extra == null ? "" : " " + extra.text.apply(row) + " |");
    }
    if (means) {
      text.append("\n| geometric mean |");
      for (Peer peer : peers) {
        double[] ratios = results.ratios(rows, peer, FUSED);
        String count = ratios.length == rows.size() ? "" : " of " + ratios.length + " cells";
        text.append(
            ratios.length == 0
                ? " – |"
                : String.format(
                    Locale.ROOT, " %.2f×%s |", Statistics.geometricMean(ratios), count));
      }
      text.append(extra == null ? "" : " |");
    }
    Set<String> reasons = new TreeSet<>();
    for (Row row : all) {
      for (Peer peer : Peer.values()) {
        if (!results.reason(row, peer).isEmpty()) {
          reasons.add("- " + peer.title + ": " + results.reason(row, peer));
        }
      }
    }
    return text
        + (reasons.isEmpty()
            ? ""
            : "\n\nWhere there is no figure:\n\n" + String.join("\n", reasons));
  }

  /** Returns the median, the quartiles and the factor to this library. */
  private String value(Row row, Peer peer) {
    OptionalDouble median = results.median(row, peer);
    if (median.isEmpty()) {
      return "–";
    }
    Unit unit = Unit.of(row, median.getAsDouble());
    String text =
        "%s (%s–%s)"
            .formatted(
                unit.text(median.getAsDouble()),
                unit.digits(results.quantile(row, peer, 0.25).getAsDouble()),
                unit.digits(results.quantile(row, peer, 0.75).getAsDouble()));
    OptionalDouble ratio = results.ratio(row, peer, row, FUSED);
    return peer == FUSED || ratio.isEmpty()
        ? text
        : text + String.format(Locale.ROOT, " **%.2f×**", ratio.getAsDouble());
  }

  /** A unit in which a value has one to three digits before the point. */
  private record Unit(double size, String name) {
    static Unit of(Row row, double value) {
      List<Unit> units =
          row.isBytes()
              ? List.of(new Unit(1 << 20, "MiB"), new Unit(1, "B"))
              : List.of(new Unit(1e9, "s"), new Unit(1e6, "ms"), new Unit(1e3, "µs"));
      return units.stream()
          .filter(unit -> value >= unit.size)
          .findFirst()
          .orElse(new Unit(1, row.isBytes() ? "B" : "ns"));
    }

    String digits(double value) {
      double scaled = value / size;
      return String.format(
          Locale.ROOT, scaled < 10 ? "%.2f" : scaled < 100 ? "%.1f" : "%.0f", scaled);
    }

    String text(double value) {
      return digits(value) + " " + name;
    }
  }

  private OptionalDouble productOperations() {
    double size = Cells.PRODUCT.number("size");
    OptionalDouble time = results.median(Row.PRODUCT, FUSED);
    return time.isEmpty() ? time : OptionalDouble.of(2 * size * size * size / time.getAsDouble());
  }

  private String productRate() {
    OptionalDouble rate = productOperations();
    return rate.isEmpty()
        ? "not measured"
        : String.format(Locale.ROOT, "%.0f GFLOP/s", rate.getAsDouble());
  }

  private String rate(Row row) {
    OptionalDouble time = results.median(row, FUSED);
    OptionalDouble most = productOperations();
    if (time.isEmpty()) {
      return "–";
    }
    double rate = Cells.operations(row.cell()) / time.getAsDouble();
    return most.isEmpty()
        ? String.format(Locale.ROOT, "%.0f", rate)
        : String.format(Locale.ROOT, "%.0f, %.0f %%", rate, 100 * rate / most.getAsDouble());
  }

  private String packed(Row row) {
    if (!row.cell().has("shortest")) {
      return "";
    }
    Row padded = Row.repeated(Cells.PADDED.get(Cells.PACKED.indexOf(row.cell())));
    return number(results.ratio(row, FUSED, padded, FUSED));
  }

  private String busy(Row row) {
    if (row.mode() != Row.Mode.BUSY) {
      return "";
    }
    Row idle = new Row(Row.Mode.IDLE, row.cell());
    return number(results.ratio(row, FUSED, idle, FUSED))
        + ", "
        + number(results.ratio(row, PYTHON, idle, PYTHON));
  }

  private String perSecond(Row row) {
    OptionalDouble time = results.median(row, FUSED);
    return time.isEmpty() ? "–" : String.format(Locale.ROOT, "%.0f", 1e9 / time.getAsDouble());
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "–" : String.format(Locale.ROOT, "%.3f", value.getAsDouble());
  }
}
