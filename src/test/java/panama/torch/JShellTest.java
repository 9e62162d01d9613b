package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs bin/panama-jshell and the sessions of docs/jshell.md in processes. */
class JShellTest {
  private static final Path DOCS = Path.of("docs/jshell.md");
  private static final Path SCRIPTS = Path.of("src/main/resources");
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final String NATIVE = System.getProperty("panama.torch.home");
  private static final String PROMPT = "jshell> ";
  private static final String CONTINUED = "   ...> ";
  private static final String GREETING = "panama-torch on libtorch 2.13.0";
  private static final long LONGEST_SECONDS = 180;

  /** A folder with a space in its name. */
  private Path home;

  private Path work;

  @BeforeEach
  void makeFolders(@TempDir Path folder) throws IOException {
    home = Files.createDirectory(folder.resolve("my torch"));
    work = Files.createDirectory(folder.resolve("work"));
  }

  /** The result of a session. */
  private record Result(int status, List<String> out, String err) {
    /** Returns the output without prompts, empty lines and stack frames. */
    List<String> answers() {
      return JShellTest.answers(
          out.stream().map(line -> line.replaceFirst("^(?:jshell> |   \\.\\.\\.> *)+", "")));
    }

    /**
     * Asserts that answers end with these lines; jshell may print parts of its input before them.
     */
    void checkAnswers(String... lines) {
      for (String line : lines) {
        assertThat(answers()).as(line).anyMatch(answer -> answer.endsWith(line));
      }
    }

    void checkQuiet() {
      assertThat(err.lines().filter(line -> !line.contains("java.util.prefs.")))
          .as("on the error stream")
          .allMatch(line -> line.equals("INFO: Created user preferences directory."));
      assertThat(status).isZero();
      assertThat(out).contains(GREETING).noneMatch(line -> line.contains("WARNING"));
    }
  }

