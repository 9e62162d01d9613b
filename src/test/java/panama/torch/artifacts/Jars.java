package panama.torch.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/** The jars of this build, and methods that run programs with them. */
final class Jars {
  static final String PLATFORM = System.getProperty("artifact.platform");
  static final String VERSION = System.getProperty("artifact.version");
  static final Path MAIN = Path.of(System.getProperty("artifact") + ".jar");
  static final Path SHIM = classified(PLATFORM);
  static final Path LIBTORCH = classified("libtorch-" + PLATFORM);

  private static final long LONGEST_SECONDS = 120;

  private Jars() {}

  static Path classified(String classifier) {
    return Path.of(System.getProperty("artifact") + "-" + classifier + ".jar");
  }

  /** The result of a program: its exit status and the lines of its output and error streams. */
  record Result(int status, List<String> out, List<String> err) {
    String text() {
      return String.join("\n", out);
    }
  }

  /** Returns a class path or module path of jars and of the dependencies of the main jar. */
  static String path(Path... jars) {
    List<String> entries = new ArrayList<>();
    for (Path jar : jars) {
      entries.add(jar.toString());
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.contains("jackson-core") || entry.contains("jspecify")) {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Returns the class path that runs {@link FirstTensor} with jars. */
  static String classPath(Path... jars) {
    return path(jars) + File.pathSeparator + testClasses();
  }

  static Path testClasses() {
    return Path.of(System.getProperty("project.basedir"), "target", "test-classes");
  }

  static Process start(Path folder, Path cacheHome, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("PANAMA_TORCH_HOME");
    builder.environment().put("XDG_CACHE_HOME", cacheHome.toString());
    // To files, because reading from a pipe would block if the process hangs.
    return builder
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  static Result end(Path folder, Process process) throws IOException, InterruptedException {
    boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    return new Result(
        ended ? process.exitValue() : -1,
        Files.readAllLines(folder.resolve("out")),
        Files.readAllLines(folder.resolve("err")));
  }

  static Result run(Path cacheHome, String... arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("panama-torch");
    try {
      return end(folder, start(folder, cacheHome, List.of(arguments)));
    } finally {
      Files.delete(folder.resolve("out"));
      Files.delete(folder.resolve("err"));
      Files.delete(folder);
    }
  }

  /** Copies a native jar with another manifest. */
  static Path withManifest(Path jar, Path target, UnaryOperator<String> edit) throws IOException {
    try (JarFile in = new JarFile(jar.toFile());
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(target))) {
      for (Enumeration<JarEntry> entries = in.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        out.putNextEntry(new JarEntry(entry.getName()));
        out.write(
            entry.getName().endsWith("native.properties")
                ? edit.apply(new String(bytes, UTF_8)).getBytes(UTF_8)
                : bytes);
      }
    }
    return target;
  }
}
