package panama.torch.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import panama.torch.ArgumentException;
import panama.torch.Shape;
import panama.torch.Tensor;

/** All that is wrong with a state dict, so that it can be told at once. */
final class Problems {
  private final List<String> found;
  private final String prefix;

  Problems() {
    this(new ArrayList<>(), "");
  }

  private Problems(List<String> found, String prefix) {
    this.found = found;
    this.prefix = prefix;
  }

  /** The same list, for names below a prefix. */
  Problems in(String prefix) {
    return new Problems(found, prefix);
  }

  void missing(String name) {
    found.add("missing: " + prefix + name);
  }

  void unexpected(String name) {
    found.add("unexpected: " + prefix + name);
  }

  void unexpected(String name, String nearest) {
    found.add("unexpected: %s%s; the nearest name is '%s'".formatted(prefix, name, nearest));
  }

  void expected(String name, Object expected, Object given) {
    found.add("%s%s: expected %s, got %s".formatted(prefix, name, expected, given));
  }

  /** What is missing, unexpected or of another shape among tensors. */
  void compare(Map<String, Shape> expected, Map<String, Tensor> given) {
    expected.forEach(
        (name, shape) -> {
          Tensor tensor = given.get(name);
          if (tensor == null) {
            missing(name);
          } else if (!tensor.shape().equals(shape)) {
            expected(name, "shape " + shape, tensor.shape());
          }
        });
    given.keySet().stream().filter(name -> !expected.containsKey(name)).forEach(this::unexpected);
  }

  /** Throws when there are any. */
  void check(String message) {
    if (!found.isEmpty()) {
      throw new ArgumentException(message + ":\n  " + String.join("\n  ", found));
    }
  }
}
