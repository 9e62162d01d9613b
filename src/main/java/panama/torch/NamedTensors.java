package panama.torch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map from names to tensors in insertion order, such as a state dict or named parameters. Unlike
 * other maps, it prints the type and shape of each tensor instead of its elements:
 *
 * <pre>{@code
 * {
 *   weight: float32[2, 20]
 *   bias: float32[2]
 * }
 * }</pre>
 */
public final class NamedTensors extends LinkedHashMap<String, Tensor> {
  private static final long serialVersionUID = 1;

  /** Creates an empty map. */
  public NamedTensors() {}

  /**
   * Creates a copy of a map.
   *
   * @param tensors the map
   */
  public NamedTensors(Map<String, Tensor> tensors) {
    super(tensors);
  }

  /** Returns the names, types and shapes, one tensor per line. */
  @Override
  public String toString() {
    if (isEmpty()) {
      return "{}";
    }
    StringBuilder text = new StringBuilder("{\n");
    forEach((name, tensor) -> text.append("  " + name + ": " + summary(tensor) + "\n"));
    return text.append('}').toString();
  }

  private static String summary(Tensor tensor) {
    if (tensor == null || tensor.isClosed()) {
      return tensor == null ? "null" : "closed";
    }
    String device = tensor.device().equals(Device.CPU) ? "" : " on " + tensor.device();
    return tensor.dtype() + tensor.shape().toString() + device;
  }
}
