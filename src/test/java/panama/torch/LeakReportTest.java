package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs programs in separate processes, since tracking is enabled when a JVM starts. */
class LeakReportTest {
  @TempDir Path folder;

  private static final String TRACKED = "-Dpanama.torch.trackAllocations=true";

  private List<String> run(String name, String source, String... flags) throws Exception {
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(flags));
    command.add(file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  /** Returns the last code block of a language in docs/memory.md. */
  private static String documented(String language) throws Exception {
    return Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(Files.readString(Path.of("docs/memory.md")))
        .results()
        .map((MatchResult block) -> block.group(1))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  @Test
  void theDocumentedProgramPrintsTheDocumentedReport() throws Exception {
    assertThat(comparable(String.join("\n", run("Leaky", documented("java"), TRACKED)) + "\n"))
        .isEqualTo(comparable(documented("text")));
  }

  /** Replaces the number of bytes in use, which depends on the processor. */
  private static String comparable(String report) {
    return report.replaceFirst("\\d+ bytes in use", "... bytes in use");
  }

  @Test
  void withoutTheFlagTheReportSaysHowToSetIt() throws Exception {
    assertThat(run("Leaky", documented("java")))
        .hasSize(2)
        .last()
        .isEqualTo(
            "Start the JVM with -Dpanama.torch.trackAllocations=true to see which lines made"
                + " them.");
    LeakReport here = Torch.leakReport();
    assertThat(here.tracked()).isFalse();
    assertThat(here.sites()).isEmpty();
  }

  /** The line numbers are those of the source below. */
  @Test
  void listsOnlyLinesWhoseTensorsAreAlive() throws Exception {
    String source =
        """
        import java.util.List;
        import panama.torch.*;
        public class Holders {
          static Tensor held = Torch.ones(4, 8);
          static void replace() {
            held = Torch.cat(List.of(held, held), 0);
          }
          public static void main(String[] args) throws Exception {
            Torch.ones(1000);
            Torch.ones(5).close();
            var outer = new TensorScope();
            try (var inner = new TensorScope()) {
              Torch.ones(1);
              Torch.op("aten::chunk").arg(held).arg(2).call().tensors(0).forEach(inner::keep);
            }
            List<Tensor> list = List.of(Torch.ones(3), Torch.ones(2));
            Thread other = new Thread(Holders::replace);
            other.start();
            other.join();
            for (var site : Torch.leakReport().sites()) {
              System.out.println(site);
            }
            System.out.println(list.size());
            outer.close();
            System.out.println(Torch.leakReport().sites().size());
          }
        }
        """;
    assertThat(run("Holders", source, TRACKED))
        .containsExactly(
            "Site[madeAt=Holders.replace(Holders.java:6), count=1, bytes=256, largest=float32[8,"
                + " 8]]",
            "Site[madeAt=Holders.main(Holders.java:14), count=2, bytes=128, largest=float32[2, 8]]",
            "Site[madeAt=Holders.main(Holders.java:16), count=2, bytes=20, largest=float32[3]]",
            "2",
            "1");
  }
}
