package panama.torch.examples.languageid;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import panama.torch.NativeOutOfMemoryException;
import panama.torch.Torch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a network that identifies the language of a text, or uses a trained one. */
@Command(
    name = "language-id",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Trains a recurrent network to name the language of a text; with --text, asks it.")
public final class LanguageId implements Callable<Integer> {
  /** Passes -Dtext of the Maven command without any quoting: "text=" followed by the text. */
  private static final String TEXT_VARIABLE = "PANAMA_TORCH_EXAMPLE_TEXT";

  private static final String NO_TEXT = "text=${text}";

  private static final String MODEL = "language-id.safetensors";
  private static final int LIKELIEST = 5;

  @Spec private CommandSpec command;

  @Option(names = "--cell", description = "${COMPLETION-CANDIDATES}")
  private Cell cell = Cell.GRU;

  @Option(names = "--hidden", description = "hidden size, 1 to 4096")
  private int hidden = 64;

  @Option(names = "--layers", description = "recurrent layers, 1 to 8")
  private int layers = 1;

  @Option(names = "--bidirectional", negatable = true, description = "read backwards, too")
  private boolean bidirectional = true;

  @Option(names = "--epochs", description = "of 100 batches of 64 pieces, 1 to 1000")
  private int epochs = 16;

  @Option(names = "--seed", description = "the same seed gives the same numbers")
  private long seed;

  @Option(names = "--languages", split = ",", description = "codes or names; all by default")
  private List<String> languages = List.of();

  @Option(names = "--data", description = "the table of texts")
  private Path data = Path.of("examples", "data", "udhr.tsv");

  @Option(names = "--output", description = "the folder for the model and the pictures")
  private Path output = Path.of("target", "language-id");

  @Option(names = "--model", description = "the model to ask; by default the one in --output")
  private @Nullable Path model;

  @Option(names = "--text", description = "the text whose language is wanted")
  private @Nullable String text = givenText();

  private LanguageId() {}

  /** Exits with status 0, or with 2 after printing one line about invalid input. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    Torch.setNumThreads(1); // these matrices are too small for several threads
    System.exit(run(writer(System.out), writer(System.err), args));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new LanguageId())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, given) -> complain(err, e.getMessage()))
        .setExecutionExceptionHandler(
            (e, line, given) -> {
              if (e instanceof BadInput) {
                return complain(err, e.getMessage());
              } else if (e instanceof NativeOutOfMemoryException) {
                return complain(err, e.getMessage() + "; try a smaller --hidden");
              }
              throw e;
            })
        .execute(args);
  }

  private static int complain(PrintWriter err, @Nullable String message) {
    err.println("language-id: " + message);
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static @Nullable String givenText() {
    String given = System.getenv(TEXT_VARIABLE);
    return given == null || given.equals(NO_TEXT) ? null : given.substring("text=".length());
  }

  @Override
  public Integer call() throws IOException {
    if (text == null) {
      train();
    } else {
      identify(text);
    }
    return CommandLine.ExitCode.OK;
  }

  private static int between(int least, int most, String option, int value) {
    if (value < least || value > most) {
      throw new BadInput(
          String.format(Locale.ROOT, "%s: expected %d to %d, got %d", option, least, most, value));
    }
    return value;
  }

  // Identification

  private void identify(String asked) {
    String normalised = Alphabet.normalise(asked);
    if (normalised.isEmpty()) {
      throw new BadInput(
          "text: expected some words, got none; for example -Dtext=\"Guten Morgen\"");
    }
    Model loaded = Model.load(model == null ? output.resolve(MODEL) : model);
    if (!loaded.alphabet().knowsAnyOf(normalised)) {
      throw new BadInput(
          "text: the model knows none of the characters of '%s'; it has learned languages in Latin script"
              .formatted(normalised));
    }
    float[] probabilities = loaded.probabilities(normalised);
    IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparing(i -> -probabilities[i]))
        .limit(LIKELIEST)
        .forEach(i -> print("%-20s %5.1f %%", loaded.languages().get(i), 100 * probabilities[i]));
  }

  // Training

  private void train() throws IOException {
    Sizes sizes =
        new Sizes(
            cell,
            between(1, 4096, "--hidden", hidden),
            between(1, 8, "--layers", layers),
            bidirectional);
    between(1, 1000, "--epochs", epochs);
    Corpus corpus = Corpus.load(data, languages);
    makeOutput();

    Torch.manualSeed(seed);
    Model fresh = Model.fresh(sizes, corpus.alphabet(), corpus.names());
    print("%d languages, %d different characters", corpus.names().size(), fresh.alphabet().size());
    print("%s", fresh.network());
    long start = System.nanoTime();
    Training.Outcome outcome = Training.train(fresh, corpus, epochs, seed);
    Duration time = Duration.ofNanos(System.nanoTime() - start);

    fresh.save(output.resolve(MODEL));
    Path curve = output.resolve("learning-curve.png");
    Path matrix = output.resolve("confusion-matrix.png");
    Charts.learningCurve(outcome.epochs(), curve);
    Charts.confusionMatrix(outcome.test(), corpus.names(), matrix);
    report(corpus.names(), outcome, time);
    print("%nWritten to %s: %s, %s, %s", output, MODEL, curve.getFileName(), matrix.getFileName());
    print("%nTry it:");
    for (String sample : List.of("Alle mennesker er født frie", "Todas as persoas nacen libres")) {
      String option =
          output.equals(Path.of("target", "language-id"))
              ? ""
              : " -Dargs=\"--output=%s\"".formatted(output);
      print("  mvn -q compile exec:exec@language-id -Dtext=\"%s\"%s", sample, option);
    }
  }

  /**
   * Creates the output folder before the training, so that an error does not waste the training.
   */
  private void makeOutput() {
    try {
      Files.createDirectories(output);
    } catch (IOException e) {
      throw new BadInput(
          "--output: %s cannot be made a folder (%s); name another".formatted(output, e));
    }
    if (!Files.isWritable(output)) {
      throw new BadInput("--output: %s cannot be written to; name another".formatted(output));
    }
  }

  private void report(List<String> names, Training.Outcome outcome, Duration time) {
    ConfusionMatrix test = outcome.test();
    print("%n%-20s %9s %6s  %s", "Language", "Precision", "Recall", "Most often mistaken for");
    for (int i = 0; i < names.size(); i++) {
      int other = test.mistakenFor(i);
      print(
          "%-20s %9.2f %6.2f  %s",
          names.get(i),
          test.precision(i),
          test.recall(i),
          other < 0
              ? ""
              : String.format(Locale.ROOT, "%s (%d)", names.get(other), test.count(i, other)));
    }
    print("%nTest accuracy on articles never seen: %.4f", test.accuracy());
    print("Training time: %.1f s", time.toMillis() / 1000.0);
  }

  private void print(String format, Object... values) {
    PrintWriter out = command.commandLine().getOut();
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
