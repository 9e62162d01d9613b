package panama.torch.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the suite and writes the report. Rounds alternate over the peers: in each round, each cell
 * is computed by one peer after another, so that a change of the machine's speed affects all alike.
 * A first round, which is not counted, warms up.
 */
public final class Suite {
  private static final Pattern ACCURACY = Pattern.compile("never seen: ([0-9.]+)");

  /** The example takes minutes, and is measured in the first rounds only. */
  private static final int ROUNDS_OF_EXAMPLE = 3;

  private final Options options = Options.fromProperties();
  private final Path work = Path.of("target", "bench");
  private final Results results = new Results();
  private final Map<Peer, Program> programs;
  private final Map<Peer, Program.Running> running = new EnumMap<>(Peer.class);
  private final Map<Peer, String> versions = new EnumMap<>(Peer.class);
  private Duration waitingTime = Duration.ZERO;
  private Duration measuringTime = Duration.ZERO;

  private Suite() throws IOException {
    Files.createDirectories(work);
    programs = Programs.prepare(work);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    System.setProperty("java.awt.headless", "true");
    new Suite().run();
  }

  private void run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    try {
      startAll();
      List<Row> rows = Row.all().stream().filter(options::includes).toList();
      for (int round = options.firstRound(); round <= options.rounds(); round++) {
        List<Peer> order = new ArrayList<>(running.keySet());
        Collections.rotate(order, round);
        for (Row row : rows) {
          for (Peer peer : order) {
            if (row.mode().peers.contains(peer) && !results.isRefused(row, peer)) {
              measure(row, peer, round);
            }
          }
          System.out.printf(
              Locale.ROOT,
              "%5.1f min, round %d of %d: %s%n",
              (System.nanoTime() - start) / 60e9,
              round,
              options.rounds(),
              row);
        }
      }
    } finally {
      running.values().forEach(Program.Running::close);
    }
    Report report =
        new Report(
            options,
            results,
            programs,
            versions,
            Duration.ofNanos(System.nanoTime() - start),
            waitingTime.toNanos() / (double) Math.max(1, measuringTime.toNanos()));
    report.write();
  }

  private void startAll() throws IOException {
    for (Program program : List.copyOf(programs.values())) {
      Peer peer = program.peer();
      Files.deleteIfExists(program.log(work)); // of a run before
      if (program.isPresent()) {
        Program.Running started = program.start(work);
        String version = started.versions();
        if (version.startsWith("failed: ")) {
          started.close();
          programs.put(peer, Program.absent(peer, version + "; see " + program.log(work)));
        } else {
          running.put(peer, started);
          versions.put(peer, version);
        }
      }
      String state = versions.getOrDefault(peer, "ABSENT: " + programs.get(peer).absence());
      System.out.printf("%-24s %s%n", peer.title, state);
    }
  }

  private void measure(Row row, Peer peer, int round) throws IOException, InterruptedException {
    Program.Running program = running.get(peer);
    switch (row.mode()) {
      case REPEATED -> repeat(row, peer, round, program);
      case IDLE -> add(row, peer, round, ask(program, row, options.longTurn(), round), true);
      case BUSY -> {
        List<Process> others = keepBusy();
        try {
          add(row, peer, round, ask(program, row, options.longTurn(), round), true);
        } finally {
          others.forEach(Process::destroyForcibly);
        }
      }
      case START_UP, PEAK_MEMORY -> inOwnProcess(row, peer, round);
      case EXAMPLE -> example(row, peer, round);
    }
  }

  private void repeat(Row row, Peer peer, int round, Program.Running program) {
    Duration before = processorTimeOfOthers(peer);
    long start = System.nanoTime();
    Program.Answer answer = ask(program, row, options.turn(), round);
    measuringTime = measuringTime.plusNanos(System.nanoTime() - start);
    waitingTime = waitingTime.plus(processorTimeOfOthers(peer)).minus(before);
    add(row, peer, round, answer, false);
  }

  /** Lets a program compute a cell for some seconds. */
  private Program.Answer ask(Program.Running program, Row row, double seconds, int round) {
    return program.measure(row.cell(), options.warm(seconds), round == 0 ? 2 * seconds : seconds);
  }

  private void add(Row row, Peer peer, int round, Program.Answer answer, boolean mean) {
    if (!answer.reason().isEmpty()) {
      results.refuse(row, peer, answer.reason());
    } else if (round > 0) {
      double[] times = answer.times();
      results.add(row, peer, round, mean ? Statistics.mean(times) : Statistics.median(times));
    }
  }

  private Duration processorTimeOfOthers(Peer measured) {
    Duration sum = Duration.ZERO;
    for (var entry : running.entrySet()) {
      if (entry.getKey() != measured) {
        sum = sum.plus(entry.getValue().processorTime());
      }
    }
    return sum;
  }

  /** Starts a process for each processor that computes until it is destroyed. */
  private static List<Process> keepBusy() throws IOException {
    List<Process> started = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      started.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    }
    return started;
  }

  private void inOwnProcess(Row row, Peer peer, int round) throws IOException {
    if (round == 0) {
      return; // the first measured round finds the program in the page cache, as all others do
    }
    long start = System.nanoTime();
    try (Program.Running program = programs.get(peer).start(work)) {
      Program.Answer answer = program.measure(row.cell(), 0, 0);
      double value =
          row.mode() == Row.Mode.START_UP
              ? (double) (System.nanoTime() - start)
              : Machine.peakMemory(program.process().pid());
      boolean failed = !answer.reason().isEmpty();
      add(row, peer, round, failed ? answer : new Program.Answer(new double[] {value}, ""), false);
    }
  }

  private void example(Row row, Peer peer, int round) throws IOException, InterruptedException {
    if (round == 0 || round > ROUNDS_OF_EXAMPLE) {
      return;
    }
    List<String> command =
        Programs.ours(
            LanguageIdExample.class,
            peer.name(),
            "--epochs=" + options.epochs(row.cell().number("epochs")),
            "--output=" + work.resolve("language-id-" + peer));
    long start = System.nanoTime();
    Process process = Program.process(command, Map.of(), work.resolve("example.log")).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher accuracy = ACCURACY.matcher(output);
    if (process.waitFor() != 0 || !accuracy.find()) {
      results.refuse(row, peer, "failed: see example.log");
      return;
    }
    results.add(row, peer, round, (double) (System.nanoTime() - start));
    results.accuracy(peer, Double.parseDouble(accuracy.group(1)));
    System.out.printf(Locale.ROOT, "%s, %s: accuracy %s%n", peer.title, row, accuracy.group(1));
  }
}
