package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.io.SafeTensors;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;

/** Files of golden/torch_files.py, and files that this library writes. */
class TorchFileTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "torch_files");

  @TempDir Path temporary;

  @SuppressWarnings("TypeParameterUnusedInFormals") // like Torch.load
  private static <T> T load(String name) throws IOException {
    return Torch.load(FOLDER.resolve(name));
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(actual.get(name).dtype()).as(name).isEqualTo(tensor.dtype());
          assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(actual.get(name).toByteArray()).as(name).isEqualTo(tensor.toByteArray());
        });
  }

  /** The class of the same name in torch_files.py. */
  private static final class Classifier extends Module {
    Classifier() {
      register("lstm", new LSTM(3, 4));
      register("fc", new Linear(4, 2));
    }
  }

  @Test
  void aStateDictFitsTheSameModule() throws IOException {
    Map<String, Tensor> expected = SafeTensors.load(FOLDER.resolve("state_dict.safetensors"));
    assertSame(load("state_dict.pt"), expected);
    Classifier model = new Classifier();
    model.loadStateDict(load("state_dict.pt"));
    assertSame(model.stateDict(), expected);
  }

  @Test
  void parametersRequireGradients() throws IOException {
    Map<String, Tensor> parameters = load("parameters.pt");
    assertThat(parameters.values()).allMatch(Tensor::requiresGrad).allMatch(Tensor::isLeaf);
  }

  @Test
  void valuesBecomeJavas() throws IOException {
    Map<Object, Object> values = load("values.pt");
    assertThat(values)
        .containsEntry("none", null)
        .containsEntry("truth", List.of(true, false))
        .containsEntry(
            "ints",
            List.of(0L, -1L, 255L, 65536L, 1L << 31, Long.MIN_VALUE, BigInteger.ONE.shiftLeft(80)))
        .containsEntry(
            "floats", List.of(0.5, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-300))
        .containsEntry("text", "Grüße, 世界")
        .containsEntry("tuple", List.of(1L, List.of(2L, "three"), List.of()))
        .containsEntry("bytes", new byte[] {0, -1})
        .containsEntry(7L, Map.of("dict", Map.of()))
        .containsEntry("dtype", DType.BFLOAT16)
        .containsEntry("device", Device.CPU)
        .containsEntry("size", List.of(2L, 3L))
        .containsEntry("set", Set.of(1L))
        .containsEntry("ordered", Map.of("a", 1L, "b", 2L))
        .containsEntry("counter", Map.of("a", 2L, "b", 1L))
        .containsEntry("same", List.of(List.of(1L), List.of(1L)));
    List<?> same = (List<?>) values.get("same");
    assertThat(same.get(0)).isSameAs(same.get(1));
  }

  @Test
  void tensorsShareStorages() throws IOException {
    Map<String, Tensor> tensors = load("shared.pt");
    assertThat(tensors.get("row").toFloatArray()).containsExactly(4, 5, 6, 7);
    assertThat(tensors.get("columns").stride()).containsExactly(1, 4);
    assertThat(tensors.get("columns").shape()).isEqualTo(Shape.of(4, 3));
    assertThat(tensors.get("expanded").toFloatArray()).containsExactly(2, 2, 2, 2, 2);
    assertThat(tensors.get("scalar").itemLong()).isEqualTo(3);
    assertThat(tensors.get("empty").shape()).isEqualTo(Shape.of(0, 4));
    assertThat(tensors.get("parameter").requiresGrad()).isFalse();
    assertThat(tensors.get("tracked").requiresGrad()).isTrue();
    tensors.get("base").fill_(9);
    assertThat(tensors.get("row").toFloatArray()).containsOnly(9);
  }

  @Test
  void allTypesAreRead() throws IOException {
    Map<String, Tensor> tensors = load("dtypes.pt");
    assertThat(tensors).hasSize(19);
    tensors.forEach(
        (name, tensor) -> {
          assertThat(tensor.dtype().toString()).isEqualTo(name);
          if (!tensor.dtype().isComplex()) {
            assertThat(tensor.to(DType.FLOAT64).toDoubleArray()).containsExactly(0, 1, 1, 0, 1);
          }
        });
  }

  @Test
  void aTrainingIsRead() throws IOException {
    Map<String, Map<String, Object>> training = load("training.pt");
    Map<?, ?> state = (Map<?, ?>) training.get("optimizer").get("state");
    assertThat(state.keySet()).isEqualTo(Set.of(0L, 1L, 2L, 3L, 4L, 5L));
    Map<?, ?> group = (Map<?, ?>) ((List<?>) training.get("optimizer").get("param_groups")).get(0);
    assertThat(group.get("betas")).isEqualTo(List.of(0.9, 0.999));
    assertThat(training.get("scheduler")).containsEntry("last_epoch", 3L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = ": ",
      value = {
        "legacy.pt: before 1.6",
        "module.pt: torch.nn.modules.linear.Linear",
        "script.pt: TorchScript",
        "evil.pt: .system, which is not among",
        "state_dict.safetensors: no zip archive"
      })
  void otherFilesAreRefusedByName(String name, String reason) {
    assertThatThrownBy(() -> load(name))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason);
  }

  @Test
  void aMissingFileIsReported() {
    assertThatThrownBy(() -> load("missing.pt")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    Map<Object, Object> value = new LinkedHashMap<>();
    Tensor x = Torch.randn(3, 4);
    value.put("x", x.t());
    value.put("again", x);
    value.put("once more", x);
    value.put("tracked", Torch.ones(2).requiresGrad_(true));
    value.put("scalar", Torch.tensor(2L));
    value.put("empty", Torch.empty(0, 3));
    value.put("numbers", Arrays.asList(1, 2L, 0.5, true, null, Long.MIN_VALUE, "世界"));
    value.put(5, Map.of("dtype", DType.INT8));
    Path file = temporary.resolve("saved.pt");
    Torch.save(file, value);
    Map<Object, Object> loaded = Torch.load(file);
    assertThat(((Tensor) loaded.get("x")).equal(x.t())).isTrue();
    assertThat(((Tensor) loaded.get("tracked")).requiresGrad()).isTrue();
    assertThat(((Tensor) loaded.get("scalar")).itemLong()).isEqualTo(2);
    assertThat(((Tensor) loaded.get("empty")).shape()).isEqualTo(Shape.of(0, 3));
    assertThat(loaded.get("numbers"))
        .isEqualTo(Arrays.asList(1L, 2L, 0.5, true, null, Long.MIN_VALUE, "世界"));
    assertThat(loaded.get(5L)).isEqualTo(Map.of("dtype", DType.INT8));
    ((Tensor) loaded.get("again")).fill_(1);
    assertThat(((Tensor) loaded.get("once more")).toFloatArray()).containsOnly(1);
  }

  @Test
  void allTypesAreWritten() throws IOException {
    Map<String, Tensor> tensors = load("dtypes.pt");
    Path file = temporary.resolve("dtypes.pt");
    Torch.save(file, tensors);
    assertSame(Torch.load(file), tensors);
  }

  /** Python's torch.load maps a file into memory, and libtorch wants elements to be aligned. */
  @Test
  void elementsAreAligned() throws IOException {
    Path file = temporary.resolve("aligned.pt");
    List<Tensor> tensors =
        List.of(Torch.full(new long[] {3}, 7.25), Torch.full(new long[] {5}, 9.75));
    Torch.save(file, tensors);
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    for (Tensor tensor : tensors) {
      int position = text.indexOf(new String(tensor.toByteArray(), StandardCharsets.ISO_8859_1));
      assertThat(position).isPositive();
      assertThat(position % 64).isZero();
    }
  }

  @Test
  void aFileHasTheSameBytesWheneverItIsSaved() throws IOException {
    Path first = temporary.resolve("first.pt");
    Path second = temporary.resolve("second.pt");
    Tensor x = Torch.ones(3);
    Torch.save(first, x);
    Torch.save(second, x);
    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void whatPythonCannotLoadIsRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("kept.pt"), "before");
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    assertThatThrownBy(() -> Torch.save(file, Map.of("a", List.of(1, new Object()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value[a][1]: expected tensors")
        .hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> Torch.save(file, cycle))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("contain themselves");
    assertThatThrownBy(() -> Torch.save(file, Map.of(0.5, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys");
    assertThat(file).hasContent("before");
  }

  /** A damaged file is refused or loaded; nothing else happens, and no tensor is left behind. */
  @ParameterizedTest
  @ValueSource(strings = {"state_dict.pt", "values.pt", "shared.pt", "dtypes.pt", "training.pt"})
  void damagedFilesAreRefused(String name) throws IOException {
    byte[] sound = Files.readAllBytes(FOLDER.resolve(name));
    Random random = new Random(name.hashCode());
    Path file = temporary.resolve(name);
    long before = LiveTensors.settled();
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = sound.clone();
      if (random.nextInt(4) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      for (int k = 0; k <= random.nextInt(6) && damaged.length > 0; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try (TensorScope scope = new TensorScope()) {
        Torch.load(file);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(LiveTensors.settled()).isEqualTo(before);
  }
}
