package panama.torch.optim;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import panama.torch.Tensor;

/**
 * Parameters that are trained alike, and how: one of PyTorch's {@code param_groups}.
 *
 * <p>Options go by PyTorch's names, such as {@code lr} and {@code weight_decay}. A schedule keeps
 * its own numbers here, too, such as {@code initial_lr}, so that they are saved with the optimizer.
 */
public final class ParamGroup {
  private static final String LR = "lr";
  private static final String MOMENTUM = "momentum";
  private static final String BETAS = "betas";

  /** The numbers that PyTorch's schedules keep with a group. */
  private static final Set<String> OF_SCHEDULES =
      Set.of("initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum");

  private final List<Tensor> parameters;

  /** A Double, a Long, a Boolean, a String, or a list of Doubles. */
  private final Map<String, Object> options;

  ParamGroup(List<Tensor> parameters, Map<String, Object> options) {
    this.parameters = List.copyOf(parameters);
    this.options = new TreeMap<>(options);
  }

  /** What is trained. */
  public List<Tensor> parameters() {
    return parameters;
  }

  /** All options by name, each a Double, a Long, a Boolean, a String or a list of Doubles. */
  public Map<String, Object> options() {
    return Collections.unmodifiableMap(options);
  }

  /** The learning rate. */
  public double lr() {
    return number(LR);
  }

  /**
   * Changes the learning rate.
   *
   * @throws IllegalArgumentException unless it is a number from 0 up
   */
  public void setLr(double lr) {
    set(LR, Optimizer.notNegative(LR, lr));
  }

  /** Whether there is an option of this name. */
  public boolean has(String name) {
    return options.containsKey(name);
  }

  /**
   * A numeric option.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public double number(String name) {
    if (options.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(
        "name: expected a number among the options %s, got '%s'".formatted(options, name));
  }

  /**
   * Sets a numeric option, or one of the numbers that PyTorch's schedules keep here, such as {@code
   * initial_lr}: without the checks of the builder.
   *
   * @throws IllegalArgumentException when there is no such name, with the nearest there is, or when
   *     the option is no floating-point number
   */
  public void set(String name, double value) {
    if (!knows(name)) {
      throw new IllegalArgumentException(
          "name: no option '%s'; the nearest is '%s'; a schedule's own number comes in by add(name, value)"
              .formatted(name, nearest(name)));
    }
    put(name, value);
  }

  /**
   * Adds a number of your own schedule, or changes it, so that it is saved with the options. {@link
   * Optimizer#loadStateDict} takes it back once the schedule has added it again.
   *
   * @throws IllegalArgumentException when there is an option of that name which is no
   *     floating-point number
   */
  public void add(String name, double value) {
    put(name, value);
  }

  private void put(String name, double value) {
    Object before = options.get(name);
    if (before != null && !(before instanceof Double)) {
      throw new IllegalArgumentException(
          "name: expected a floating-point option, got '%s', which is %s".formatted(name, before));
    }
    options.put(name, value);
  }

  /** Whether an option or a schedule's number may have this name. */
  boolean knows(String name) {
    return has(name) || OF_SCHEDULES.contains(name);
  }

  /** The known name that is most like this one. */
  String nearest(String name) {
    Set<String> names = new HashSet<>(OF_SCHEDULES);
    names.addAll(options.keySet());
    return NearestName.to(name, names);
  }

  /** Whether there is a momentum to cycle: {@code momentum}, or the first of {@code betas}. */
  public boolean hasMomentum() {
    return has(BETAS) || has(MOMENTUM);
  }

  /** The first of {@code betas} where there are any, otherwise {@code momentum}. */
  public double momentum() {
    return has(BETAS) ? betas().get(0) : number(MOMENTUM);
  }

  /** Sets the first of {@code betas} where there are any, otherwise {@code momentum}. */
  public void setMomentum(double momentum) {
    if (has(BETAS)) {
      options.put(BETAS, List.of(momentum, betas().get(1)));
    } else {
      set(MOMENTUM, momentum);
    }
  }

  /** Takes the options of another. */
  void become(ParamGroup other) {
    options.clear();
    options.putAll(other.options);
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(options.get(name));
  }

  double beta1() {
    return betas().get(0);
  }

  double beta2() {
    return betas().get(1);
  }

  @SuppressWarnings("unchecked") // a list has no other elements here
  private List<Double> betas() {
    if (options.get(BETAS) instanceof List<?> betas) {
      return (List<Double>) betas;
    }
    throw new IllegalArgumentException("betas: expected an option of that name, got " + options);
  }

  /** An option as a JSON value. */
  static String toText(Object option) {
    return option.toString();
  }

  /**
   * The option that a JSON value stands for.
   *
   * @param like an option of the same kind
   * @throws IllegalArgumentException when it is of another kind
   */
  static Object fromText(String text, Object like) {
    return switch (like) {
      case Double number -> Double.parseDouble(text);
      case Long number -> Long.parseLong(text);
      case Boolean truth when text.equals("true") || text.equals("false") ->
          Boolean.parseBoolean(text);
      case List<?> list when text.startsWith("[") && text.endsWith("]") ->
          Arrays.stream(text.substring(1, text.length() - 1).split(",", -1))
              .map(Double::valueOf)
              .toList();
      case String string -> text;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /**
   * The options in Python's notation, one a line, as PyTorch prints them.
   *
   * @param others options that PyTorch's optimizer has besides, in that notation
   */
  String describe(Map<String, String> others) {
    Map<String, String> all = new TreeMap<>(others);
    options.forEach((name, value) -> all.put(name, python(value)));
    return all.entrySet().stream()
        .map(option -> "    %s: %s\n".formatted(option.getKey(), option.getValue()))
        .collect(Collectors.joining());
  }

  /** How many parameters, and the options in Python's notation. */
  @Override
  public String toString() {
    return options.entrySet().stream()
        .map(option -> ", %s=%s".formatted(option.getKey(), python(option.getValue())))
        .collect(
            Collectors.joining("", "ParamGroup(%s parameters".formatted(parameters.size()), ")"));
  }

  private static String python(Object value) {
    return switch (value) {
      case Double number -> python((double) number);
      case Boolean truth -> truth ? "True" : "False";
      case List<?> list ->
          list.stream().map(ParamGroup::python).collect(Collectors.joining(", ", "(", ")"));
      default -> value.toString();
    };
  }

  private static String python(double number) {
    if (number == 0) {
      return "0"; // as PyTorch's defaults have it
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.toString(number).toLowerCase(Locale.ROOT).replace("infinity", "inf");
    }
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = exact.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    return exact.movePointLeft(exponent).stripTrailingZeros().toPlainString()
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
