package panama.torch.internal;

import java.math.BigDecimal;
import java.util.Locale;

/** Values as Python's {@code repr} writes them. */
public final class PythonRepr {
  private PythonRepr() {}

  /** Returns a float, such as {@code 0.1}, {@code 1e-05}, {@code 2.0}, {@code inf}. */
  public static String of(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return "0.0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return String.format(
        Locale.ROOT, "%se%s%02d", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** Returns {@code True} or {@code False}. */
  public static String of(boolean value) {
    return value ? "True" : "False";
  }

  /**
   * Returns the simple name of a class. Anonymous and hidden classes have none: theirs is the full
   * name without the package, such as {@code Training$1}.
   */
  public static String name(Class<?> type) {
    String simple = type.getSimpleName();
    return simple.isEmpty()
        ? type.getName().substring(type.getName().lastIndexOf('.') + 1)
        : simple;
  }
}
