package panama.torch.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import panama.torch.Tensor;

/** Datasets of their own indices, and the indices that loaders yield. */
final class Numbers {
  private Numbers() {}

  /** Returns a dataset of the numbers 0 to n - 1. */
  static Dataset<Long> upTo(int n) {
    return Dataset.of(LongStream.range(0, n).boxed().toList());
  }

  /** Returns a builder of a loader of the numbers 0 to n - 1, with tensors (batch size). */
  static DataLoader.Builder<Long, Tensor> loader(int n) {
    return DataLoader.builder(upTo(n)).collate(Collate.numbers());
  }

  /** Returns the numbers of each batch of an epoch. */
  static List<List<Long>> epoch(Iterable<Tensor> batches) {
    List<List<Long>> numbers = new ArrayList<>();
    for (Tensor batch : batches) {
      try (batch) {
        numbers.add(LongStream.of(batch.toLongArray()).boxed().toList());
      }
    }
    return numbers;
  }

  static List<Long> list(long... numbers) {
    return LongStream.of(numbers).boxed().toList();
  }

  static List<List<Long>> indices(Iterable<long[]> batches) {
    List<List<Long>> numbers = new ArrayList<>();
    batches.forEach(batch -> numbers.add(list(batch)));
    return numbers;
  }
}
