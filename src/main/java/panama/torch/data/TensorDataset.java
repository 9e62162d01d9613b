package panama.torch.data;

import java.util.ArrayList;
import java.util.List;
import panama.torch.Device;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * A dataset of slices of tensors along their first dimension; PyTorch's {@code TensorDataset}.
 *
 * <pre>{@code
 * var dataset = new TensorDataset(Torch.randn(100, 20, 8), Torch.randint(0, 3, 100));
 * List<Tensor> example = dataset.get(7); // (20, 8) and a scalar
 * }</pre>
 */
public final class TensorDataset implements Dataset<List<Tensor>> {
  private final List<Tensor> tensors;

  /**
   * Creates a dataset of tensors.
   *
   * @param tensors each (N, ...), with the same N
   * @throws ShapeException if the first dimensions differ, or a tensor has none
   * @throws IllegalArgumentException if there are no tensors
   */
  public TensorDataset(Tensor... tensors) {
    this.tensors = List.of(tensors);
    for (Tensor tensor : tensors) {
      if (tensor.dim() == 0 || tensor.size(0) != tensors[0].size(0)) {
        throw new ShapeException(
            "tensors: expected the same first dimension, got "
                + this.tensors.stream().map(Tensor::shape).map(Shape::toString).toList());
      }
    }
    if (tensors.length == 0) {
      throw new IllegalArgumentException("tensors: expected at least one");
    }
  }

  /** Returns the tensors, each (N, ...). */
  public List<Tensor> tensors() {
    return tensors;
  }

  @Override
  public long size() {
    return tensors.getFirst().size(0);
  }

  /** Returns a view of row {@code index} of each tensor. */
  @Override
  public List<Tensor> get(long index) {
    ListDataset.checkIndex(index, size());
    return tensors.stream().map(tensor -> tensor.select(0, index)).toList();
  }

  /**
   * Returns the rows of each tensor at the indices, each (N, ...), copied by one call per tensor.
   */
  @Override
  public List<Tensor> getStacked(long... indices) {
    long size = size();
    for (long index : indices) {
      ListDataset.checkIndex(index, size);
    }
    List<Tensor> batch = new ArrayList<>(tensors.size());
    try (Tensor rows = Torch.tensor(indices)) {
      for (Tensor tensor : tensors) {
        batch.add(select(tensor, rows));
      }
    }
    return batch;
  }

  private static Tensor select(Tensor tensor, Tensor rows) {
    if (tensor.device().type() == Device.Type.CPU) {
      return tensor.indexSelect(0, rows);
    }
    try (Tensor there = rows.to(tensor.device())) {
      return tensor.indexSelect(0, there);
    }
  }
}
