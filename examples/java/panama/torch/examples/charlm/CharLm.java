package panama.torch.examples.charlm;

import static panama.torch.Torch.tensor;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.ContiguousBatches;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.data.table.TextLines;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.optim.Adam;
import panama.torch.optim.lr_scheduler.OneCycleLR;
import panama.torch.train.CarriedState;
import panama.torch.train.Checkpoint;
import panama.torch.train.ConsoleProgress;
import panama.torch.train.History;
import panama.torch.train.Step;
import panama.torch.train.Trainer;
import panama.torch.train.charts.LearningCurve;
import panama.torch.train.metrics.Perplexity;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a language model of the characters of a text, and samples text from it. */
@Command(
    name = "char-lm",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Trains a language model of the characters of a text, and samples text from it.")
public final class CharLm implements Callable<Integer> {
  private static final int STREAMS = 32;
  private static final int LENGTH = 64;
  private static final int SAMPLE_LENGTH = 500;

  @Option(names = "--text", description = "a text, whose last tenth is held out")
  private Path file = Path.of("examples", "data", "moby-dick.txt");

  @Option(names = "--cell", description = "${COMPLETION-CANDIDATES}")
  private CharModel.Cell cell = CharModel.Cell.LSTM;

  @Option(names = "--epochs", description = "passes over the text")
  private int epochs = 5;

  @Option(names = "--sample", description = "only sample, from the model in --output")
  private boolean sampleOnly;

  @Option(names = "--prompt", description = "the start of the sample")
  private String prompt = "The whale";

  @Option(names = "--temperature", description = "the lower, the likelier are the characters")
  private double temperature = 0.7;

  @Option(names = "--seed", description = "the same seed gives the same text")
  private long seed;

  @Option(names = "--output", description = "the folder of the model and the learning curve")
  private Path output = Path.of("target", "char-lm");

  @Spec private CommandSpec command;
  private final PrintStream out;

  private CharLm(PrintStream out) {
    this.out = out;
  }

  /** Exits with status 0, or with 2 after printing one line about a wrong option. */
  public static void main(String[] args) {
    Torch.setNumThreads(1); // the matrices are too small for several threads
    System.exit(run(System.out, System.err, args));
  }

  static int run(PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new CharLm(out))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (e, given) -> {
              err.println("char-lm: " + e.getMessage());
              return ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (e, line, given) -> {
              if (e instanceof IOException) { // a file that is not text, a folder that is a file
                err.println("char-lm: " + e);
                return ExitCode.USAGE;
              }
              throw e;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    check(epochs > 0, "--epochs: expected at least 1, got " + epochs);
    check(
        temperature > 0 && Double.isFinite(temperature),
        "--temperature: expected a number above 0, such as 0.7, got " + temperature);
    check(Files.isRegularFile(file), "--text: expected a text file, got " + file);
    String text = String.join("\n", TextLines.read(file).lines());
    int cut = split(text);
    check(cut > 0 && text.length() - cut >= STREAMS, "--text: expected more lines, got " + file);
    var vocabulary =
        Vocabulary.builder(Vocabulary.Unit.CHARACTERS).add(text.substring(0, cut)).build();
    long[] start = vocabulary.encode(prompt);
    check(
        start.length > 0 && Arrays.stream(start).noneMatch(c -> c == vocabulary.unknownIndex()),
        "--prompt: expected characters that occur in the text, got '" + prompt + "'");
    Path folder = output.resolve(cell.name().toLowerCase(Locale.ROOT));
    Torch.manualSeed(seed);
    var model = new CharModel(cell, vocabulary.size());
    if (sampleOnly) {
      Path best = folder.resolve("best.safetensors");
      check(Files.exists(best), "--sample: expected " + best + "; train without --sample first");
      Checkpoint.loadModel(best, model);
    } else {
      Files.createDirectories(folder);
      Tensor training = tensor(vocabulary.encode(text.substring(0, cut)));
      // With the line end before the held-out text, so that its first character is predicted, too.
      Tensor heldOut = tensor(vocabulary.encode(text.substring(cut - 1)));
      if (train(model, training, heldOut, folder).wasInterrupted()) {
        return ExitCode.OK;
      }
    }
    Torch.manualSeed(seed);
    out.println(model.sample(vocabulary, prompt, temperature, SAMPLE_LENGTH));
    return ExitCode.OK;
  }

  private void check(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  /** Returns where the held-out text begins: the start of a line, after nine tenths of the text. */
  static int split(String text) {
    return text.indexOf('\n', text.length() / 10 * 9) + 1;
  }

  private History train(CharModel model, Tensor training, Tensor heldOut, Path folder)
      throws IOException {
    var batches = new ContiguousBatches(training, STREAMS, LENGTH);
    var state = new CarriedState();
    var criterion = new CrossEntropyLoss();
    Step<List<Tensor>> step =
        Step.supervised(
            characters -> model.forward(characters, state),
            (logits, targets) -> criterion.forward(logits.flatten(0, 1), targets.flatten()));
    var optimizer = new Adam(model.parameters());
    History history =
        Trainer.<List<Tensor>>builder(model, optimizer, step)
            .epochs(epochs)
            .clipGradNorm(1)
            .stepScheduler(new OneCycleLR(optimizer, 8e-3, epochs * batches.size()))
            .metrics(new Perplexity())
            .monitor("perplexity", false)
            .checkpoints(folder)
            .callbacks(state, new ConsoleProgress())
            .stateful("state", state)
            .build()
            .fit(batches, new ContiguousBatches(heldOut, STREAMS, LENGTH));
    if (!history.wasInterrupted()) {
      new LearningCurve()
          .title("Perplexity per character")
          .yTitle("Perplexity")
          .add("training", history.values("loss").stream().map(Math::exp).toList())
          .add("held out", history.values("perplexity"))
          .save(folder.resolve("perplexity.png"));
      out.printf(
          Locale.ROOT,
          "%nPerplexity of %d held-out characters: %.3f%nWritten to %s: %s%n%n",
          heldOut.numel() - 1,
          history.best().value("perplexity"),
          folder,
          "best.safetensors, last.safetensors, perplexity.png");
    }
    return history;
  }
}
