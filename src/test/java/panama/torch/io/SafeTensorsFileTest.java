package panama.torch.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.ones;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.Tensor;

class SafeTensorsFileTest {
  @TempDir Path folder;

  private Path saved(Map<String, Tensor> tensors) throws IOException {
    Path path = folder.resolve("x.safetensors");
    SafeTensors.save(path, tensors, Map.of("made by", "a test"));
    return path;
  }

  @Test
  void listsAndLoadsOneByOne() throws IOException {
    Path path = saved(Map.of("a", arange(6).view(2, 3), "b", ones(5).to(DType.BFLOAT16)));
    try (SafeTensorsFile file = SafeTensors.open(path)) {
      assertThat(file.entries().values())
          .containsExactly(
              new SafeTensorsFile.Entry("a", "I64", Shape.of(2, 3), 0, 48),
              new SafeTensorsFile.Entry("b", "BF16", Shape.of(5), 48, 10));
      assertThat(file.entries()).containsOnlyKeys("a", "b");
      assertThat(file.metadata()).isEqualTo(Map.of("made by", "a test"));
      assertThat(file).hasToString("SafeTensorsFile(" + path + ", 2 tensors)");
      Tensor b = file.load("b");
      Tensor a = file.load("a");
      file.close();
      assertThat(a.flatten().toLongArray()).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(b).hasToString("tensor([1., 1., 1., 1., 1.], dtype=torch.bfloat16)");
      assertThatThrownBy(() -> file.load("a")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void errorsListTheTensorsOfTheFile() throws IOException {
    try (SafeTensorsFile file = SafeTensors.open(saved(Map.of("a", ones(1), "b", ones(1))))) {
      assertThatThrownBy(() -> file.load("weight"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("name: expected one of [a, b], got 'weight'");
    }
  }

  /** The other tensors of the file can still be loaded. */
  @Test
  void tensorsBesideAnUnsupportedTypeCanBeLoaded() throws IOException {
    String json =
        """
        {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
        "b":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[4,7]},\
        "c":{"dtype":"X9","shape":[2],"data_offsets":[7,18]},\
        "d":{"dtype":"U8","shape":[2],"data_offsets":[18,20]}}\
        """;
    Path path = folder.resolve("x.safetensors");
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length() + 20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length()).put(json.getBytes(UTF_8)).putFloat(2.5f);
    Files.write(path, bytes.put(bytes.capacity() - 1, (byte) 7).array());
    try (SafeTensorsFile file = SafeTensors.open(path)) {
      assertThat(file.entries().values())
          .extracting(SafeTensorsFile.Entry::isLoadable)
          .containsExactly(true, false, false, true);
      assertThat(file.load("a").item()).isEqualTo(2.5);
      assertThat(file.load("d").toByteArray()).containsExactly(0, 7);
      assertThatThrownBy(() -> file.load("b"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("tensor 'b' in " + path + " is of type F6_E2M3");
    }
    assertThatThrownBy(() -> SafeTensors.load(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SafeTensors.open(path).load(name)");
  }

  @Test
  void loadsLargeTensorsInParts() throws IOException {
    Tensor large = arange(200_003);
    try (SafeTensorsFile file =
        SafeTensors.open(
            saved(
                Map.of(
                    "a", large,
                    "b", large.to(DType.UINT8),
                    "c", large.to(DType.INT16),
                    "d", ones(1 << 17).to(DType.COMPLEX64))))) {
      assertThat(file.load("a").toLongArray()).isEqualTo(large.toLongArray());
      assertThat(file.load("b").toByteArray()).isEqualTo(large.to(DType.UINT8).toByteArray());
      assertThat(file.load("c").toShortArray()).isEqualTo(large.to(DType.INT16).toShortArray());
      assertThat(file.load("d").equal(ones(1 << 17).to(DType.COMPLEX64))).isTrue();
    }
  }

  @Test
  void severalThreadsLoadFromOneFile() throws Exception {
    Tensor large = arange(100_000);
    try (SafeTensorsFile file = SafeTensors.open(saved(Map.of("a", large, "b", large.neg())));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<long[]>> loaded = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Callable<long[]> load = () -> file.load("a").add(file.load("b")).toLongArray();
        loaded.add(threads.submit(load));
      }
      for (Future<long[]> sum : loaded) {
        assertThat(sum.get()).isEqualTo(new long[100_000]);
      }
    }
  }

  @Test
  void aFileThatIsTruncatedWhileOpenIsAnIoException() throws IOException {
    Path path = saved(Map.of("a", arange(200_000)));
    try (SafeTensorsFile file = SafeTensors.open(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(900_000);
      }
      assertThatThrownBy(() -> file.load("a"))
          .isInstanceOf(IOException.class)
          .hasMessage(path + " has become shorter since it was opened");
    }
  }

  @Test
  void anOpenFileKeepsItsContentWhenReplaced() throws IOException {
    Path path = saved(Map.of("a", arange(3)));
    try (SafeTensorsFile file = SafeTensors.open(path)) {
      saved(Map.of("a", arange(3).neg()));
      assertThat(file.load("a").toLongArray()).containsExactly(0, 1, 2);
    }
    assertThat(SafeTensors.load(path).get("a").toLongArray()).containsExactly(0, -1, -2);
  }

  @Test
  void foldersAndMissingFilesAreNamed() {
    assertThatThrownBy(() -> SafeTensors.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + ": is a folder; expected a safetensors file");
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> SafeTensors.load(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing.toString());
    assertThat(Arrays.asList(folder.toFile().list())).isEmpty();
  }
}
