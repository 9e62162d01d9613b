package panama.torch.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.artifacts.FirstTensor;

/** Errors of programs that cannot load the native library. Each runs in a separate process. */
class NativeLibraryTest {
  @TempDir Path folder;

  private static List<String> run(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), FirstTensor.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("PANAMA_TORCH_HOME");
    Process process = builder.start();
    List<String> lines = process.inputReader().lines().toList();
    process.waitFor();
    return lines;
  }

  private static String home(Path path) {
    return "-Dpanama.torch.home=" + path;
  }

  private static void assertToldTwice(List<String> lines, String... parts) {
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).contains(parts).isEqualTo(lines.getLast());
  }

  @Test
  void worksWithoutAWarningWhenAccessIsGranted() throws Exception {
    assertThat(
            run(
                "--enable-native-access=ALL-UNNAMED",
                home(Path.of(System.getProperty("panama.torch.home")))))
        .containsExactly("1.0", "1.0");
  }

  @Test
  void namesThePropertyThatIsNotSet() throws Exception {
    assertToldTwice(
        run("--enable-native-access=ALL-UNNAMED"),
        "-Dpanama.torch.home: not set",
        "PANAMA_TORCH_HOME: not set",
        "native jars on the class path or module path: none",
        "io.github.panama-torch:panama-torch",
        "libtorch-");
  }

  @Test
  void namesNoJarsForUnsupportedPlatforms() throws Exception {
    List<String> lines = run("--enable-native-access=ALL-UNNAMED", "-Dos.name=Mac OS X");
    assertToldTwice(
        lines, "no native library for macos-", "linux-x86_64 alone", "build from source");
    assertThat(lines.getFirst()).doesNotContain("libtorch-macos");
  }

  @Test
  void namesTheFolderWithoutAManifest() throws Exception {
    assertToldTwice(
        run("--enable-native-access=ALL-UNNAMED", home(folder)),
        folder.toString(),
        "no native.properties in it");
  }

  @Test
  void namesTheMissingLibrary() throws Exception {
    Path manifest = folder.resolve("native.properties");
    Files.writeString(
        manifest,
        "libtorch.version=1\nlibtorch.lib=/nowhere\nlibtorch.load=libc10.so\nshim=x.so\n");
    assertToldTwice(
        run("--enable-native-access=ALL-UNNAMED", home(folder)),
        Path.of("/nowhere/libc10.so").toString(),
        manifest.toString(),
        "does not exist");
    Files.writeString(manifest, "libtorch.version=1\nlibtorch.lib=/nowhere\nshim=x.so\n");
    assertToldTwice(
        run("--enable-native-access=ALL-UNNAMED", home(folder)), "no entry libtorch.load");
    Files.writeString(
        manifest,
        "libtorch.version=1\nlibtorch.lib=" + folder + "\nlibtorch.load=x.so\nshim=x.so\n");
    Files.writeString(folder.resolve("x.so"), "no library");
    List<String> lines = run("--enable-native-access=ALL-UNNAMED", home(folder));
    // The JVM itself prints a warning about the file before.
    assertToldTwice(lines.subList(lines.size() - 2, lines.size()), "cannot load " + folder);
  }

  @Test
  @EnabledForJreRange(minVersion = 24, disabledReason = "older ones cannot deny by that flag")
  void deniedNativeAccessNamesTheFlag() throws Exception {
    assertToldTwice(
        run("--illegal-native-access=deny", home(Path.of(System.getProperty("panama.torch.home")))),
        "--enable-native-access=ALL-UNNAMED");
  }
}
