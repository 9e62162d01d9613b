package panama.torch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** Files of golden/numpy_files.py, and files that this library writes. */
class NumPyTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "numpy_files");

  @TempDir Path temporary;

  private static double[] numbers(int count) {
    double[] numbers = new double[count];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  @Test
  void allTypesAreRead() throws IOException {
    Map<String, Tensor> tensors = NumPy.loadz(FOLDER.resolve("types.npz"));
    assertThat(tensors).hasSize(14);
    tensors.forEach(
        (name, tensor) -> {
          assertThat(tensor.dtype().toString()).isEqualTo(name);
          assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
          double[] expected = name.equals("bool") ? new double[] {0, 1, 1, 1, 1, 1} : numbers(6);
          Tensor real = tensor.dtype().isComplex() ? Torch.viewAsReal(tensor).select(2, 0) : tensor;
          assertThat(real.to(DType.FLOAT64).contiguous().toDoubleArray()).isEqualTo(expected);
        });
  }

  @Test
  void compressedArraysAreRead() throws IOException {
    Map<String, Tensor> tensors = NumPy.loadz(FOLDER.resolve("compressed.npz"));
    assertThat(tensors.get("zeros").shape()).isEqualTo(Shape.of(50, 40));
    assertThat(tensors.get("zeros").toFloatArray()).containsOnly(0);
    assertThat(tensors.get("one").item()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.npy", "columns.npy", "big_endian.npy", "version2.npy"})
  void allOrdersAreRead(String name) throws IOException {
    Tensor tensor = NumPy.load(FOLDER.resolve(name));
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(tensor.isContiguous()).isTrue();
    assertThat(tensor.to(DType.FLOAT64).toDoubleArray()).isEqualTo(numbers(24));
  }

  @Test
  void complexNumbersOfAnotherByteOrderAreRead() throws IOException {
    Tensor tensor = Torch.viewAsReal(NumPy.load(FOLDER.resolve("big_endian_complex.npy")));
    assertThat(tensor.select(3, 0).contiguous().toDoubleArray()).isEqualTo(numbers(24));
    assertThat(tensor.select(3, 1).contiguous().toDoubleArray()).containsOnly(2);
  }

  @Test
  void arraysWithoutDimensionsOrElementsAreRead() throws IOException {
    Tensor scalar = NumPy.load(FOLDER.resolve("scalar.npy"));
    assertThat(scalar.shape()).isEqualTo(Shape.of());
    assertThat(scalar.item()).isEqualTo(2.5);
    assertThat(NumPy.load(FOLDER.resolve("empty.npy")).shape()).isEqualTo(Shape.of(0, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = ": ",
      value = {
        "object.npy: objects of Python",
        "structured.npy: no type of elements that is a number",
        "text.npy: 'U4'",
        "date.npy: no type of elements that is a number",
        "types.npz: does not begin"
      })
  void whatIsNotReadIsNamed(String name, String reason) {
    assertThatThrownBy(() -> NumPy.load(FOLDER.resolve(name)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(name, reason);
  }

  @Test
  void otherFilesAreRefused() {
    assertThatThrownBy(() -> NumPy.load(temporary.resolve("absent.npy")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> NumPy.loadz(temporary)).hasMessageContaining("is a folder");
    assertThatThrownBy(() -> NumPy.loadz(FOLDER.resolve("rows.npy")))
        .hasMessageContaining("no sound archive");
    assertThatThrownBy(
            () -> NumPy.save(temporary.resolve("x.npy"), Torch.ones(1).to(DType.BFLOAT16)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("bfloat16");
    assertThat(temporary).isEmptyDirectory();
  }

  /** NumPy writes the same bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"rows.npy", "scalar.npy", "empty.npy"})
  void writesTheFileOfNumPy(String name) throws IOException {
    Path file = temporary.resolve(name);
    NumPy.save(file, NumPy.load(FOLDER.resolve(name)));
    assertThat(file).hasSameBinaryContentAs(FOLDER.resolve(name));
  }

  @Test
  void savesSeveralArrays() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(NumPy.loadz(FOLDER.resolve("types.npz")));
    tensors.put("strided", Torch.rand(300, 500).t());
    Path file = temporary.resolve("all.npz");
    NumPy.savez(file, tensors);
    Map<String, Tensor> loaded = NumPy.loadz(file);
    assertThat(loaded.keySet()).containsExactlyElementsOf(tensors.keySet());
    loaded.forEach(
        (name, tensor) -> {
          assertThat(tensor.shape()).isEqualTo(tensors.get(name).shape());
          assertThat(tensor.toByteArray())
              .as(name)
              .isEqualTo(tensors.get(name).contiguous().toByteArray());
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 1, }",
        "{'descr': '<f4', 'fortran_order': maybe, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': True, }",
        "{'descr': '<q9', 'fortran_order': True, 'shape': (), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807, 4), }",
        ""
      })
  void refusesDamagedHeaders(String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[10 + text.length + 16];
    System.arraycopy(
        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0},
        0,
        bytes,
        0,
        10);
    System.arraycopy(text, 0, bytes, 10, text.length);
    Path file = Files.write(temporary.resolve("damaged.npy"), bytes);
    assertThatThrownBy(() -> NumPy.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no sound file of numpy.save");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.npy", "columns.npy", "version2.npy", "types.npz", "compressed.npz"})
  void damagedFilesAreLoadedOrRefused(String name) throws IOException {
    byte[] sound = Files.readAllBytes(FOLDER.resolve(name));
    Random random = new Random(7);
    Path file = temporary.resolve(name);
    for (int i = 0; i < 500; i++) {
      byte[] damaged =
          Arrays.copyOf(
              sound, random.nextInt(4) == 0 ? random.nextInt(sound.length) : sound.length);
      for (int k = random.nextInt(4); k >= 0 && damaged.length > 0; k--) {
        damaged[random.nextInt(Math.min(damaged.length, 200))] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try (TensorScope scope = new TensorScope()) {
        if (name.endsWith(".npz")) {
          NumPy.loadz(file);
        } else {
          NumPy.load(file);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
  }
}
