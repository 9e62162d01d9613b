package panama.torch.data;

import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Random integers, drawn with the calls of PyTorch's samplers. */
final class RandomIndices {
  private RandomIndices() {}

  static Generator orDefault(@Nullable Generator generator) {
    return generator == null ? Generator.defaultGenerator() : generator;
  }

  /** Returns a random permutation of 0, 1, ..., n - 1. */
  static long[] permutation(long n, Generator generator) {
    try (Tensor permutation = Torch.randperm(n, generator)) {
      return permutation.toLongArray();
    }
  }

  /** Returns integers from 0 to n - 1. */
  static long[] integers(long n, long count, Generator generator) {
    try (Tensor integers = Torch.randint(0, n, new long[] {count}, generator)) {
      return integers.toLongArray();
    }
  }

  /** Returns a seed for another generator. */
  static long seed(Generator generator) {
    try (Tensor seed = Torch.empty(DType.INT64)) {
      return seed.random_(generator).itemLong();
    }
  }
}
