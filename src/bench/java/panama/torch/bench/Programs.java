package panama.torch.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Prepares the programs of all peers. What cannot be prepared is absent, for a reason. */
final class Programs {
  private static final Path SOURCES = Path.of("src", "bench");
  private static final String CLASS_PATH_GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";

  private static final String NO_PYTHON = "no -Dpython=/path/to/python was given";
  private static final Path NOTHING = Path.of("/dev/null");

  private final String home = System.getProperty("panama.torch.home");
  private final String python = System.getProperty("python", "");
  private final Path work;
  private final Path models;
  private final Map<Peer, Program> programs = new EnumMap<>(Peer.class);

  private Programs(Path work) {
    this.work = work;
    models = work.resolve("models");
  }

  /**
   * Prepares them.
   *
   * @param work a folder for classes, models and logs
   */
  static Map<Peer, Program> prepare(Path work) throws IOException {
    Programs all = new Programs(work);
    all.ours(Peer.FUSED);
    all.ours(Peer.ATEN);
    all.cpp();
    all.python(Peer.PYTHON, "default");
    all.python(Peer.EQUAL, "equal");
    all.python(Peer.COMPILE, "compile");
    all.onnx();
    all.java(
        Peer.DJL,
        "djl",
        "DjlWorker",
        List.of(
            "-Dai.djl.offline=true",
            "-DDJL_CACHE_DIR=" + work.resolve("djl-cache").toAbsolutePath()));
    all.java(
        Peer.JAVACPP,
        "javacpp",
        "JavaCppWorker",
        List.of(
            "-Dorg.bytedeco.javacpp.cachedir=" + work.resolve("javacpp-cache").toAbsolutePath()));
    return all.programs;
  }

  private void present(Peer peer, List<String> command) {
    programs.put(peer, Program.present(peer, command));
  }

  private void absent(Peer peer, String reason) {
    programs.put(peer, Program.absent(peer, reason));
  }

  private void ours(Peer peer) {
    present(peer, ours(PanamaWorker.class, peer.name()));
  }

  /** Returns the command of a program that uses this library. */
  static List<String> ours(Class<?> program, String... arguments) {
    List<String> command =
        javaCommand(
            System.getProperty("java.class.path"),
            List.of("-Dpanama.torch.home=" + System.getProperty("panama.torch.home")));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> javaCommand(String classPath, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(javaProgram("java"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath));
    return command;
  }

  private static String javaProgram(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private void cpp() {
    Path program = Path.of(home).resolveSibling("bench").resolve("panama_torch_bench_worker");
    if (Files.isExecutable(program)) {
      present(Peer.CPP, List.of(program.toString()));
    } else {
      absent(Peer.CPP, "it is built only with -Pbench");
    }
  }

  private void python(Peer peer, String variant) {
    if (python.isEmpty()) {
      absent(peer, NO_PYTHON);
    } else {
      present(peer, List.of(python, script("worker.py"), variant));
    }
  }

  private static String script(String name) {
    return SOURCES.resolve("python").resolve(name).toString();
  }

  /** Exports the models, and prepares ONNX Runtime if that works. */
  private void onnx() throws IOException {
    if (python.isEmpty()) {
      absent(Peer.ONNX, "Python's torch exports its models, and " + NO_PYTHON);
      return;
    }
    Path cells = work.resolve("models.txt");
    Files.write(
        cells,
        Row.all().stream()
            .map(Row::cell)
            .filter(cell -> Set.of("infer", "stream").contains(cell.work()))
            .map(Cell::toString)
            .distinct()
            .toList());
    Files.createDirectories(models);
    String failure = run("export", List.of(python, script("export.py"), models.toString()), cells);
    if (failure.isEmpty()) {
      java(Peer.ONNX, "onnxruntime", "OnnxWorker", List.of());
    } else {
      absent(Peer.ONNX, "its models cannot be exported: " + failure);
    }
  }

  /** Compiles a worker in Java with the jars of its peer, which Maven finds. */
  private void java(Peer peer, String folder, String worker, List<String> options)
      throws IOException {
    Path source = SOURCES.resolve("peers").resolve(folder);
    Path classPath = work.resolve(folder + ".class-path");
    List<String> maven =
        List.of(
            System.getProperty("maven"),
            "-B",
            "-q",
            "-f",
            source.resolve("pom.xml").toString(),
            CLASS_PATH_GOAL,
            "-Dmdep.outputFile=" + classPath.toAbsolutePath());
    String failure = run(folder, maven, NOTHING);
    if (!failure.isEmpty()) {
      absent(peer, "its jars cannot be resolved: " + failure);
      return;
    }
    String jars = Files.readString(classPath);
    Path classes = work.resolve(folder);
    List<String> compiler =
        List.of(
            javaProgram("javac"),
            "-d",
            classes.toString(),
            "-cp",
            jars,
            "-sourcepath",
            SOURCES.resolve("java").toString(),
            source.resolve(worker + ".java").toString());
    failure = run(folder, compiler, NOTHING);
    if (!failure.isEmpty()) {
      absent(peer, "its worker cannot be compiled: " + failure);
      return;
    }
    List<String> command = javaCommand(classes + File.pathSeparator + jars, options);
    Collections.addAll(command, worker, models.toString());
    present(peer, command);
  }

  /** Runs a command to its end. Returns an empty string, or the first error that it printed. */
  private String run(String name, List<String> command, Path input) throws IOException {
    Path log = work.resolve(name + ".log");
    Files.deleteIfExists(log);
    ProcessBuilder builder = Program.process(command, Map.of(), log);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(input.toFile());
    try {
      if (builder.start().waitFor() == 0) {
        return "";
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.matches("(?i).*error.*")).findFirst().orElse("see " + log);
    }
  }
}
