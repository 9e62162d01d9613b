package panama.torch.data;

import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;

/** A sampler of all examples in the order of the dataset; PyTorch's {@code SequentialSampler}. */
public final class SequentialSampler implements Sampler<Long> {
  private final Dataset<?> dataset;

  /**
   * Creates a sampler.
   *
   * @param dataset the dataset, of which only the size is read
   */
  public SequentialSampler(Dataset<?> dataset) {
    this.dataset = Objects.requireNonNull(dataset, "dataset");
  }

  @Override
  public long size() {
    return dataset.size();
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    return LongStream.range(0, size()).iterator();
  }
}
