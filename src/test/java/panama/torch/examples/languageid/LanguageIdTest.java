package panama.torch.examples.languageid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.Generator;
import panama.torch.Torch;
import panama.torch.data.LengthBucketSampler;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.examples.languageid.LanguageClassifier.Cell;
import panama.torch.io.SafeTensors;

class LanguageIdTest {
  private static final Path TABLE = Path.of("examples", "data", "udhr.tsv");

  @TempDir Path folder;

  /** The output and the exit status of a run. */
  private record Run(int status, String out, String err) {
    void isRefused(String... parts) {
      assertThat(status).isEqualTo(2);
      assertThat(err.lines()).as(err).hasSize(1);
      assertThat(err).startsWith("language-id: ").contains(parts);
      assertThat(out).isEmpty();
    }
  }

  private Run run(String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all =
        Stream.concat(Stream.of("--output=" + folder.resolve("out")), Arrays.stream(options))
            .toList();
    int status =
        LanguageId.run(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  @Test
  void trainsThenNamesALanguage() throws IOException {
    String[] training = {"--languages=eng,fin,Polish", "--epochs=1", "--hidden=16", "--seed=3"};
    Run first = run(training);
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.out()).contains("3 languages", "precision", "Test accuracy", "-Dtext=");
    Path model = folder.resolve("out/language-id.safetensors");
    assertThat(SafeTensors.loadMetadata(model)).containsEntry("cell", "GRU");
    for (String picture : List.of("learning-curve.png", "confusion-matrix.png")) {
      assertThat(Files.readAllBytes(folder.resolve("out").resolve(picture)))
          .startsWith(0x89, 'P', 'N', 'G');
    }

    Run asked = run("--text=Wszyscy ludzie rodzą się wolni i równi");
    assertThat(asked.status()).as(asked.err()).isZero();
    assertThat(asked.out().lines()).hasSize(3);
    assertThat(asked.out()).startsWith("Polish");

    byte[] saved = Files.readAllBytes(model);
    Run second = run(training);
    assertThat(accuracy(second)).isEqualTo(accuracy(first));
    assertThat(Files.readAllBytes(model)).as("the same seed, the same numbers").isEqualTo(saved);
  }

  @ParameterizedTest
  @CsvSource({"--bidirectional, true", "--no-bidirectional, false"})
  void readsBackwardsUnlessToldNotTo(String option, String expected) throws IOException {
    Run run = run("--languages=eng,fin", "--epochs=1", "--hidden=4", "--cell=rnn", option);
    assertThat(run.status()).as(run.err()).isZero();
    Path model = folder.resolve("out/language-id.safetensors");
    assertThat(SafeTensors.loadMetadata(model)).containsEntry("bidirectional", expected);
  }

  private static String accuracy(Run run) {
    return run.out().lines().filter(l -> l.startsWith("Test accuracy")).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --hidden=0         | --hidden: expected 1 to 4096, got 0
          --layers=-1        | --layers: expected 1 to 8, got -1
          --epochs=0         | --epochs: expected 1 to 1000, got 0
          --hidden=many      | 'many' is not an int
          --cell=perceptron  | expected one of [RNN, LSTM, GRU]
          --languages=eng,xx | there is no 'xx'
          --languages=eng    | at least two
          --data=nowhere.tsv | there is no file nowhere.tsv
          --data=examples    | examples: expected a file, got a folder
          --text=            | expected some words
          --text=Привет      | there is no file
          --colour=red       | Unknown option
          """)
  void refusesBadOptionsInOneLine(String option, String message) {
    run(option).isRefused(message);
    assertThat(folder.resolve("out/language-id.safetensors")).doesNotExist();
  }

  @Test
  void refusesAnOutputThatIsNotAFolder() throws IOException {
    Files.writeString(folder.resolve("out"), "in the way");
    run().isRefused("--output", "cannot be made a folder");
    assertThat(folder.resolve("out")).hasContent("in the way");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                        | expected a table, got an empty file
          'a,b,c'                                   | expected rows after the header, got none
          'a\\tb\\n1\\t2'                              | no column 'article'
          code\\tlanguage\\tarticle\\ttext\\nx\\tX\\tsix\\tt | line 2, column 'article': expected a value of type NUMBER, got 'six'
          code\\tlanguage\\tarticle\\ttext\\nx\\tX\\t1      | line 2: expected 4 values, got 3; none for column 'text'
          code\\tlanguage\\tarticle\\ttext\\nx\\tX\\t1\\tt   | at least two languages
          code\\tlanguage\\tarticle\\ttext\\nx\\tX\\t1\\tt\\ny\\tY\\t1\\tt | too little text
          """)
  void refusesADamagedTable(String table, String message) throws IOException {
    Path file = folder.resolve("table.tsv");
    Files.writeString(file, table.replace("\\t", "\t").replace("\\n", "\n"));
    run("--data=" + file).isRefused("--data: no sound table: " + file, message, "git checkout");
  }

  @Test
  void refusesATruncatedTable() throws IOException {
    Path file = folder.resolve("table.tsv");
    byte[] whole = Files.readAllBytes(TABLE);
    Files.write(file, Arrays.copyOf(whole, whole.length / 20));
    run("--data=" + file).isRefused("--data", "expected 31 articles of als");
  }

  @Test
  void refusesAFileThatIsNotAModel() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.writeString(file, "not a model");
    run("--text=hello", "--model=" + file).isRefused("--model", "no sound safetensors file");
    SafeTensors.save(file, Map.of("w", Torch.zeros(2)));
    run("--text=hello", "--model=" + file).isRefused("--model", "no model of this program");
  }

