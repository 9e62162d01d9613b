package panama.torch.examples.charlm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("locale")
class CharLmTest {
  private static final String TRAINING = "Call me Ishmael.\n".repeat(360);
  private static final String TEXT = TRAINING + "Hast seen the Z?\n".repeat(40).strip();

  @TempDir Path folder;

  /** The output and the exit status of a run. */
  private record Run(int status, String out, String err) {
    /** Returns the number of held-out characters and their perplexity. */
    MatchResult result() {
      return Pattern.compile("Perplexity of (\\d+) held-out characters: ([\\d.]+)\n")
          .matcher(out)
          .results()
          .findFirst()
          .orElseThrow();
    }

    String sample() {
      return out.substring(out.indexOf("Call me"));
    }
  }

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(folder.resolve("text.txt"), TEXT);
  }

  private Run run(String... options) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Stream<String> defaults =
        Stream.of(
                "--text=" + folder.resolve("text.txt"),
                "--output=" + folder.resolve("out"),
                "--prompt=Call me")
            .filter(all -> Stream.of(options).noneMatch(one -> name(one).equals(name(all))));
    String[] all = Stream.concat(defaults, Stream.of(options)).toArray(String[]::new);
    int status =
        CharLm.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), all);
    return new Run(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private static String name(String option) {
    return option.split("=", 2)[0];
  }

  @Test
  void aTrainedModelSamplesTheSameTextForASeed() {
    Run trained = run("--epochs=1", "--cell=gru");
    assertThat(trained.status()).as(trained.err()).isZero();
    assertThat(folder.resolve("out/gru/perplexity.png")).isNotEmptyFile();
    assertThat(trained.sample()).hasSizeGreaterThan(300);

    assertThat(run("--sample", "--cell=gru").sample()).isEqualTo(trained.sample());
    assertThat(run("--sample", "--cell=gru", "--seed=1").sample()).isNotEqualTo(trained.sample());
    assertThat(run("--sample", "--cell=gru", "--temperature=0.01").sample())
        .isNotEqualTo(trained.sample());
  }

  @Test
  void heldOutTextIsTheLastTenthAndNeverTrainedOn() throws IOException {
    int cut = CharLm.split(TEXT);
    assertThat(cut).isEqualTo(TRAINING.length());
    assertThat(TEXT.length() - cut).isLessThanOrEqualTo(TEXT.length() / 10);

    MatchResult unknown = run("--epochs=5").result();
    assertThat(unknown.group(1)).isEqualTo(Integer.toString(TEXT.length() - cut));
    assertThat(Double.parseDouble(unknown.group(2))).isGreaterThan(8);
    assertThat(run("--prompt=Z").err()).contains("characters that occur in the text, got 'Z'");

    Files.writeString(folder.resolve("text.txt"), TRAINING);
    MatchResult known = run("--epochs=5").result();
    assertThat(Double.parseDouble(known.group(2))).isBetween(1.0, 2.0);
  }

  @Test
  void anRnnIsTrainedToo() {
    assertThat(Double.parseDouble(run("--epochs=1", "--cell=RNN").result().group(2)))
        .isBetween(1.0, 100.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs=0          | --epochs: expected at least 1, got 0
          --temperature=0     | --temperature: expected a number above 0, such as 0.7, got 0.0
          --temperature=NaN   | --temperature: expected a number above 0, such as 0.7, got NaN
          --cell=transformer  | expected one of [LSTM, GRU, RNN]
          --text=nowhere.txt  | --text: expected a text file, got nowhere.txt
          --prompt=Привет     | --prompt: expected characters that occur in the text, got 'Привет'
          --prompt=           | --prompt: expected characters that occur in the text, got ''
          --sample            | train without --sample first
          --colour=red        | Unknown option
          """)
  void badOptionsAreRefusedInOneLine(String option, String message) {
    Run refused = run(option);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).startsWith("char-lm: ").contains(message);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void badFilesAreRefusedInOneLine() throws IOException {
    Files.writeString(folder.resolve("text.txt"), "one long line ".repeat(100));
    assertThat(run().err()).startsWith("char-lm: --text: expected more lines").hasLineCount(1);
    Files.write(folder.resolve("text.txt"), new byte[] {'a', '\n', (byte) 0xff});
    assertThat(run().err()).contains("malformed byte 0xff").hasLineCount(1);
    writeText();
    Files.writeString(folder.resolve("out"), "in the way");
    assertThat(run().err()).startsWith("char-lm: ").contains("out").hasLineCount(1);
  }
}
