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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
      names = {"COMPLEX64", "COMPLEX128"},
      mode = EnumSource.Mode.EXCLUDE)
  void whatIsSavedIsLoaded(DType dtype) throws IOException {
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
  void metadataAndOddNamesSurvive() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("ein \"Name\"\n\\ π 😀", ones(1));
    tensors.put("", ones(2));
    SafeTensors.save(file, tensors, Map.of("quote", "\"\\\u0001"));
    assertThat(SafeTensors.load(file)).containsOnlyKeys(tensors.keySet());
    assertThat(SafeTensors.loadMetadata(file)).isEqualTo(Map.of("quote", "\"\\\u0001"));
  }

  @Test
  void aFileAppearsWholeOrNotAtAll() throws IOException {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                                          | no sound safetensors file
          []                                                         | no sound safetensors file
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}      | x
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}      | x
          {"x":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}      | F99
          {"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}     | x
          {"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}} | x
          {"x":{"dtype":"F32","shape":[1]}}                           | x
          {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}     | x
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{}} | x
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}   | no sound safetensors file
          {"__metadata__":{"k":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | metadata
          """)
  void anUnsoundHeaderIsRefused(String header, String message) throws IOException {
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

  /** One byte changed anywhere: tensors come back, or an IOException; nothing else. */
  @Property(tries = 2000)
  void aDamagedFileEndsInTensorsOrAnIoException(
      @ForAll @IntRange(max = 10_000) int place, @ForAll byte value) throws IOException {
    byte[] damaged = SOUND.clone();
    damaged[place % damaged.length] = value;
    tryToLoad(damaged);
  }

  @Property(tries = 500)
  void aFileCutShortIsRefused(@ForAll @IntRange(max = 10_000) int length) throws IOException {
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
      assertThat(e).hasMessageContaining("no sound safetensors file");
      return false;
    } finally {
      Files.delete(file);
    }
  }
}
