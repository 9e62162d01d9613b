package panama.torch.examples.pronounce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.Dataset;
import panama.torch.data.LengthBucketSampler;
import panama.torch.data.PadCollate;
import panama.torch.data.PaddedBatch;
import panama.torch.examples.pronounce.Dictionary.Entry;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.optim.Adam;
import panama.torch.optim.lr_scheduler.OneCycleLR;
import panama.torch.train.ConsoleProgress;
import panama.torch.train.History;
import panama.torch.train.Step;
import panama.torch.train.StepOutput;
import panama.torch.train.Trainer;
import panama.torch.train.charts.LearningCurve;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a network that converts spellings to phonemes, or asks a trained one. */
@Command(
    name = "pronounce",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Trains a network to pronounce English words; with words, asks it.")
public final class Pronounce implements Callable<Integer> {
  private static final int BATCH = 128;
  private static final double MAX_RATE = 3e-3;
  private static final int SAMPLES = 10;

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "WORD", description = "the words to pronounce")
  private List<String> words = List.of();

  @Option(names = "--epochs", description = "passes over the training words, 1 to 1000")
  private int epochs = 8;

  @Option(names = "--beam", description = "the width of the beam search, 1 to 100")
  private int beam = 5;

  @Option(names = "--data", description = "the table of words and phonemes")
  private Path data = Path.of("examples", "data", "cmudict.tsv");

  @Option(names = "--output", description = "the folder for the model and the learning curve")
  private Path output = Path.of("target", "pronounce");

  private Pronounce() {}

  /** Exits with status 0, or with 2 after one line about invalid input. */
  public static void main(String[] args) {
    Torch.setNumThreads(1); // the numbers shall not depend on the number of processors
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Pronounce())
        .setParameterExceptionHandler((e, given) -> complain(e))
        .setExecutionExceptionHandler(
            (e, line, given) -> {
              if (e instanceof IOException || e instanceof IllegalArgumentException) {
                return complain(e);
              }
              throw e;
            })
        .execute(args);
  }

  private static int complain(Exception e) {
    System.err.println("pronounce: " + e.getMessage());
    return CommandLine.ExitCode.USAGE;
  }

  private void check(boolean valid, String message) {
    if (!valid) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  @Override
  public Integer call() throws IOException {
    check(epochs >= 1 && epochs <= 1000, "--epochs: expected 1 to 1000, got " + epochs);
    check(beam >= 1 && beam <= 100, "--beam: expected 1 to 100, got " + beam);
    for (String word : words) {
      check(word.matches("[A-Za-z]+"), "WORD: expected letters a to z only, got '" + word + "'");
    }
    Path file = output.resolve("pronounce.safetensors");
    Pronouncer pronouncer =
        words.isEmpty() || !Files.exists(file) ? train(file) : Pronouncer.load(file);
    for (String word : words) {
      print("%n%s", word);
      pronouncer
          .pronounce(word, beam)
          .forEach(found -> print("%5.1f %%  %s", 100 * found.probability(), found.phonemes()));
    }
    return CommandLine.ExitCode.OK;
  }

  private Pronouncer train(Path file) throws IOException {
    check(Files.isRegularFile(data), "--data: expected a table of words, got no file " + data);
    Files.createDirectories(output);
    Torch.manualSeed(0);
    Dictionary dictionary = Dictionary.read(data);
    Pronouncer pronouncer = Pronouncer.of(dictionary.training());
    Network network = pronouncer.network();
    print(
        "%d words to train, %d to validate, %d to test; %d parameters",
        dictionary.training().size(),
        dictionary.validation().size(),
        dictionary.test().size(),
        network.parameters().stream().mapToLong(Tensor::numel).sum());
    History history;
    try (var training = batches(pronouncer, dictionary.training());
        var validation = batches(pronouncer, dictionary.validation())) {
      var optimizer = new Adam(network.parameters());
      var scheduler = new OneCycleLR(optimizer, MAX_RATE, (int) (epochs * training.size()));
      history =
          Trainer.builder(network, optimizer, step(network))
              .epochs(epochs)
              .clipGradNorm(1)
              .stepScheduler(scheduler)
              .callbacks(new ConsoleProgress())
              .build()
              .fit(training, validation);
    }
    check(!history.wasInterrupted(), "interrupted before the end; no file is written");
    pronouncer.save(file);
    new LearningCurve()
        .add("loss", history.values("loss"))
        .add("validation loss", history.values("validation loss"))
        .save(output.resolve("learning-curve.png"));
    network.eval();
    report(pronouncer, dictionary.test());
    print("Written to %s: %s, learning-curve.png", output, file.getFileName());
    return pronouncer;
  }

  /** Batches of words with equally many phonemes, where possible, and with similar lengths. */
  private static DataLoader<PaddedBatch> batches(Pronouncer pronouncer, List<Entry> entries) {
    long[] lengths =
        entries.stream()
            .mapToLong(entry -> 100L * entry.phonemeCount() + entry.word().length())
            .toArray();
    return DataLoader.builder(Dataset.of(entries).map(pronouncer::encode))
        .batchSampler(new LengthBucketSampler(lengths, BATCH))
        .collate(PadCollate.builder().padTargets(0).build())
        .build();
  }

  /** Teacher forcing: given the correct phonemes until then, the network predicts the next one. */
  private static Step<PaddedBatch> step(Network network) {
    var criterion = CrossEntropyLoss.builder().ignoreIndex(0).build();
    return batch -> {
      long count = batch.targets().size(1) - 1;
      Tensor given = batch.targets().narrow(1, 0, count);
      Tensor next = batch.targets().narrow(1, 1, count);
      Tensor scores = network.decode(network.encode(batch.data(), batch.lengths()), given);
      return new StepOutput(criterion.forward(scores.flatten(0, 1), next.flatten()));
    };
  }

  private void report(Pronouncer pronouncer, List<Entry> test) {
    var greedy = new ErrorRate();
    var searched = new ErrorRate();
    int shown = 0;
    print("%n%-16s %-36s %s", "Test word", "Dictionary", "Network");
    for (Entry entry : test) {
      String best = pronouncer.pronounce(entry.word(), beam).getFirst().phonemes();
      searched.add(entry.phonemes(), best);
      greedy.add(entry.phonemes(), pronouncer.pronounce(entry.word(), 1).getFirst().phonemes());
      if (shown++ % Math.ceilDiv(test.size(), SAMPLES) == 0) {
        print("%-16s %-36s %s", entry.word(), entry.phonemes(), best);
      }
    }
    print("%nPhoneme error rate on the test words, without stress:");
    print(
        "greedy search %.4f, beam search of width %d %.4f", greedy.value(), beam, searched.value());
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
