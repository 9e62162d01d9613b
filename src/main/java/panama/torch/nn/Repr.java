package panama.torch.nn;

import java.util.Arrays;
import java.util.stream.Collectors;
import panama.torch.internal.PythonRepr;

/** Values as Python prints them, for {@link Module#extraRepr}. */
final class Repr {
  private Repr() {}

  /** A class's simple name, or, where it is anonymous or hidden, its name without the package. */
  static String name(Class<?> type) {
    return PythonRepr.name(type);
  }

  /** Such as {@code 0.1}, {@code 1e-05}, {@code 2.0}. */
  static String of(double value) {
    return PythonRepr.of(value);
  }

  /** {@code True} or {@code False}. */
  static String of(boolean value) {
    return PythonRepr.of(value);
  }

  /** Such as {@code (3,)} or {@code (2, 3)}. */
  static String tuple(long... values) {
    return Arrays.stream(values)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", values.length == 1 ? ",)" : ")"));
  }
}