  private static List<String> answers(Stream<String> lines) {
    return lines
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty() && !line.startsWith("|        at "))
        .toList();
  }

  private static List<String> blocks(Path file, String language) throws IOException {
    List<String> blocks =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(file))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).as("blocks of %s in %s", language, file).isNotEmpty();
    return blocks;
  }

  private Result run(Path folder, String input, Map<String, String> variables, String... command)
      throws IOException, InterruptedException {
    Path in = Files.writeString(work.resolve("in"), input);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PANAMA_TORCH_"));
    environment.put("JAVA_HOME", JDK.toString());
    environment.put(
        "PATH", JDK.resolve("bin") + File.pathSeparator + environment.getOrDefault("PATH", ""));
    environment.put("LC_ALL", "C");
    environment.putAll(variables);
    Process process =
        builder
            .redirectInput(in.toFile())
            .redirectOutput(work.resolve("out").toFile())
            .redirectError(work.resolve("err").toFile())
            .start();
    boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    return new Result(
        ended ? process.exitValue() : -1,
        Files.readAllLines(work.resolve("out")),
        Files.readString(work.resolve("err")));
  }

  /** Starts the command in the folder of the test, with separate preferences. */
  private Result start(String input, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/panama-jshell").toString());
    command.add("-J-Djava.util.prefs.userRoot=" + work);
    command.addAll(List.of(arguments));
    return run(work, input, variables, command.toArray(String[]::new));
  }

  // The two kinds of folders that the command supports

  private void copyCommand() throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.copy(Path.of("bin/panama-jshell"), bin.resolve("panama-jshell"));
    assertThat(bin.resolve("panama-jshell").toFile().setExecutable(true)).isTrue();
  }

  private static Path classes() throws URISyntaxException {
    return Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Returns the jars on the class path of the tests whose names start with these names. */
  private static List<Path> jars(String... names) {
    List<Path> entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .toList();
    return Arrays.stream(names)
        .map(
            name ->
                entries.stream()
                    .filter(entry -> entry.getFileName().toString().startsWith(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name + " is not on the class path")))
        .toList();
  }

  /** Creates a checkout in the state after mvn compile. */
  private void makeCheckout() throws Exception {
    copyCommand();
    List<Path> entries = new ArrayList<>(List.of(SCRIPTS.toAbsolutePath(), classes()));
    entries.addAll(jars("jspecify-", "jackson-core-", "xchart-"));
    Path lib = Files.createDirectories(home.resolve("target/native/lib"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(NATIVE))) {
      for (Path file : files) {
        Files.copy(file, lib.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        Files.createDirectories(home.resolve("target/jshell")).resolve("class-path"),
        entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
  }

  /** Creates a folder of jars without XChart. */
  private void makeJars() throws Exception {
    copyCommand();
    Path lib = Files.createDirectory(home.resolve("lib"));
    for (Path jar : jars("jspecify-", "jackson-core-")) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--file",
                lib.resolve("panama-torch-0.1.0-SNAPSHOT.jar").toString(),
                "-C",
                classes().toString(),
                "panama",
                "-C",
                SCRIPTS.toString(),
                "META-INF");
    assertThat(status).isZero();
  }

  // Tests

  private static boolean isTyped(String line) {
    return line.startsWith(PROMPT) || line.startsWith(CONTINUED.stripTrailing());
  }

  /** Types the input of a transcript, and asserts that the answers are its other lines. */
  private void checkTranscript(String transcript) throws Exception {
    List<String> typed =
        transcript
            .lines()
            .filter(JShellTest::isTyped)
            .map(line -> line.substring(Math.min(line.length(), PROMPT.length())))
            .toList();
    Result result = start(String.join("\n", typed) + "\n", Map.of());
    result.checkQuiet();
    List<String> expected =
        new ArrayList<>(answers(transcript.lines().filter(line -> !isTyped(line))));
    List<String> answers = result.answers();
    int welcome = answers.indexOf("|  For an introduction type: /help intro");
    for (String line : answers.subList(welcome + 1, answers.size())) {
      String rest = line;
      if (!expected.isEmpty() && line.endsWith(expected.getFirst())) {
        rest = line.substring(0, line.length() - expected.removeFirst().length());
      }
      // jshell may print parts of its input before an answer.
      String echo = rest.strip();
      assertThat(typed)
          .as("'%s', where this was to come: %s, in %s", line, expected, answers)
          .anyMatch(input -> input.strip().startsWith(echo));
    }
    assertThat(expected).as("answers that did not come, in %s", answers).isEmpty();
  }

  @Test
  void tensorsPrintAsTheDocsShow() throws Exception {
    makeCheckout();
    checkTranscript(blocks(DOCS, "jshell").getFirst());
  }

  @Test
  void theTutorialTrainsAndPlotsItsCurve() throws Exception {
    makeCheckout();
    String transcript = blocks(DOCS, "jshell").get(1);
    assertThat(transcript)
        .contains(
            "0.7486", "0.8131", "0.7898", "0.7554", "0.6651", "0.6763", "0.7658", "0.7328",
            "0.6481", "0.6508");
    checkTranscript(transcript);
    BufferedImage curve = ImageIO.read(work.resolve("loss.png").toFile());
    assertThat(curve.getWidth()).isEqualTo(600);
    assertThat(curve.getHeight()).isEqualTo(400);
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < curve.getHeight(); y++) {
      for (int x = 0; x < curve.getWidth(); x++) {
        colours.add(curve.getRGB(x, y));
      }
    }
    assertThat(colours).as("colours").hasSizeGreaterThan(10);
  }

  @Test
  void printsDeclaredValuesCompletely() throws Exception {
    makeCheckout();
    Result result =
        start(
            """
            var x = zeros(30, 30)
            var o = Adam.builder(new Linear(2, 3).parameters()).build()
            x.close()
            x
            var m = new Linear(2, 2); m.parameters().getFirst().close()
            m
            m.parameters().getFirst()
            new StepLR(o, 2)
            o.paramGroups()
            op("aten::to_sparse").arg(ones(2, 3)).tensor()
            zeros(2, 0)
            RNN.builder(2, 3).build().forward(zeros(1, 1, 2)).hN().shape()
            x.add(1)
            packPaddedSequence(zeros(2, 1), tensor(new long[] {2}), false)
            new Identity()
            """,
            Map.of());
    result.checkQuiet();
    String answers = String.join("\n", result.answers());
    result.checkAnswers(
        "tensor(closed)",
        "Linear(in_features=2, out_features=2, bias=True)",
        "StepLR(last_epoch=0, last_lr=[0.001])",
        "tensor(..., size=(2, 3))",
        "tensor([], size=(2, 0))",
        "[1, 1, 3]",
        "Identity()");
    assertThat(result.answers())
        .noneMatch(line -> line.contains("Error") || line.contains("NullPointer"));
    assertThat(answers)
        .contains(
            "Adam (\nParameter Group 0\n    amsgrad: False\n",
            "    weight_decay: 0\n)",
            "[ParamGroup(2 parameters, amsgrad=False, betas=(0.9, 0.999)",
            "PackedSequence(data=tensor([0., 0.])")
        .containsPattern("Exception java.lang.IllegalStateException: .*add");
    assertThat(answers.split("0\\., 0\\.", -1)).as("pairs of zeros").hasSizeGreaterThan(400);
  }

  @Test
  void runsFromAFolderOfJars() throws Exception {
    makeJars();
    Path script = Files.writeString(work.resolve("more.jsh"), "int typed = 41;\n");
    // Without a checkout, with a file as an option and with an exit status.
    Result result =
        start(
            "print(zeros(1).add(++typed))\n/exit 3\n",
            Map.of("PANAMA_TORCH_HOME", NATIVE),
            "-s",
            script.toString());
    assertThat(result.out()).contains(GREETING).anyMatch(line -> line.endsWith("tensor([42.])"));
    assertThat(result.err()).doesNotContain("WARNING").doesNotContain("rror");
    assertThat(result.status()).isEqualTo(3);
  }

  @Test
  void acceptsAClassPathAndAnExecutionEngine() throws Exception {
    makeJars();
    String more = Files.createDirectory(work.resolve("more")).toString();
    Files.writeString(work.resolve("more/there.txt"), "");
    Result result =
        start(
            """
            print(ones(2).sum())
            new Object() {}.getClass().getClassLoader().getResource("there.txt") != null
            """,
            Map.of("PANAMA_TORCH_HOME", NATIVE, "PANAMA_TORCH_CLASSPATH", home + "/lib/*"),
            "--execution",
            "local",
            "--class-path",
            more);
    result.checkQuiet();
    result.checkAnswers("tensor(2.)", "true");
  }

  @Test
  void skipsAJdkThatIsTooOld() throws Exception {
    makeJars();
    Path old = Files.createDirectories(work.resolve("jdk-17/bin")).getParent();
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    Files.writeString(old.resolve("bin/jshell"), "#!/bin/sh\nexit 9\n");
    assertThat(old.resolve("bin/jshell").toFile().setExecutable(true)).isTrue();
    Result result = start("", Map.of("JAVA_HOME", old.toString()), "--version");
    assertThat(result.status()).isZero();
    assertThat(result.out()).anyMatch(line -> line.startsWith("jshell "));
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    copyCommand();
    Result result = start("", Map.of());
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("panama-jshell: no panama-torch")
        .contains("mvn compile", "PANAMA_TORCH_CLASSPATH", home + "/lib", "docs/jshell.md");
  }

  /**
   * Runs the command of the documentation in this checkout, and types the session of the README.
   */
  @Test
  void jshellRunsInTheBuiltCheckout() throws Exception {
    String command =
        blocks(DOCS, "sh").stream()
            .filter(block -> block.contains("target/jshell/class-path"))
            .findFirst()
            .orElseThrow();
    Path root = Path.of(System.getProperty("project.basedir")).toAbsolutePath();
    String typed = String.join("", blocks(Path.of("README.md"), "jshell"));
    Result result =
        run(root, typed + "print(zeros(2, 3))\n", Map.of(), "bash", "-euc", quiet(command));
    result.checkQuiet();
    result.checkAnswers("x ==>", "tensor([[0., 0., 0.],", "        [0., 0., 0.]])");
    assertThat(result.answers())
        .noneMatch(line -> line.contains("Error") || line.contains("Exception"));
  }

  @Test
  void jshellRunsWithoutACheckout() throws Exception {
    makeJars();
    String command =
        blocks(DOCS, "sh").stream()
            .filter(block -> block.startsWith("jar xf"))
            .findFirst()
            .orElseThrow();
    // The command does not quote names, so that the folder must not have a space in its name.
    Path plain = Files.move(home, work.resolve("plain"));
    Result result =
        run(
            plain,
            "zeros(2, 3)\n",
            Map.of("PANAMA_TORCH_HOME", NATIVE),
            "bash",
            "-euc",
            quiet(command));
    result.checkQuiet();
    result.checkAnswers("tensor([[0., 0., 0.],", "        [0., 0., 0.]])");
  }

  private String quiet(String command) {
    return command.stripTrailing() + " -J-Djava.util.prefs.userRoot=" + work;
  }
}
