package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import panama.torch.DType;
import panama.torch.Generator;
import panama.torch.IndexException;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.Torch;

class MemoryMappedDatasetTest {
  @TempDir private Path folder;
  private Path file;
  private Tensor records;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("records.bin");
    records = Torch.randn(new long[] {10, 3, 2}, new Generator());
    Files.write(file, records.toByteArray());
  }

  @Test
  void recordsAreThoseOfTheFile() throws IOException {
    try (var dataset = MemoryMappedDataset.open(file, DType.FLOAT32, 3, 2)) {
      assertThat(dataset.size()).isEqualTo(10);
      Tensor record = dataset.get(9);
      assertThat(record.shape()).isEqualTo(Shape.of(3, 2));
      assertThat(record.toFloatArray()).isEqualTo(records.get(9).toFloatArray());
      assertThat(dataset.toString()).contains("records.bin", "10 records", "float32[3, 2]");
    }
  }

  @Test
  void batchesAreGatheredInTheOrderOfTheSampler() throws IOException {
    try (var dataset = MemoryMappedDataset.open(file, DType.FLOAT32, 3, 2);
        var loader =
            DataLoader.builder(dataset)
                .sampler(new SubsetRandomSampler(new long[] {4}, new Generator()))
                .build();
        var all = DataLoader.builder(dataset).batchSize(4).workers(2).build()) {
      assertThat(loader.iterator().next().toFloatArray()).isEqualTo(records.get(4).toFloatArray());
      List<Tensor> batches = new ArrayList<>();
      all.forEach(batches::add);
      assertThat(Torch.cat(batches).toFloatArray()).isEqualTo(records.toFloatArray());
      assertThat(dataset.getStacked(7, 7, 0).toFloatArray())
          .isEqualTo(records.indexSelect(0, Torch.tensor(new long[] {7, 7, 0})).toFloatArray());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "INT64", "UINT8", "BFLOAT16", "BOOL"})
  void anyTypeCanBeRead(DType dtype) throws IOException {
    Tensor numbers = Torch.arange(6).to(dtype);
    Files.write(file, numbers.toByteArray());
    try (var scalars = MemoryMappedDataset.open(file, dtype);
        var pairs = MemoryMappedDataset.open(file, dtype, 2)) {
      assertThat(scalars.size()).isEqualTo(6);
      assertThat(scalars.get(1).shape()).isEqualTo(Shape.of());
      assertThat(scalars.get(1).dtype()).isEqualTo(dtype);
      assertThat(pairs.getStacked(0, 1, 2).toByteArray()).isEqualTo(numbers.toByteArray());
    }
  }

  @Test
  void filesOfOtherSizesAreRefused() {
    assertThatThrownBy(() -> MemoryMappedDataset.open(file, DType.FLOAT32, 7))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("whole records of 28 bytes, [7] of float32, got 240 bytes");
    assertThatThrownBy(() -> MemoryMappedDataset.open(file, DType.FLOAT32, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape[0]: expected at least 1, got 0");
    assertThatThrownBy(() -> MemoryMappedDataset.open(folder.resolve("none"), DType.INT8, 1))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void anEmptyFileHasNoRecords() throws IOException {
    Files.write(file, new byte[0]);
    try (var dataset = MemoryMappedDataset.open(file, DType.INT32, 4)) {
      assertThat(dataset.size()).isZero();
      assertThatThrownBy(() -> dataset.get(0)).isInstanceOf(IndexException.class);
    }
  }

  @Test
  void aClosedDatasetNamesItsFile() throws IOException {
    var dataset = MemoryMappedDataset.open(file, DType.FLOAT32, 6);
    Tensor record = dataset.get(0);
    dataset.close();
    dataset.close();
    assertThat(record.numel()).isEqualTo(6);
    assertThatThrownBy(() -> dataset.get(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("records.bin: this dataset is closed");
    assertThatThrownBy(() -> dataset.getStacked(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> dataset.get(10)).isInstanceOf(IllegalStateException.class);
  }

  /** Not a crash of the JVM, as when native code reads pages that a file no longer has. */
  @Test
  void aShortenedFileIsAnError() throws IOException {
    Files.write(file, new byte[1 << 16]);
    try (var dataset = MemoryMappedDataset.open(file, DType.INT8, 1L << 15)) {
      Files.write(file, new byte[10]);
      for (int i = 0; i < 2; i++) {
        int index = i;
        assertThatThrownBy(() -> dataset.get(index))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("records.bin: expected 65536 bytes")
            .hasMessageContaining("got 10; it must not be shortened");
      }
      assertThatThrownBy(() -> dataset.getStacked(1, 0)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anInterruptIsKept() throws IOException {
    Thread.currentThread().interrupt();
    try (var dataset = MemoryMappedDataset.open(file, DType.FLOAT32, 6)) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(dataset.get(1).numel()).isEqualTo(6);
    }
  }

  @Test
  void recordsThatNoFileHasAreRefused() {
    assertThatThrownBy(() -> MemoryMappedDataset.open(file, DType.FLOAT32, 1L << 32, 1L << 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "shape: expected records of less than 2^63 bytes, got [4294967296, 4294967296] of"
                + " float32");
  }
}
