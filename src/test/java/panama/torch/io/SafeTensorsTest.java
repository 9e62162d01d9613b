package panama.torch.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.ChildJvm;
import panama.torch.DType;
import panama.torch.Tensor;

class SafeTensorsTest {
  private static final byte[] SOUND = sound();

  @TempDir Path folder;

  private static byte[] sound() {
    try {
      Path file = Files.createTempFile("sound", ".safetensors");
      try {
        SafeTensors.save(
            file,
            Map.of("a", ones(2, 3), "b", arange(4), "c", tensor(1.0)),
            Map.of("made by", "a test"));
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"COMPLEX128"},
      mode = EnumSource.Mode.EXCLUDE)
  void savedTensorsAreLoaded(DType dtype) throws IOException {
    Path file = folder.resolve("x.safetensors");
    Tensor x = arange(6).reshape(2, 3).to(dtype);
    SafeTensors.save(file, Map.of("x", x, "none", zeros(0, 3), "turned", x.transpose(0, 1)));
    Map<String, Tensor> loaded = SafeTensors.load(file);
    assertThat(loaded).containsOnlyKeys("x", "none", "turned");
    assertThat(loaded.get("x").dtype()).isEqualTo(dtype);
    assertThat(loaded.get("x").shape()).isEqualTo(x.shape());
    assertThat(loaded.get("x").toByteArray()).isEqualTo(x.toByteArray());
    assertThat(loaded.get("none").shape().is(0, 3)).isTrue();
    assertThat(loaded.get("turned").toByteArray()).isEqualTo(x.transpose(0, 1).toByteArray());
  }

  @Test
  void metadataAndUnusualNamesAreKept() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("ein \"Name\"\n\\ π 😀", ones(1));
    tensors.put("", ones(2));
    SafeTensors.save(file, tensors, Map.of("quote", "\"\\\u0001"));
    assertThat(SafeTensors.load(file)).containsOnlyKeys(tensors.keySet());
    assertThat(SafeTensors.loadMetadata(file)).isEqualTo(Map.of("quote", "\"\\\u0001"));
  }

