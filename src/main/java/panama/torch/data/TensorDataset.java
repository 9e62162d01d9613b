package panama.torch.data;

import java.util.List;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;

/** Examples that are slices of tensors along their first dimension, PyTorch's TensorDataset. */
public final class TensorDataset implements Dataset<List<Tensor>> {
  private final List<Tensor> tensors;

  /**
   * Creates a dataset of tensors.
   *
   * @param tensors each (N, ...), with the same N
   * @throws ShapeException if the first dimensions differ, or a tensor has none
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
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          "index: expected 0 to " + (size() - 1) + ", got " + index);
    }
    return tensors.stream().map(tensor -> tensor.select(0, index)).toList();
  }
}
