package panama.torch.examples.pronounce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.examples.pronounce.BeamSearch.Sequence;

class PronounceTest {
  private static final Path TABLE = Path.of("examples", "data", "cmudict.tsv");

  @TempDir Path folder;

  /** The exit status and the output of a run. */
  private record Run(int status, String out, String err) {}

  private Run run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var captured = new ByteArrayOutputStream();
    var errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, UTF_8));
    System.setErr(new PrintStream(errors, true, UTF_8));
    try {
      String[] all =
          Stream.concat(Stream.of("--output=" + folder.resolve("out")), Arrays.stream(args))
              .toArray(String[]::new);
      return new Run(Pronounce.run(all), captured.toString(UTF_8), errors.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void trainsThenPronouncesWithTheSavedNetwork() throws IOException {
    List<String> lines = Files.readAllLines(TABLE);
    Path table = folder.resolve("words.tsv");
    Files.write(
        table, IntStream.range(0, 300).mapToObj(i -> lines.get(i * 90)).toList()); // with header
    Run training = run("--data=" + table, "--epochs=1", "--beam=2", "hello");
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.out())
        .contains(" words to train, ", "epoch 1, loss ", "beam search of width 2 ", "\nhello\n");
    assertThat(Files.readAllBytes(folder.resolve("out/learning-curve.png")))
        .startsWith(0x89, 'P', 'N', 'G');
    Run asked = run("--data=none", "--beam=2", "hello");
    assertThat(asked.out())
        .startsWith(System.lineSeparator() + "hello")
        .isEqualTo(training.out().substring(training.out().indexOf("hello") - 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs=0   | --epochs: expected 1 to 1000, got 0
          --beam=101   | --beam: expected 1 to 100, got 101
          don't        | WORD: expected letters a to z only, got 'don't'
          --data=none  | --data: expected a table of words, got no file none
          --beams=2    | Unknown option: '--beams=2'
          """,
      quoteCharacter = '`')
  void refusesBadArguments(String argument, String message) {
    Run run = run(argument);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).isEqualToNormalizingNewlines("pronounce: " + message + "\n");
  }

  @Test
  void refusesAFileThatIsNoTableOrNoModel() throws IOException {
    Path file = Files.writeString(folder.resolve("words.tsv"), "word\nhello\n");
    assertThat(run("--data=" + file).err().lines())
        .containsExactly(
            "pronounce: " + file + ": expected a word, a tab and its phonemes, got 'hello'");
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/pronounce.safetensors"), "?");
    assertThat(run("hello").err().lines())
        .singleElement()
        .asString()
        .startsWith("pronounce: ")
        .contains("pronounce.safetensors");
  }

  @Test
  void noWordIsInTwoPartsOfTheDictionary() throws IOException {
    Dictionary dictionary = Dictionary.read(TABLE);
    List<String> words =
        Stream.of(dictionary.training(), dictionary.validation(), dictionary.test())
            .flatMap(List::stream)
            .map(Dictionary.Entry::word)
            .toList();
    assertThat(words.size()).isEqualTo(29_097);
    assertThat(words.stream().distinct().count()).isEqualTo(29_097);
    assertThat(dictionary.test()).hasSizeBetween(1300, 1600);
    assertThat(dictionary.validation()).hasSizeBetween(1300, 1600);
  }

  @Test
  void paddingDoesNotChangeTheScores() {
    Torch.manualSeed(0);
    Network network = new Network(9, 7);
    network.eval();
    try (var noGrad = Torch.noGrad();
        var scope = new TensorScope()) {
      Tensor lengths = Torch.tensor(new long[] {2, 5});
      Tensor words = Torch.tensor(new long[] {3, 8, 0, 0, 0, 4, 5, 6, 7, 8}, 2, 5);
      Tensor given = Torch.tensor(new long[] {2, 4, 5, 2, 6, 3}, 2, 3);
      Tensor together = network.decode(network.encode(words, lengths), given).select(0, 0);
      Tensor alone =
          network.decode(
              network.encode(words.slice(0, 0, 1).slice(1, 0, 2), lengths.slice(0, 0, 1)),
              given.slice(0, 0, 1));
      assertThat(together.allclose(alone.select(0, 0), 1e-5, 1e-6)).isTrue();
    }
  }

  // Beam search. The model has four tokens: 0 is the start, 1 the end.

  private static final int TOKENS = 4;

  /** Probabilities that depend on all tokens before. */
  private static double[] logProbabilities(long[] before) {
    Random random = new Random(Arrays.hashCode(before));
    double[] weights = random.doubles(TOKENS).toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> Math.log(weight / sum)).toArray();
  }

  private static Tensor model(Tensor given) {
    int length = (int) given.size(1);
    long[] tokens = given.toLongArray();
    double[] all =
        IntStream.range(0, tokens.length / length)
            .mapToObj(i -> Arrays.copyOfRange(tokens, i * length, (i + 1) * length))
            .flatMapToDouble(before -> Arrays.stream(logProbabilities(before)))
            .toArray();
    return Torch.tensor(all, DType.FLOAT64, given.size(0), TOKENS);
  }

  /** Adds all sequences that begin with the given tokens and have at most {@code left} more. */
  private static void enumerate(long[] before, double sum, int left, List<Sequence> found) {
    double[] next = logProbabilities(before);
    for (int token = 0; token < TOKENS && left > 0; token++) {
      if (token == 1) {
        found.add(new Sequence(Arrays.copyOfRange(before, 1, before.length), sum + next[1]));
      } else {
        long[] longer = Arrays.copyOf(before, before.length + 1);
        longer[before.length] = token;
        enumerate(longer, sum + next[token], left - 1, found);
      }
    }
  }

  @Test
  void aWideBeamFindsAllSequencesInOrder() {
    List<Sequence> all = new ArrayList<>();
    enumerate(new long[] {0}, 0, 5, all);
    all.sort(Comparator.comparingDouble(Sequence::logProbability).reversed());
    assertThat(all).hasSize(1 + 3 + 9 + 27 + 81);
    List<Sequence> found = new BeamSearch(1000, 5, 0, 1).search(PronounceTest::model);
    assertThat(found).hasSameSizeAs(all);
    for (int i = 0; i < all.size(); i++) {
      assertThat(found.get(i).tokens()).isEqualTo(all.get(i).tokens());
      assertThat(found.get(i).logProbability())
          .isCloseTo(all.get(i).logProbability(), within(1e-9));
    }
    List<Sequence> some = new BeamSearch(7, 5, 0, 1).search(PronounceTest::model);
    assertThat(some)
        .hasSize(7)
        .isSortedAccordingTo(Comparator.comparingDouble(Sequence::logProbability).reversed());
    assertThat(some.getFirst().tokens()).isEqualTo(all.getFirst().tokens());
  }

  /** The most probable first token, 2, is followed by none that is probable. */
  @Test
  void aBeamFindsWhatGreedySearchMisses() {
    UnaryOperator<Tensor> model =
        given -> {
          List<Tensor> rows = new ArrayList<>();
          long[] last = given.select(1, -1).toLongArray();
          for (long token : last) {
            rows.add(
                token == 0
                    ? Torch.tensor(new double[] {0, 0.1, 0.5, 0.4})
                    : token == 2
                        ? Torch.tensor(new double[] {0, 0.4, 0.3, 0.3})
                        : Torch.tensor(new double[] {0, 0.9, 0.05, 0.05}));
          }
          return Torch.stack(rows).log();
        };
    Sequence greedy = new BeamSearch(1, 9, 0, 1).search(model).getFirst();
    Sequence best = new BeamSearch(2, 9, 0, 1).search(model).getFirst();
    assertThat(greedy.tokens()).containsExactly(2);
    assertThat(Math.exp(greedy.logProbability())).isCloseTo(0.2, within(1e-6));
    assertThat(best.tokens()).containsExactly(3);
    assertThat(Math.exp(best.logProbability())).isCloseTo(0.36, within(1e-6));
  }

  /** 2 ends with a probability of 0.12 before 2 3, which ends with 0.24, is complete. */
  @Test
  void aFullListOfSequencesDoesNotEndTheSearchEarly() {
    UnaryOperator<Tensor> model =
        given ->
            switch ((int) given.size(1)) {
              case 1 -> Torch.tensor(new double[] {0, 0.35, 0.4, 0.25}, 1, TOKENS).log();
              case 2 ->
                  Torch.tensor(new double[] {0, 0.3, 0.1, 0.6}, 1, TOKENS)
                      .log()
                      .expand(given.size(0), -1);
              default -> Torch.tensor(new double[] {0, 1, 0, 0}).log().expand(given.size(0), -1);
            };
    List<Sequence> found = new BeamSearch(2, 9, 0, 1).search(model);
    assertThat(found.get(0).tokens()).isEmpty();
    assertThat(found.get(1).tokens()).containsExactly(2, 3);
  }

  @Test
  void aSequenceThatDoesNotEndIsCut() {
    UnaryOperator<Tensor> endless =
        given -> Torch.tensor(new double[] {0, 0, 1, 0}).log().expand(given.size(0), -1);
    assertThat(new BeamSearch(1, 3, 0, 1).search(endless).getFirst().tokens())
        .containsExactly(2, 2, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', ab, 2",
    "ab, '', 2",
    "kitten, sitting, 3",
    "abc, abc, 0",
    "abcd, bcde, 2"
  })
  void countsInsertionsDeletionsAndReplacements(String from, String to, int distance) {
    assertThat(ErrorRate.distance(from.chars().boxed().toList(), to.chars().boxed().toList()))
        .isEqualTo(distance);
  }

  @Test
  void theErrorRateIsOfAllPhonemes() {
    ErrorRate rate = new ErrorRate();
    rate.add("HH AH L OW", "HH EH L OW");
    rate.add("K AE T", "");
    assertThat(rate.value()).isCloseTo(4 / 7.0, within(1e-12));
  }
}