  @Test
  void batchesOfSimilarLengthsHaveLittlePadding() {
    List<Language> corpus = Language.read(TABLE, List.of());
    Vocabulary characters = Vocabulary.builder(Vocabulary.Unit.CHARACTERS).build();
    long[] lengths = Pieces.training(corpus, characters, LanguageId.PIECES, 0).lengths();
    assertThat(padding(lengths, 50)).isBetween(0.001, 0.1);
    assertThat(padding(lengths, 1)).as("random batches").isGreaterThan(0.3);
  }

  private static double padding(long[] lengths, int batchesPerChunk) {
    Generator generator = new Generator().manualSeed(0);
    return new LengthBucketSampler(lengths, LanguageId.BATCH, batchesPerChunk, false, generator)
        .paddingWaste();
  }

  private static LanguageClassifier untrained(
      String characters, Cell cell, int hidden, int layers, boolean bidirectional) {
    return new LanguageClassifier(
        Vocabulary.builder(Vocabulary.Unit.CHARACTERS).add(characters).build(),
        List.of("A", "B"),
        LanguageClassifier.rnn(cell, hidden, layers, bidirectional));
  }

  @Test
  void refusesAModelOfOtherSizes() throws IOException {
    Path file = folder.resolve("model.safetensors");
    untrained("abc", Cell.GRU, 4, 1, false).save(file);
    assertThat(run("--text=cab", "--model=" + file).status()).isZero();

    Map<String, String> about = SafeTensors.loadMetadata(file);
    var changed = new java.util.HashMap<>(about);
    changed.put("hidden", "5");
    SafeTensors.save(file, SafeTensors.load(file), changed);
    run("--text=cab", "--model=" + file).isRefused("--model", "rnn.weight_ih_l0", "train it anew");
    changed.put("hidden", "five");
    SafeTensors.save(file, SafeTensors.load(file), changed);
    run("--text=cab", "--model=" + file).isRefused("--model", "five");
  }

  @Test
  void refusesATextWithoutAKnownCharacter() throws IOException {
    Path file = folder.resolve("model.safetensors");
    untrained(" abc", Cell.LSTM, 4, 2, true).save(file);
    run("--text=Привет мир", "--model=" + file).isRefused("knows none of the characters");
  }
}
