package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java blocks of docs/data.md and docs/training.md are programs that print what they say. */
class GuidesTest {
  private static final String TOKENIZER =
      """
      {
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null, "decoder": null,
        "model": {
          "type": "WordLevel", "vocab": {"[UNK]": 0, "hello": 1, "world": 2}, "unk_token": "[UNK]"
        }
      }
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeInputs() throws IOException {
    Files.copy(Path.of("examples/data/seattle-weather.csv"), folder.resolve("seattle-weather.csv"));
    Files.writeString(folder.resolve("names.txt"), "Ada\nGrace\n");
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Where DJL unpacks its native library; otherwise the home folder.
    System.setProperty("DJL_CACHE_DIR", Path.of("target", "djl").toAbsolutePath().toString());
  }

  private static String read(String page) throws IOException {
    return Files.readString(Path.of("docs", page + ".md"));
  }

  private static List<String> blocks(String page, String language) throws IOException {
    List<String> blocks =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(read(page))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).as("blocks of %s in %s", language, page).isNotEmpty();
    return blocks;
  }

  /** Runs a program with its files in the temporary folder, and returns its output. */
  private String run(String page) throws Exception {
    String program = String.join("", blocks(page, "java"));
    String parent = folder.toString().replace('\\', '/');
    String moved = program.replace("Path.of(\"", "Path.of(\"" + parent + "\", \"");
    PrintStream out = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      Snippet.run(Files.createDirectory(folder.resolve("classes")), page, moved);
    } finally {
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "training"})
  void blocksRunInOrder(String page) throws Exception {
    assertThat(run(page)).contains(blocks(page, "text"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "training"})
  void linkedFilesExist(String page) throws IOException {
    List<MatchResult> links =
        Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(read(page)).results().toList();
    assertThat(links).isNotEmpty();
    links.forEach(link -> assertThat(Path.of("docs", link.group(1))).exists());
  }

  /** The coordinates have the versions of the POM, and the module descriptor has their modules. */
  @Test
  void optionalDependenciesAreThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String descriptor = Files.readString(Path.of("src/main/java/module-info.java"));
    List<MatchResult> rows =
        Pattern.compile("`[\\w.]+:(\\w+):([\\d.]+)` \\| `requires ([\\w.]+);")
            .matcher(read("data"))
            .results()
            .toList();
    assertThat(rows).hasSize(4);
    for (MatchResult row : rows) {
      assertThat(pom)
          .contains("<%1$s.version>%2$s</%1$s.version>".formatted(row.group(1), row.group(2)));
      assertThat(descriptor).contains("requires static " + row.group(3) + ";");
    }
  }
}
