package panama.torch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors by name, in their order, as state dicts and named parameters are. Prints the type and
 * shape of each, one a line, where another map would print all their elements:
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

  /** Makes an empty map. */
  public NamedTensors() {}

  /** Copies a map. */
  public NamedTensors(Map<String, Tensor> tensors) {
    super(tensors);
  }

  /** Returns the names with types and shapes, one a line. */
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
    String place = tensor.device().equals(Device.CPU) ? "" : " on " + tensor.device();
    return tensor.dtype() + tensor.shape().toString() + place;
  }
}
