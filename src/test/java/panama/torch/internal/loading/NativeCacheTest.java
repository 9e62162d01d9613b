package panama.torch.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.spi.NativeFiles;

/** Tests the cache with small files instead of libraries. */
class NativeCacheTest {
  private static final int SIZE = 200_000;
  private static final String ID = "test-linux-x86_64-0";

  @TempDir Path root;

  /** A native jar with the files {@code a} and {@code b}, which counts the files opened. */
  private static class Jar implements NativeFiles {
    int opened;

    @Override
    public InputStream open(String name) throws IOException {
      opened++;
      return new ByteArrayInputStream(bytes(name));
    }

    static byte[] bytes(String name) throws FileNotFoundException {
      if (!name.equals("a") && !name.equals("b")) {
        throw new FileNotFoundException(name);
      }
      byte[] bytes = new byte[SIZE];
      new Random(name.hashCode()).nextBytes(bytes);
      return bytes;
    }

    NativeManifest manifest() throws Exception {
      Properties entries = new Properties();
      entries.setProperty("id", ID);
      entries.setProperty("files", "a,b");
      for (String name : List.of("a", "b")) {
        entries.setProperty(name + ".size", Integer.toString(SIZE));
        entries.setProperty(
            name + ".sha256",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(name))));
      }
      return new NativeManifest("test.jar", entries);
    }
  }

  /** Unpacks the jar and prints the number of files opened. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      Jar jar = new Jar();
      new NativeCache(Path.of(args[0]), false).provide(jar.manifest(), jar);
      System.out.println(jar.opened);
    }
  }

  /** Halts while unpacking the second file. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) throws Exception {
      Jar jar =
          new Jar() {
            @Override
            public InputStream open(String name) throws IOException {
              InputStream stream = super.open(name);
              return name.equals("a")
                  ? stream
                  : new FilterInputStream(stream) {
                    private int calls;

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                      if (++calls > 1) {
                        Runtime.getRuntime().halt(9);
                      }
                      return super.read(target, offset, length / 2);
                    }
                  };
            }
          };
      new NativeCache(Path.of(args[0]), false).provide(jar.manifest(), jar);
    }
  }

  private Process start(Class<?> program) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            root.toString())
        .redirectErrorStream(true)
        .start();
  }

  private int provide() throws Exception {
    return provide(false);
  }

  /** Gets the files from the cache, checks them, and returns the number of unpacked files. */
  private int provide(boolean verifyAlways) throws Exception {
    Jar jar = new Jar();
    Path folder = new NativeCache(root, verifyAlways).provide(jar.manifest(), jar);
    assertThat(folder).isEqualTo(root.resolve(ID));
    assertThat(folder.resolve("a")).hasBinaryContent(Jar.bytes("a"));
    assertThat(folder.resolve("b")).hasBinaryContent(Jar.bytes("b"));
    return jar.opened;
  }

  private List<String> contents() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void unpacksOnce() throws Exception {
    assertThat(provide()).isEqualTo(2);
    assertThat(provide()).isZero();
    assertThat(contents()).containsExactly(".lock", ID);
  }

  @Test
  void unpacksOnceForEightProcesses() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      processes.add(start(Program.class));
    }
    int opened = 0;
    for (Process process : processes) {
      opened +=
          Integer.parseInt(
              new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
      assertThat(process.waitFor()).isZero();
    }
    assertThat(opened).isEqualTo(2);
    assertThat(contents()).containsExactly(".lock", ID);
  }

  @Test
  void removesPartialFilesOfAKilledProcess() throws Exception {
    assertThat(start(Killed.class).waitFor()).isEqualTo(9);
    assertThat(contents()).hasSize(2).noneMatch(ID::equals);
    assertThat(provide()).isEqualTo(2);
    assertThat(contents()).containsExactly(".lock", ID);
  }

  @Test
  void unpacksAndVerifiesOnAnInterruptedThread() throws Exception {
    Thread.currentThread().interrupt();
    try {
      assertThat(provide()).isEqualTo(2);
      assertThat(provide(true)).isZero();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(contents()).containsExactly(".lock", ID);
  }

  @Test
  void waitsForTheLockDespiteInterrupts() throws Exception {
    Files.createDirectories(root);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread waiting =
        new Thread(
            () -> {
              try {
                provide();
              } catch (Throwable e) {
                failure.set(e);
              }
              flag.set(Thread.currentThread().isInterrupted());
            });
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      waiting.start();
      for (int i = 0; i < 5; i++) {
        waiting.interrupt();
        waiting.join(30);
      }
      assertThat(waiting.isAlive()).isTrue();
      assertThat(contents()).containsExactly(".lock");
    }
    waiting.join();
    assertThat(failure).hasNullValue();
    assertThat(flag).isTrue();
    assertThat(contents()).containsExactly(".lock", ID);
  }

  @Test
  void replacesATruncatedChangedOrMissingFile() throws Exception {
    provide();
    Path a = root.resolve(ID).resolve("a");
    Files.write(a, new byte[10]);
    assertThat(provide()).isEqualTo(2);

    FileTime time = Files.getLastModifiedTime(a);
    byte[] altered = Jar.bytes("a");
    altered[7]++;
    Files.write(a, altered);
    Files.setLastModifiedTime(a, time);
    assertThat(provide()).isEqualTo(2);

    Files.delete(a);
    assertThat(provide()).isEqualTo(2);
    assertThat(provide()).isZero();
    assertThat(contents()).containsExactly(".lock", ID);
  }

  @Test
  void doesNotOverwriteAFileThatMayBeLoaded() throws Exception {
    provide();
    Path a = root.resolve(ID).resolve("a");
    Path loaded = root.resolve("loaded");
    Files.createLink(loaded, a);
    byte[] altered = Jar.bytes("a");
    altered[7]++;
    Files.write(a, altered);
    provide();
    assertThat(loaded).hasBinaryContent(altered);
  }

  @Test
  void verifiesAFileAgainWhenOnlyItsMetadataChanged() throws Exception {
    provide();
    Path folder = root.resolve(ID);
    Files.copy(folder.resolve("a"), folder.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(folder.resolve("copy"), folder.resolve("a"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(provide()).isZero();
    assertThat(NativeStamp.matches(folder, new Jar().manifest())).isTrue();
  }

  @Test
  void verifiesEachTimeOnRequest() throws Exception {
    provide();
    Path folder = root.resolve(ID);
    byte[] altered = Jar.bytes("a");
    altered[7]++;
    Files.write(folder.resolve("a"), altered);
    // As after a failure of the disk, which does not change the timestamps in the stamp.
    NativeStamp.write(folder, new Jar().manifest());
    assertThat(provide(true)).isEqualTo(2);
  }

  @Test
  void leavesNoFilesOfADamagedJar() throws Exception {
    Jar damaged =
        new Jar() {
          @Override
          public InputStream open(String name) throws IOException {
            return new ByteArrayInputStream(new byte[SIZE]);
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new NativeCache(root, false).provide(damaged.manifest(), damaged))
        .withMessageContainingAll("a in test.jar has SHA-256", "expected", "damaged");
    assertThat(contents()).containsExactly(".lock");
  }

  @Test
  void usesAValidCacheThatCannotBeWritten() throws Exception {
    provide();
    // A folder in place of the lock, since file permissions do not apply to a superuser.
    Files.delete(root.resolve(".lock"));
    Files.createDirectory(root.resolve(".lock"));
    assertThat(provide()).isZero();
    Files.delete(root.resolve(ID).resolve("verified"));
    assertThat(provide()).isZero();
    Files.delete(root.resolve(ID).resolve("a"));
    assertThatExceptionOfType(NativeCache.ReadOnlyException.class).isThrownBy(this::provide);
  }
}
