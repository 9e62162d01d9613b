package panama.torch.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The norms of the gradients of a backward pass, recorded by {@link GradientHealth}.
 *
 * @param steps by the name of a recurrent layer, the L2 norms of the gradient of the loss with
 *     respect to its input, one for each time step, over batch and features
 * @param parameters by the name of a parameter, the L2 norm of its gradient
 */
public record GradientReport(Map<String, double[]> steps, Map<String, Double> parameters) {
  /**
   * A gradient vanishes if its norm at the first steps is below this fraction of the largest one.
   */
  private static final double VANISHED = 1e-6;

  /** A gradient explodes if its norm at a step is above this multiple of that at the last step. */
  private static final double EXPLODED = 1e3;

  /** The kinds of warnings. */
  public enum Kind {
    /** The norm at the first steps is less than a millionth of the largest one. */
    VANISHING,
    /** The norm at an earlier step is more than a thousand times that at the last one. */
    EXPLODING,
    /** The gradient has NaN or infinite elements. */
    NOT_FINITE
  }

  /**
   * A warning.
   *
   * @param kind the kind
   * @param layer the name of the layer or of the parameter
   * @param step the time step, from 0; -1 for a parameter
   * @param norm the norm at this step
   */
  public record Warning(Kind kind, String layer, int step, double norm) {
    /** Checks that no component is null. */
    public Warning {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(layer, "layer");
    }

    /** Returns the warning as a sentence. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "the gradient of '%s'%s %s: its norm is %.3g",
          layer,
          step < 0 ? "" : " at time step " + step,
          switch (kind) {
            case VANISHING -> "has vanished, as at all steps before";
            case EXPLODING -> "explodes towards the first steps";
            case NOT_FINITE -> "is not finite";
          },
          norm);
    }
  }

  /** Creates a report with copies of the maps, in their order. */
  public GradientReport {
    steps.forEach(
        (layer, norms) -> {
          if (norms.length == 0) {
            throw new IllegalArgumentException(
                "steps: expected at least one norm for each layer, got none for '" + layer + "'");
          }
        });
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Returns the warnings: at most one for each layer, and one for each parameter. */
  public List<Warning> warnings() {
    List<Warning> warnings = new ArrayList<>();
    steps.forEach((layer, norms) -> warn(layer, norms, warnings));
    parameters.forEach(
        (name, norm) -> {
          if (!Double.isFinite(norm)) {
            warnings.add(new Warning(Kind.NOT_FINITE, name, -1, norm));
          }
        });
    return warnings;
  }

  private static void warn(String layer, double[] norms, List<Warning> warnings) {
    int last = norms.length - 1;
    for (int step = last; step >= 0; step--) { // in the order of the backward pass
      if (!Double.isFinite(norms[step])) {
        warnings.add(new Warning(Kind.NOT_FINITE, layer, step, norms[step]));
        return;
      }
    }
    double largest = Arrays.stream(norms).max().orElse(0);
    for (int step = last; step >= 0; step--) {
      if (norms[last] > 0 && norms[step] > EXPLODED * norms[last]) {
        warnings.add(new Warning(Kind.EXPLODING, layer, step, norms[step]));
        return;
      }
    }
    int step = 0;
    while (step < last && norms[step] < VANISHED * largest) {
      step++;
    }
    if (step > 0) {
      warnings.add(new Warning(Kind.VANISHING, layer, step - 1, norms[step - 1]));
    }
  }

  /** Returns a line for each layer with its norms at the first, middle and last step. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    steps.forEach(
        (layer, norms) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%s: %d steps, norm of the gradient at the first %.3g, middle %.3g, last"
                        + " %.3g%n",
                    layer,
                    norms.length,
                    norms[0],
                    norms[norms.length / 2],
                    norms[norms.length - 1])));
    warnings().forEach(warning -> text.append(warning).append(System.lineSeparator()));
    return text.toString();
  }
}
