package panama.torch.nn;

import java.util.List;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** Layers one after the other, registered as {@code 0}, {@code 1}, ... */
public final class Sequential extends Module implements Layer {
  private final List<Layer> layers;

  /**
   * In this order. Layers that are modules become parts of this one.
   *
   * @throws NullPointerException for a null layer
   */
  public Sequential(Layer... layers) {
    this.layers = List.of(layers);
    for (int i = 0; i < layers.length; i++) {
      if (layers[i] instanceof Module module) {
        register(Integer.toString(i), module);
      }
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, this::chain);
  }

  private Tensor chain(Tensor x) {
    try (TensorScope scope = new TensorScope()) {
      Tensor y = x;
      for (Layer layer : layers) {
        y = layer.forward(y);
      }
      return scope.keep(y);
    }
  }
}
