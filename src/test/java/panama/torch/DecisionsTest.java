package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each decision has a date and a status, and the classes, commands and files that it names exist.
 */
class DecisionsTest {
  private static final Path FOLDER = Path.of("docs", "decisions");
  private static final Pattern HEAD =
      Pattern.compile(
          """
          # (\\d{4}): (.+)

          - Date: (\\d{4}-\\d{2}-\\d{2})
          - Status: (?:Accepted|Superseded by \\[(\\d{4})]\\(\\4-[a-z0-9-]+\\.md\\))

          """);

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> filesBelow(Path folder, String pattern) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.getFileName().toString().matches(pattern)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> decisions() {
    return filesBelow(FOLDER, "\\d{4}-.*\\.md");
  }

  private static List<String> named(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
  }

  private static MatchResult head(Path decision) {
    var head = HEAD.matcher(read(decision));
    assertThat(head.lookingAt()).as("%s begins with title, date and status", decision).isTrue();
    return head;
  }

  @Test
  void theListIsComplete() {
    List<String> rows =
        decisions().stream()
            .map(
                decision -> {
                  MatchResult head = head(decision);
                  return "| [%s](%s) | %s | %s |"
                      .formatted(
                          head.group(1), decision.getFileName(), head.group(2), head.group(3));
                })
            .toList();
    assertThat(rows).isNotEmpty();
    String list = read(FOLDER.resolve("README.md"));
    assertThat(list.lines().filter(line -> line.startsWith("| ["))).containsExactlyElementsOf(rows);
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void everyDecisionHasADateAndAStatus(Path decision) {
    assertThat(decision.getFileName().toString()).startsWith(head(decision).group(1) + "-");
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void namedClassesExist(Path decision) {
    for (String name : named(read(decision), "\\b[A-Z]\\w+(?:Test|IT|Benchmark|Run)\\b(#\\w+)?")) {
      String[] parts = name.split("#", -1);
      List<Path> sources = filesBelow(Path.of("src"), parts[0] + "\\.java");
      assertThat(sources).as(name).hasSize(1);
      if (parts.length > 1) {
        assertThat(read(sources.getFirst())).contains(" void " + parts[1] + "(");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void namesInCommandsExist(Path decision) {
    String text = read(decision);
    String pom = read(Path.of("pom.xml"));
    for (String id : named(text, "(?<= -P|exec@)[\\w-]+")) {
      assertThat(pom).contains("<id>%s</id>".formatted(id));
    }
    for (String test : named(text, "(?<=ctest .{0,40} -R )\\w+")) {
      assertThat(read(Path.of("native", "tests", "CMakeLists.txt"))).contains("NAME " + test);
    }
    for (String property : named(text, "(?<=-D)panama\\.torch\\.[\\w.]*\\w(?==[a-z])")) {
      assertThat(filesBelow(Path.of("src", "main"), ".*\\.java"))
          .as(property)
          .anyMatch(source -> read(source).contains('"' + property + '"'));
    }
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void namedFilesExist(Path decision) {
    String text = read(decision);
    for (String path : named(text, "(?<=`)(?:native|src|cmake|bindings|docs)/[\\w./-]+(?=`)")) {
      assertThat(Path.of(path)).exists();
    }
    for (String link : named(text, "(?<=]\\()[^)#:]+(?=\\))")) {
      assertThat(FOLDER.resolve(link)).exists();
    }
  }
}
