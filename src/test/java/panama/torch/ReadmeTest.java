package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The code, commands and links of the README work. */
class ReadmeTest {
  private static final String README = read("README.md");

  @TempDir Path folder;

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> blocks(String language) {
    List<String> blocks =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(README)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).as("blocks of %s", language).isNotEmpty();
    return blocks;
  }

  @Test
  void everyCodeBlockHasAKnownLanguage() {
    Pattern fence = Pattern.compile("^```(.*)$", Pattern.MULTILINE);
    assertThat(fence.matcher(README).results().map(found -> found.group(1)))
        .containsOnly("", "java", "jshell", "sh", "text", "xml");
  }

  @TestFactory
  List<DynamicTest> javaBlocksRun() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String block : blocks("java")) {
      String name = "Readme" + tests.size();
      tests.add(DynamicTest.dynamicTest(name, () -> Snippet.run(folder, name, block)));
    }
    return tests;
  }

  @Test
  void commandsNameExistingExecutions() {
    String pom = read("pom.xml");
    List<MatchResult> executions =
        Pattern.compile("exec:exec@([\\w-]+)").matcher(README).results().toList();
    assertThat(executions).isNotEmpty();
    executions.forEach(e -> assertThat(pom).contains("<id>%s</id>".formatted(e.group(1))));
    assertThat(read(".ci/run")).contains("mvn -B verify");
    assertThat(blocks("sh").getFirst()).isEqualTo("mvn verify\n");
  }

  @Test
  void theDependenciesAreThoseOfTheGuide() {
    assertThat(read("docs/install.md")).contains(blocks("xml"));
  }

  @Test
  void linkedFilesExist() {
    Pattern.compile("\\]\\(([^)#:]+)\\)")
        .matcher(README)
        .results()
        .forEach(link -> assertThat(Path.of(link.group(1))).exists());
  }
}
