package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** Layers one after the other, registered as {@code 0}, {@code 1}, ..., or under their names. */
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
      add(Integer.toString(i), layers[i]);
    }
  }

  /**
   * By name, in the order of the map, such as a {@link java.util.LinkedHashMap}'s. Layers that are
   * modules become parts of this one.
   */
  public Sequential(Map<String, ? extends Layer> layers) {
    this.layers = new ArrayList<>(layers.values());
    layers.forEach(this::add);
  }

  private void add(String name, Layer layer) {
    if (layer instanceof Module module) {
      register(name, module);
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
