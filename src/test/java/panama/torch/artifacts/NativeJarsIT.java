package panama.torch.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.Reader;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;

/** The native jars at run time. Each program runs in a separate process. */
class NativeJarsIT {
  private static final String ACCESS = "--enable-native-access=ALL-UNNAMED";
  private static final String PROGRAM = FirstTensor.class.getName();

  /** Shared by the tests that do not damage it: libtorch takes seconds to unpack. */
  @TempDir static Path shared;

  @TempDir Path folder;

  private static Path libtorch;

  /** Finds the libtorch of the build. */
  @BeforeAll
  static void findLibtorch() throws IOException {
    Properties properties = new Properties();
    Path manifest =
        Path.of(System.getProperty("project.basedir"), "target/native/lib/native.properties");
    try (Reader reader = Files.newBufferedReader(manifest)) {
      properties.load(reader);
    }
    libtorch = Path.of(properties.getProperty("libtorch.lib"));
  }

  private static Jars.Result firstTensor(Path cacheHome, String classPath, String... flags)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of(flags));
    arguments.addAll(List.of("-cp", classPath, PROGRAM));
    return Jars.run(cacheHome, arguments.toArray(String[]::new));
  }

  private static String all() {
    return Jars.classPath(Jars.MAIN, Jars.SHIM, Jars.LIBTORCH);
  }

  private static void assertWorks(Jars.Result result) {
    assertThat(result.out()).containsExactly("1.0", "1.0");
    assertThat(result.err()).isEmpty();
  }

  private static void assertToldTwice(Jars.Result result, String... parts) {
    assertThat(result.out()).hasSize(2);
    assertThat(result.out().getFirst()).contains(parts).isEqualTo(result.out().getLast());
  }

  private static List<Path> unpacked(Path cacheHome) throws IOException {
    try (Stream<Path> files = Files.list(cacheHome.resolve("panama-torch/native"))) {
      return files.filter(Files::isDirectory).sorted().toList();
    }
  }

  @Test
  void nativeJarsAreModulesThatProvideTheirFiles() {
    for (Path jar : List.of(Jars.SHIM, Jars.LIBTORCH)) {
      var descriptor = ModuleFinder.of(jar).findAll().iterator().next().descriptor();
      assertThat(descriptor.isAutomatic()).isFalse();
      assertThat(descriptor.rawVersion()).contains(Jars.VERSION);
      assertThat(descriptor.exports()).isEmpty();
      assertThat(descriptor.provides())
          .singleElement()
          .satisfies(p -> assertThat(p.service()).isEqualTo("panama.torch.spi.NativeFiles"));
    }
  }

  @Test
  void nativeJarsWorkOnTheClassPathWithoutAWarning() throws Exception {
    assertWorks(firstTensor(shared, all(), ACCESS));
    assertThat(unpacked(shared)).hasSize(2);
  }

  @Test
  void nativeJarsWorkOnTheModulePathWithoutAWarning() throws Exception {
    Jars.Result result =
        Jars.run(
            shared,
            "--module-path",
            Jars.path(Jars.MAIN, Jars.SHIM, Jars.LIBTORCH),
            "--add-modules",
            "panama.torch",
            "--enable-native-access=panama.torch",
            "-cp",
            Jars.testClasses().toString(),
            PROGRAM);
    assertWorks(result);
  }

  @Test
  @EnabledForJreRange(minVersion = 24, disabledReason = "older ones cannot deny by that flag")
  void deniedNativeAccessNamesTheFlag() throws Exception {
    assertToldTwice(
        firstTensor(shared, all(), "--illegal-native-access=deny"),
        "native access is denied",
        "--enable-native-access=ALL-UNNAMED");
    assertToldTwice(
        Jars.run(
            shared,
            "--illegal-native-access=deny",
            "--module-path",
            Jars.path(Jars.MAIN, Jars.SHIM, Jars.LIBTORCH),
            "--add-modules",
            "panama.torch",
            "-cp",
            Jars.testClasses().toString(),
            PROGRAM),
        "native access is denied",
        "--enable-native-access=panama.torch");
  }

  @Test
  void eightProcessesUnpackTheJarsOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      folders.add(Files.createDirectory(folder.resolve("process-" + i)));
      processes.add(Jars.start(folders.getLast(), folder, List.of(ACCESS, "-cp", all(), PROGRAM)));
    }
    for (int i = 0; i < 8; i++) {
      assertWorks(Jars.end(folders.get(i), processes.get(i)));
    }
    assertThat(unpacked(folder)).hasSize(2);
  }

  @Test
  void damagedCachesAreUnpackedAgain() throws Exception {
    String libraries = "-Dpanama.torch.libtorch=" + libtorch;
    String classPath = Jars.classPath(Jars.MAIN, Jars.SHIM);
    assertWorks(firstTensor(folder, classPath, ACCESS, libraries));
    Path shim = unpacked(folder).getFirst().resolve("libpanama_torch.so");
    byte[] right = Files.readAllBytes(shim);
    FileTime time = Files.getLastModifiedTime(shim);
    byte[] wrong = right.clone();
    wrong[right.length / 2] ^= 1;
    Files.write(shim, wrong);
    Files.setLastModifiedTime(shim, time);
    Jars.Result result = firstTensor(folder, classPath, ACCESS, libraries);
    assertThat(result.out()).containsExactly("1.0", "1.0");
    assertThat(String.join("\n", result.err())).contains(shim.toString(), "SHA-256", "anew");
    assertThat(shim).hasBinaryContent(right);
    assertWorks(firstTensor(folder, classPath, ACCESS, libraries));
  }

  @Test
  void aTemporaryFolderReplacesACacheThatCannotBeWritten() throws Exception {
    Path file = Files.createFile(folder.resolve("no-folder"));
    String[] flags = {
      ACCESS, "-Dpanama.torch.libtorch=" + libtorch, "-Djava.io.tmpdir=" + folder,
    };
    Jars.Result result = firstTensor(file, Jars.classPath(Jars.MAIN, Jars.SHIM), flags);
    assertThat(result.out()).containsExactly("1.0", "1.0");
    assertThat(String.join("\n", result.err()))
        .contains("WARNING", file.toString(), folder.toString(), "-Dpanama.torch.cache");
    // One warning for the two unpacked jars.
    result = firstTensor(file, all(), ACCESS, "-Djava.io.tmpdir=" + folder);
    assertThat(result.out()).containsExactly("1.0", "1.0");
    assertThat(result.err()).filteredOn(line -> line.contains("WARNING")).hasSize(1);
    // A folder that others could write to is not trusted.
    Path temporary = folder.resolve("panama-torch-" + System.getProperty("user.name"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertToldTwice(
        firstTensor(file, Jars.classPath(Jars.MAIN, Jars.SHIM), flags),
        temporary.toString(),
        "closed to others");
  }

  @Test
  void aChosenCacheThatCannotBeWrittenIsAnError() throws Exception {
    Path file = Files.createFile(folder.resolve("no-folder"));
    assertToldTwice(
        firstTensor(shared, all(), ACCESS, "-Dpanama.torch.cache=" + file.resolve("cache")),
        "-Dpanama.torch.cache",
        file.toString());
  }

  /** Mounts a file system for {@code body}; skips the test if mounting is not permitted. */
  private void mounted(String options, Body body) throws Exception {
    Path place = Files.createDirectory(folder.resolve("mounted"));
    Process mount;
    try {
      mount =
          new ProcessBuilder(
                  "mount", "-t", "tmpfs", "-o", options, "panama-torch", place.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeThat(e).as("cannot mount a file system with " + options).isNull();
      return;
    }
    String answer = new String(mount.getInputStream().readAllBytes(), UTF_8);
    assumeThat(mount.waitFor())
        .as("cannot mount a file system with %s, which takes root: %s", options, answer)
        .isZero();
    try {
      body.run(place);
    } finally {
      new ProcessBuilder("umount", place.toString()).start().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private interface Body {
    void run(Path place) throws Exception;
  }

  @Test
  void noexecIsNamedAsTheCause() throws Exception {
    mounted(
        "noexec,size=16m",
        place ->
            assertToldTwice(
                firstTensor(
                    shared,
                    Jars.classPath(Jars.MAIN, Jars.SHIM),
                    ACCESS,
                    "-Dpanama.torch.libtorch=" + libtorch,
                    "-Dpanama.torch.cache=" + place),
                "noexec",
                place.toString(),
                "-Dpanama.torch.cache"));
  }

  @Test
  void aFullDiskLeavesNoPartialFiles() throws Exception {
    mounted(
        "size=4m",
        place -> {
          assertToldTwice(
              firstTensor(shared, all(), ACCESS, "-Dpanama.torch.cache=" + place),
              "cannot unpack " + Jars.LIBTORCH,
              "No space left",
              "MiB are free there",
              "-Dpanama.torch.cache");
          try (Stream<Path> left = Files.list(place)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                .filteredOn(name -> name.startsWith(".part") || name.startsWith("libtorch"))
                .isEmpty();
          }
        });
  }

  @Test
  void missingJarsAreNamedByTheirCoordinates() throws Exception {
    assertToldTwice(
        firstTensor(shared, Jars.classPath(Jars.MAIN), ACCESS),
        "-Dpanama.torch.home: not set",
        "PANAMA_TORCH_HOME: not set",
        "module path: none",
        "io.github.panama-torch:panama-torch:" + Jars.VERSION,
        "classifiers " + Jars.PLATFORM + " and libtorch-" + Jars.PLATFORM);
    assertToldTwice(
        firstTensor(shared, Jars.classPath(Jars.MAIN, Jars.SHIM), ACCESS),
        "libtorch is missing",
        "classifier libtorch-" + Jars.PLATFORM,
        "-Dpanama.torch.libtorch: not set");
    Path other =
        Jars.withManifest(
            Jars.SHIM,
            folder.resolve("other.jar"),
            text -> text.replace("platform=" + Jars.PLATFORM, "platform=macos-aarch64"));
    assertToldTwice(
        firstTensor(shared, Jars.classPath(Jars.MAIN, other, Jars.LIBTORCH), ACCESS),
        other + ": is for macos-aarch64, and this is " + Jars.PLATFORM);
  }

  /** Returns a jar of the shim that claims to be built for an older libtorch. */
  private Path olderShim() throws IOException {
    return Jars.withManifest(
        Jars.SHIM,
        folder.resolve("older.jar"),
        text -> text.replace("libtorch.version=2.13.0", "libtorch.version=2.12.1"));
  }

  @Test
  void jarsOfDifferentVersionsAreRefused() throws Exception {
    Path older = olderShim();
    assertToldTwice(
        firstTensor(shared, Jars.classPath(Jars.MAIN, older, Jars.LIBTORCH), ACCESS),
        "libtorch 2.13.0 in " + Jars.LIBTORCH,
        older.toString(),
        "is built for libtorch 2.12.1");
  }

  @Test
  void aLibtorchOfTheUserIsUsedAndReported() throws Exception {
    for (Path path : List.of(libtorch, libtorch.getParent())) {
      Jars.Result result =
          Jars.run(
              shared,
              ACCESS,
              "-Dpanama.torch.libtorch=" + path,
              "-cp",
              Jars.classPath(Jars.MAIN, Jars.SHIM),
              PROGRAM,
              "info");
      assertThat(result.err()).isEmpty();
      assertThat(result.text())
          .contains(
              "panama-torch: " + Jars.VERSION,
              "Shim: ",
              Jars.SHIM.toString(),
              "libtorch: 2.13.0, from -Dpanama.torch.libtorch=" + path,
              libtorch.resolve("libtorch_cpu.so").toString(),
              "Java: ",
              "System: ",
              "Threads: ",
              "BLAS_INFO",
              "OpenMP",
              "CPU capability",
              "CUDA: not available");
    }
  }

  /** Runs the command of docs/install.md. */
  @Test
  void aFolderWithEverythingNeedsNoNativeJars() throws Exception {
    Path packaged = Path.of(System.getProperty("project.basedir"), "target/native/package");
    for (String part : List.of("shim", "libtorch")) {
      try (Stream<Path> files = Files.list(packaged.resolve(part))) {
        for (Path file : files.filter(path -> path.toString().contains(".so")).toList()) {
          Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
        }
      }
    }
    Files.writeString(
        folder.resolve("native.properties"),
        """
        platform=linux-x86_64
        shim=libpanama_torch.so
        libtorch.version=2.13.0
        libtorch.load=libgomp.so.1,libc10.so,libtorch_cpu.so
        libtorch.lib=.
        """);
    assertWorks(
        firstTensor(shared, Jars.classPath(Jars.MAIN), ACCESS, "-Dpanama.torch.home=" + folder));
  }

  @Test
  void aLibtorchOfAnotherVersionIsRefused() throws Exception {
    // A tree whose file build-version has another version.
    Path tree = Files.createDirectory(folder.resolve("libtorch"));
    Files.createSymbolicLink(tree.resolve("lib"), libtorch);
    Files.writeString(tree.resolve("build-version"), "2.12.1+cpu\n");
    assertToldTwice(
        firstTensor(
            shared,
            Jars.classPath(Jars.MAIN, Jars.SHIM),
            ACCESS,
            "-Dpanama.torch.libtorch=" + tree),
        "libtorch 2.12.1 in " + tree,
        "libpanama_torch.so",
        "is built for libtorch 2.13.0");
    // A tree without that file, whose library has another version.
    Files.delete(tree.resolve("build-version"));
    assertToldTwice(
        firstTensor(
            shared,
            Jars.classPath(Jars.MAIN, olderShim()),
            ACCESS,
            "-Dpanama.torch.libtorch=" + tree),
        "libtorch 2.13.0 in " + tree,
        "is built for libtorch 2.12.1");
    assertToldTwice(
        firstTensor(
            shared,
            Jars.classPath(Jars.MAIN, Jars.SHIM),
            ACCESS,
            "-Dpanama.torch.libtorch=" + folder),
        folder.toString(),
        "no libtorch");
  }

  /** Loads the library in two class loaders, neither of which is the parent of the other. */
  static final class TwoLoaders {
    private TwoLoaders() {}

    public static void main(String[] args) throws Exception {
      List<URL> urls = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(":", -1)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      for (int i = 0; i < 2; i++) {
        var loader =
            new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        loader
            .loadClass(FirstTensor.class.getName())
            .getMethod("main", String[].class)
            .invoke(null, (Object) new String[0]);
      }
    }
  }

  @Test
  void aSecondClassLoaderIsRefused() throws Exception {
    Jars.Result result = Jars.run(shared, ACCESS, "-cp", all(), TwoLoaders.class.getName());
    assertThat(result.out().subList(0, 2)).containsExactly("1.0", "1.0");
    assertThat(result.out()).hasSize(4);
    assertThat(result.out().getLast()).contains("belongs to another class loader");
  }
}
