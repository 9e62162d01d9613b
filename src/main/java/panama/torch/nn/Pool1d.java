package panama.torch.nn;

import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * The check of the input that all pooling layers share.
 *
 * @param <M> the layer's own class
 */
abstract sealed class Pool1d<M extends Pool1d<M>> extends FluentModule<M> implements Layer
    permits WindowPool1d, AdaptivePool1d {
  Pool1d() {}

  /** Starts a call of an operator with x as its first argument. */
  static Op.Call operator(String name, Tensor x) {
    Shape shape = x.shape();
    if (shape.dim() != 2 && shape.dim() != 3) {
      throw new ShapeException(
          "x: expected shape (N, C, L) or (C, L), got %s; sequences of shape (N, L, C) need .transpose(1, 2)"
              .formatted(shape));
    }
    return Torch.op(name).arg(x);
  }
}