  @Test
  void savingIsAtomic() throws IOException {
    Path file = folder.resolve("x.safetensors");
    SafeTensors.save(file, Map.of("x", ones(3)));
    byte[] before = Files.readAllBytes(file);
    Tensor closed = ones(3);
    closed.close();
    assertThatThrownBy(() -> SafeTensors.save(file, Map.of("x", closed)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> SafeTensors.save(file, Map.of("x", ones(3).to(DType.COMPLEX128))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("complex128");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertThatThrownBy(() -> SafeTensors.load(folder.resolve("nowhere")))
        .isInstanceOf(IOException.class);
  }

  /** As a service does that saves its state during shutdown. */
  @Test
  void anInterruptedThreadSavesAndLoads() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Thread.currentThread().interrupt();
    try {
      SafeTensors.save(file, Map.of("x", arange(100_000)), Map.of("k", "v"));
      assertThat(SafeTensors.load(file).get("x").toLongArray()).hasSize(100_000);
      assertThat(SafeTensors.loadMetadata(file)).containsEntry("k", "v");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptsDuringSavingAndLoadingChangeNothing(boolean virtual) throws Exception {
    Path file = folder.resolve("x.safetensors");
    Tensor x = arange(500_000);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Runnable work =
        () -> {
          try {
            for (int i = 0; i < 5; i++) {
              SafeTensors.save(file, Map.of("x", x));
              assertThat(SafeTensors.load(file).get("x").equal(x)).isTrue();
            }
          } catch (Throwable e) {
            failure.set(e);
          }
          flag.set(Thread.currentThread().isInterrupted());
        };
    Thread thread =
        virtual ? Thread.ofVirtual().unstarted(work) : Thread.ofPlatform().unstarted(work);
    thread.start();
    do {
      thread.interrupt();
      thread.join(1);
    } while (thread.isAlive());
    assertThat(failure).hasNullValue();
    assertThat(flag).isTrue();
  }

  @Test
  void errorsOfSavingNameThePathOfTheUser() throws IOException {
    Map<String, Tensor> tensors = Map.of("x", ones(1));
    Path missing = folder.resolve("missing");
    Path file = missing.resolve("x.safetensors");
    assertThatThrownBy(() -> SafeTensors.save(file, tensors))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            file + ": there is no folder " + missing + "; make it with Files.createDirectories");
    Path plain = Files.createFile(folder.resolve("plain"));
    assertThatThrownBy(() -> SafeTensors.save(plain.resolve("x"), tensors))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(plain.resolve("x") + ": " + plain + " is no folder");
    for (Path directory : List.of(folder, Path.of(""), Path.of("/"))) {
      assertThatThrownBy(() -> SafeTensors.save(directory, tensors))
          .isInstanceOf(FileSystemException.class)
          .hasMessage(directory + ": is a folder; expected a file's name");
    }
    Path longest = folder.resolve("x".repeat(255));
    SafeTensors.save(longest, tensors);
    assertThat(SafeTensors.load(longest)).containsOnlyKeys("x");
    Path tooLong = folder.resolve("x".repeat(256));
    assertThatThrownBy(() -> SafeTensors.save(tooLong, tensors))
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(tooLong + ": ");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(plain, longest);
    }
  }

  /** Saves a file that is larger than the limit of the shell. */
  static final class FullDisk {
    private FullDisk() {}

    public static void main(String[] args) throws IOException {
      try {
        SafeTensors.save(Path.of(args[0]), Map.of("x", zeros(1 << 22)));
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFullDiskDoesNotChangeTheFile() throws Exception {
    Path file = folder.resolve("x.safetensors");
    SafeTensors.save(file, Map.of("x", ones(3)));
    byte[] before = Files.readAllBytes(file);
    List<String> command = ChildJvm.command(FullDisk.class, List.of(), file.toString());
    Process process =
        new ProcessBuilder(ChildJvm.limited(8000, command)).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains(file + ": ");
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                                          | no sound safetensors file
          []                                                         | no sound safetensors file
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}      | x
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}      | x
          {"x":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}      | F99
          {"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}     | x
          {"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}} | x
          {"x":{"dtype":"F32","shape":[1]}}                           | x
          {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}     | x
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{}} | x
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}   | no sound safetensors file
          {"__metadata__":{"k":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | metadata
          """)
  void anInvalidHeaderIsRefused(String header, String message) throws IOException {
    Path file = folder.resolve("x.safetensors");
    byte[] json = header.getBytes(UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json);
    Files.write(file, bytes.array());
    assertThatThrownBy(() -> SafeTensors.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  /** Changing any byte gives tensors or an IOException, and no other exception. */
  @Property(tries = 2000)
  void aDamagedFileGivesTensorsOrAnIoException(
      @ForAll @IntRange(max = 10_000) int place, @ForAll byte value) throws IOException {
    byte[] damaged = SOUND.clone();
    damaged[place % damaged.length] = value;
    tryToLoad(damaged);
  }

  @Property(tries = 500)
  void aTruncatedFileIsRefused(@ForAll @IntRange(max = 10_000) int length) throws IOException {
    byte[] cut = java.util.Arrays.copyOf(SOUND, length % SOUND.length);
    assertThat(tryToLoad(cut)).isFalse();
  }

  private static boolean tryToLoad(byte[] content) throws IOException {
    Path file = Files.createTempFile("damaged", ".safetensors");
    try {
      Files.write(file, content);
      SafeTensors.load(file).values().forEach(Tensor::close);
      return true;
    } catch (IOException e) {
      assertThat(e.getMessage())
          .containsAnyOf("no sound safetensors file", "which libtorch does not have");
      return false;
    } finally {
      Files.delete(file);
    }
  }
}
