package panama.torch;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;

/**
 * PyTorch's format for the floating-point numbers of one tensor: all as whole numbers, all with
 * four decimals, or all in scientific notation, depending on the values, padded to the same width.
 */
final class FloatFormat {
  private static final int PRECISION = 4;

  private final boolean whole;
  private final boolean scientific;
  private final int width;

  /** Creates the format for the given values. */
  FloatFormat(double[] values) {
    double[] finite = Arrays.stream(values).filter(v -> v != 0 && Double.isFinite(v)).toArray();
    whole = Arrays.stream(finite).allMatch(v -> v == Math.ceil(v));
    double min = Arrays.stream(finite).map(Math::abs).min().orElse(1);
    double max = Arrays.stream(finite).map(Math::abs).max().orElse(1);
    scientific = max / min > 1000 || max > 1e8 || min < 1e-4;
    width = Arrays.stream(finite).mapToInt(v -> write(v).length()).max().orElse(1);
  }

  int width() {
    return width;
  }

  /** Returns the number, right-aligned. */
  String format(double value) {
    return " ".repeat(Math.max(0, width - write(value).length())) + write(value);
  }

  private String write(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = Math.copySign(1, value) < 0 ? "-" : "";
    if (Double.isInfinite(value)) {
      return sign + "inf";
    }
    // Exact and rounded to even, as in C; java.util.Formatter starts from the shortest decimal.
    BigDecimal exact = new BigDecimal(Math.abs(value));
    if (scientific) {
      return sign + scientific(exact);
    }
    String digits = exact.setScale(whole ? 0 : PRECISION, RoundingMode.HALF_EVEN).toPlainString();
    return sign + digits + (whole ? "." : "");
  }

  private static String scientific(BigDecimal value) {
    BigDecimal rounded = value.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String mantissa = rounded.movePointLeft(exponent).setScale(PRECISION).toPlainString();
    return String.format(
        Locale.ROOT, "%se%s%02d", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
