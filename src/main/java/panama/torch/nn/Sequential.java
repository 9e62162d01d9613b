package panama.torch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * A chain of layers: the result of each is the input of the next.
 *
 * <p>Layers that are modules are registered as submodules, under {@code 0}, {@code 1}, ... or under
 * given names; others, such as {@code x -> x.mul(2)}, are only called.
 */
public final class Sequential extends FluentModule<Sequential> implements Layer, Iterable<Layer> {
  private final List<String> names = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();

  /**
   * Creates a chain of layers in this order.
   *
   * @param layers the layers, in order
   * @throws NullPointerException for a null layer
   */
  public Sequential(Layer... layers) {
    for (Layer layer : layers) {
      add(Integer.toString(size()), layer);
    }
  }

  /**
   * Creates a chain of layers with names, in the order of the map: use one that has an order, such
   * as {@link java.util.LinkedHashMap}.
   *
   * @param layers the layers by name, in order
   * @throws IllegalArgumentException for a name with a dot
   * @throws NullPointerException for a null layer
   */
  public Sequential(Map<String, ? extends Layer> layers) {
    layers.forEach(this::add);
  }

  private void add(String name, Layer layer) {
    if (layer instanceof Module module) {
      register(name, module);
    }
    names.add(name);
    layers.add(Objects.requireNonNull(layer, () -> "layer '" + name + "'"));
  }

  /**
   * Returns a layer.
   *
   * @param index from 0, or from -1 backwards
   * @throws IndexException if there is none
   */
  public Layer get(int index) {
    return layers.get(ModuleList.position(index, size()));
  }

  /**
   * Replaces a layer that is a module, as Python's {@code model[index] = layer}. It keeps its name.
   * Replace layers before the optimizer is created.
   *
   * @param index from 0, or from -1 backwards
   * @param layer the new layer
   * @return this
   * @throws IndexException if there is none
   * @throws IllegalArgumentException if the present layer or the new one is not a module
   */
  public Sequential set(int index, Layer layer) {
    int position = ModuleList.position(index, size());
    if (!(layers.get(position) instanceof Module)) {
      throw new IllegalArgumentException(
          "index: expected that of a module, got %s, which is a function; build a new Sequential"
              .formatted(index));
    }
    if (!(layer instanceof Module module)) {
      throw new IllegalArgumentException(
          "layer: expected a module, got a function; build a new Sequential");
    }
    replace(names.get(position), module);
    layers.set(position, layer);
    return this;
  }

  /** Returns the number of layers. */
  public int size() {
    return layers.size();
  }

  @Override
  public Iterator<Layer> iterator() {
    return Collections.unmodifiableList(layers).iterator();
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
