package panama.torch.examples.languageid;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.NativeOutOfMemoryException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.LengthBucketSampler;
import panama.torch.data.PadCollate;
import panama.torch.data.PaddedBatch;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.optim.Adam;
import panama.torch.optim.lr_scheduler.OneCycleLR;
import panama.torch.train.ConsoleProgress;
import panama.torch.train.History;
import panama.torch.train.LoadingTime;
import panama.torch.train.Step;
import panama.torch.train.Trainer;
import panama.torch.train.charts.ConfusionMatrixChart;
import panama.torch.train.charts.LearningCurve;
import panama.torch.train.metrics.Accuracy;
import panama.torch.train.metrics.ConfusionMatrix;
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
  private static final Path OUTPUT = Path.of("target", "language-id");
  private static final String MODEL = "language-id.safetensors";
  private static final int LIKELIEST = 5;
  static final int BATCH = 64;

  /** The pieces of an epoch: 100 batches. */
  static final int PIECES = 100 * BATCH;

  @Spec private CommandSpec command;

  @Option(names = "--cell", description = "${COMPLETION-CANDIDATES}")
  private LanguageClassifier.Cell cell = LanguageClassifier.Cell.GRU;

  @Option(names = "--hidden", description = "hidden size, 1 to 4096")
  private int hidden = 64;

  @Option(names = "--layers", description = "recurrent layers, 1 to 8")
  private int layers = 1;

  @Option(
      names = "--bidirectional",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "read backwards, too")
  private boolean bidirectional;

  @Option(names = "--epochs", description = "of 100 batches of 64 pieces, 1 to 1000")
  private int epochs = 16;

  @Option(names = "--seed", description = "the same seed gives the same numbers")
  private long seed;

  @Option(names = "--languages", split = ",", description = "codes or names; all by default")
  private List<String> languages = List.of();

  @Option(names = "--data", description = "the table of texts")
  private Path data = Path.of("examples", "data", "udhr.tsv");

  @Option(names = "--output", description = "the folder for the model and the pictures")
  private Path output = OUTPUT;

  @Option(names = "--model", description = "the model to ask; by default the one in --output")
  private @Nullable Path model;

  @Option(names = "--text", description = "the text whose language is wanted")
  private @Nullable String text = givenText();

  private LanguageId() {}

  /** Exits with status 0, or with 2 after printing one line about invalid input. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    Torch.setNumThreads(1); // these matrices are too small for several threads
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    System.exit(run(out, err, args));
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
      identify(Language.normalise(text));
    }
    return CommandLine.ExitCode.OK;
  }

  private void identify(String asked) {
    if (asked.isEmpty()) {
      throw new BadInput(
          "text: expected some words, got none; for example -Dtext=\"Guten Morgen\"");
    }
    var network = LanguageClassifier.load(model == null ? output.resolve(MODEL) : model);
    Vocabulary known = network.characters;
    if (LongStream.of(known.encode(asked.replace(" ", "")))
        .allMatch(index -> index == known.unknownIndex())) {
      throw new BadInput(
          "text: the model knows none of the characters of '%s'; it has learned languages in Latin script"
              .formatted(asked));
    }
    network.eval();
    try (var noGrad = Torch.noGrad();
        var scope = new TensorScope()) {
      Tensor x = known.encodeTensor(asked);
      Tensor scores = network.forward(x.unsqueeze(0), Torch.tensor(new long[] {x.size(0)}));
      var likeliest =
          scores.softmax(1).squeeze(0).topk(Math.min(LIKELIEST, network.languages.size()));
      for (int i = 0; i < likeliest.indices().size(0); i++) {
        print(
            "%-20s %5.1f %%",
            network.languages.get((int) likeliest.indices().select(0, i).itemLong()),
            100 * likeliest.values().select(0, i).item());
      }
    }
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new BadInput("%s: expected 1 to %s, got %s".formatted(option, most, value));
    }
  }

  /** Creates the folder before the training, so that an error does not waste the training. */
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

  private void train() throws IOException {
    check("--hidden", hidden, 4096);
    check("--layers", layers, 8);
    check("--epochs", epochs, 1000);
    List<Language> corpus = Language.read(data, languages);
    makeOutput();

    Torch.manualSeed(seed);
    List<String> names = corpus.stream().map(Language::name).toList();
    Vocabulary characters =
        Vocabulary.builder(Vocabulary.Unit.CHARACTERS)
            .addAll(corpus.stream().map(Language::training).toList())
            .build();
    var rnn = LanguageClassifier.rnn(cell, hidden, layers, bidirectional);
    var network = new LanguageClassifier(characters, names, rnn);
    print("%s languages, %s different characters%n%s", names.size(), characters.size(), network);

    var pieces = Pieces.training(corpus, characters, PIECES, seed);
    var sampler = new LengthBucketSampler(pieces.lengths(), BATCH);
    var criterion = CrossEntropyLoss.builder().labelSmoothing(0.1).build();
    var optimizer = new Adam(network.parameters());
    var loading = new LoadingTime();
    var trainer =
        Trainer.builder(network, optimizer, Step.padded(network::forward, criterion::forward))
            .epochs(epochs)
            .clipGradNorm(1)
            .stepScheduler(new OneCycleLR(optimizer, 1e-2, epochs * (int) sampler.size()))
            .metrics(new Accuracy())
            .restoreBest(false) // since held-out articles must not choose the weights
            .callbacks(new ConsoleProgress(), loading)
            .build();
    try (var training =
            DataLoader.builder(pieces).batchSampler(sampler).collate(new PadCollate()).build();
        var some = tests(corpus, characters, 20);
        var more = tests(corpus, characters, 100)) {
      History history = trainer.fit(training, some);
      if (!history.wasInterrupted()) {
        var matrix = new ConfusionMatrix(names);
        trainer.evaluate(more, matrix);
        network.save(output.resolve(MODEL));
        print("Training: %s", loading);
        report(history, matrix);
      }
    }
  }

  /** Returns the batches of pieces of held-out articles, some for each language. */
  private static DataLoader<PaddedBatch> tests(
      List<Language> corpus, Vocabulary characters, int perLanguage) {
    return DataLoader.builder(Pieces.test(corpus, characters, perLanguage))
        .batchSize(2 * BATCH)
        .collate(new PadCollate())
        .build();
  }

  private void report(History history, ConfusionMatrix matrix) throws IOException {
    new LearningCurve()
        .add("loss", history.values("loss"))
        .add("held-out loss", history.values("validation loss"))
        .addAccuracy("held-out accuracy", history.values("accuracy"))
        .save(output.resolve("learning-curve.png"));
    new ConfusionMatrixChart(matrix)
        .title("Held-out texts: language and predicted language")
        .save(output.resolve("confusion-matrix.png"));
    print("%n%s%n%nTest accuracy on articles never seen: %.4f", matrix.report(), matrix.compute());
    print("%nWritten to %s: %s, learning-curve.png, confusion-matrix.png", output, MODEL);
    print("%nTry it:");
    String option = output.equals(OUTPUT) ? "" : " -Dargs=\"--output=%s\"".formatted(output);
    for (String sample : List.of("Alle mennesker er født frie", "Todas as persoas nacen libres")) {
      print("  mvn -q compile exec:exec@language-id -Dtext=\"%s\"%s", sample, option);
    }
  }

  private void print(String format, Object... values) {
    command.commandLine().getOut().printf(Locale.ROOT, format + "%n", values).flush();
  }
}
