package panama.torch.optim;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;
import panama.torch.internal.NearestName;
import panama.torch.internal.PythonRepr;

/**
 * A group of parameters that are optimized with the same options: one of PyTorch's {@code
 * param_groups}.
 *
 * <p>Options have PyTorch's names, such as {@code lr} and {@code weight_decay}. Schedulers keep
 * numbers of their own here, such as {@code initial_lr}, so that they are saved with the optimizer.
 */
public final class ParamGroup {
  private static final String LR = "lr";
  private static final String MOMENTUM = "momentum";
  private static final String BETAS = "betas";

  /** The option of libtorch's fused kernels: a Boolean, or null for PyTorch's None. */
  static final String FUSED = "fused";

  /** PyTorch's None, in an option that is a text. */
  static final String NONE = "None";

  private static final String DECOUPLED_WEIGHT_DECAY = "decoupled_weight_decay";

  /** The numbers that PyTorch's schedulers keep in a group. */
  private static final Set<String> SCHEDULER_OPTIONS =
      Set.of("initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum");

  private final List<Tensor> parameters;

  /** A Double, a Long, a Boolean, a String, a list of Doubles, or null for PyTorch's None. */
  private final Map<String, @Nullable Object> options;

  ParamGroup(List<Tensor> parameters, Map<String, @Nullable Object> options) {
    this.parameters = List.copyOf(parameters);
    this.options = new TreeMap<>(options);
  }

  /** Returns the parameters, in the order in which they were given. */
  public List<Tensor> parameters() {
    return parameters;
  }

  /**
   * Returns a view of all options by name, each a Double, a Long, a Boolean, a String or a list of
   * Doubles; {@code fused} is null where it was not set, as in PyTorch. It cannot be modified.
   */
  public Map<String, @Nullable Object> options() {
    return Collections.unmodifiableMap(options);
  }

  /** Returns the learning rate. */
  public double lr() {
    return number(LR);
  }

  /**
   * Sets the learning rate.
   *
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless it is finite and at least 0
   */
  public void setLr(double lr) {
    set(LR, Arguments.finiteNotNegative(LR, lr));
  }

  /**
   * Returns whether there is an option of this name.
   *
   * @param name the name of an option
   */
  public boolean has(String name) {
    return options.containsKey(name);
  }

  /**
   * Returns a numeric option, such as {@code weight_decay}.
   *
   * @param name the name of the option, as in PyTorch
   * @throws IllegalArgumentException when there is no number of this name
   */
  public double number(String name) {
    if (options.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw noOption(name, "a number");
  }

  /**
   * Returns an option that is a list of numbers, such as {@code betas}.
   *
   * @param name the name of the option, as in PyTorch
   * @throws IllegalArgumentException when there is no list of this name
   */
  @SuppressWarnings("unchecked") // lists have no other elements here
  public List<Double> numbers(String name) {
    if (options.get(name) instanceof List<?> numbers) {
      return (List<Double>) numbers;
    }
    throw noOption(name, "a list of numbers");
  }

  /**
   * Returns a boolean option, such as {@code maximize}.
   *
   * @param name the name of the option, as in PyTorch
   * @throws IllegalArgumentException when there is no boolean of this name
   */
  public boolean flag(String name) {
    if (options.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw noOption(name, "a boolean");
  }

  private IllegalArgumentException noOption(String name, String kind) {
    return new IllegalArgumentException(
        "name: expected the name of %s among the options %s, got '%s'"
            .formatted(kind, options, name));
  }

  /**
   * Sets a floating-point option, or one of the numbers that PyTorch's schedulers keep in groups,
   * such as {@code initial_lr}. The value is not checked, unlike in the builder.
   *
   * @param name the name of the option, as in PyTorch
   * @param value the value of the option
   * @throws IllegalArgumentException when there is no such name, with the most similar one that
   *     there is, or when the option is no floating-point number
   */
  public void set(String name, double value) {
    if (!isKnown(name)) {
      throw new IllegalArgumentException(
          "name: no option '%s'; the nearest is '%s'; a scheduler of your own adds its numbers with add(name, value)"
              .formatted(name, nearest(name)));
    }
    put(name, value);
  }

  /**
   * Adds a number that your own scheduler keeps in the group, or sets it again. It is saved with
   * the options; {@link Optimizer#loadStateDict} loads it into groups to which it was added before.
   *
   * @param name the name of the option, as in PyTorch
   * @param value the value of the option
   * @throws IllegalArgumentException when there is an option of this name that is no floating-point
   *     number
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

  /** Sets an option of any kind, which has to be there, to a value of the same kind. */
  void setOption(String name, Object value) {
    if (!options.containsKey(name)) {
      throw new IllegalArgumentException(
          "options: no option '%s'; the nearest is '%s'"
              .formatted(name, NearestName.to(name, options.keySet())));
    }
    Object before = name.equals(FUSED) ? false : options.get(name);
    Object after = option(name, value);
    if (before instanceof Double && after instanceof Long whole) {
      after = (double) whole;
    }
    if (!isSameKind(before, after)) {
      throw new IllegalArgumentException(
          "options: expected for '%s' a value like %s, got %s".formatted(name, before, value));
    }
    if (name.equals(LR)) {
      setLr((double) after);
    } else {
      options.put(name, after);
    }
  }

  private static boolean isSameKind(@Nullable Object one, Object other) {
    return (one != null && one.getClass() == other.getClass())
        || (one instanceof List<?> list
            && other instanceof List<?> others
            && list.size() == others.size());
  }

  /**
   * Returns an option in the form in which groups keep it.
   *
   * @throws IllegalArgumentException for anything but a number, a boolean, a string, or a list of
   *     numbers
   */
  static Object option(String name, Object value) {
    return switch (value) {
      case Boolean flag -> flag;
      case String text -> text;
      case Integer number -> (long) number;
      case Long number -> number;
      case Number number -> number.doubleValue();
      case List<?> list when list.stream().allMatch(Number.class::isInstance) ->
          list.stream().map(number -> ((Number) number).doubleValue()).toList();
      default ->
          throw new IllegalArgumentException(
              "options: expected for '%s' a number, a boolean, a string or a list of numbers, got %s of class %s"
                  .formatted(name, value, PythonRepr.name(value.getClass())));
    };
  }

  /** Returns whether an option or a number of a scheduler may have this name. */
  boolean isKnown(String name) {
    return has(name) || SCHEDULER_OPTIONS.contains(name);
  }

  /** Returns the most similar known name. */
  String nearest(String name) {
    Set<String> names = new HashSet<>(SCHEDULER_OPTIONS);
    names.addAll(options.keySet());
    return NearestName.to(name, names);
  }

  /** Returns whether there is a momentum to cycle: {@code momentum}, or β1 of {@code betas}. */
  public boolean hasMomentum() {
    return has(BETAS) || has(MOMENTUM);
  }

  /** Returns β1 where there are {@code betas}, otherwise {@code momentum}. */
  public double momentum() {
    return has(BETAS) ? beta1() : number(MOMENTUM);
  }

  /**
   * Sets β1 where there are {@code betas}, otherwise {@code momentum}.
   *
   * @param momentum the momentum
   */
  public void setMomentum(double momentum) {
    if (has(BETAS)) {
      options.put(BETAS, List.of(momentum, beta2()));
    } else {
      set(MOMENTUM, momentum);
    }
  }

  /** Replaces the options by those of another group. */
  void setOptions(ParamGroup other) {
    options.clear();
    options.putAll(other.options);
  }

  double beta1() {
    return numbers(BETAS).get(0);
  }

  double beta2() {
    return numbers(BETAS).get(1);
  }

  /** Returns whether libtorch's fused kernels are wanted. */
  boolean isFused() {
    return Boolean.TRUE.equals(options.get(FUSED));
  }

  /** Returns an option as a JSON value. */
  static String toJson(@Nullable Object option) {
    return String.valueOf(option);
  }

  /**
   * Returns the Boolean that a JSON value stands for, or null.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static @Nullable Boolean optionalFlag(String json) {
    return json.equals("null") ? null : (Boolean) fromJson(json, false);
  }

  /**
   * Returns the option that a JSON value stands for.
   *
   * @param example an option of the same kind
   * @throws IllegalArgumentException when it is of another kind
   */
  static Object fromJson(String json, @Nullable Object example) {
    return switch (example) {
      case Double number -> Double.parseDouble(json);
      case Long number -> Long.parseLong(json);
      case Boolean flag when json.equals("true") || json.equals("false") ->
          Boolean.parseBoolean(json);
      case List<?> list when json.startsWith("[") && json.endsWith("]") ->
          Arrays.stream(json.substring(1, json.length() - 1).split(",", -1))
              .map(Double::valueOf)
              .toList();
      case String string -> json;
      case null, default -> throw new IllegalArgumentException(json);
    };
  }

  /**
   * Returns the options in Python's notation, one a line, as PyTorch prints them.
   *
   * @param others more options of PyTorch's optimizer
   */
  String describe(Map<String, @Nullable Object> others) {
    Map<String, @Nullable Object> all = new TreeMap<>(others);
    all.putAll(options);
    return all.entrySet().stream()
        .map(option -> "    %s: %s\n".formatted(option.getKey(), python(option.getValue())))
        .collect(Collectors.joining());
  }

  /**
   * Returns the options as PyTorch's state dicts have them.
   *
   * @param others more options of PyTorch's optimizer
   */
  Map<String, @Nullable Object> nestedOptions(Map<String, @Nullable Object> others) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(options);
    all.replaceAll((name, value) -> NONE.equals(value) ? null : value);
    all.putAll(others);
    return all;
  }

  /**
   * Adds the boolean options that a state dict of an older version of PyTorch does not have, as
   * PyTorch does when it loads one: all but the kind of weight decay, which its class has, are
   * false.
   */
  void addAbsentFlags(String prefix, Map<String, String> saved) {
    options.forEach(
        (name, value) -> {
          if (value instanceof Boolean own) {
            boolean absent = name.equals(DECOUPLED_WEIGHT_DECAY) && own;
            saved.putIfAbsent(prefix + name, toJson(absent));
          }
        });
  }

  /** Returns the number of parameters, and the options in Python's notation. */
  @Override
  public String toString() {
    return options.entrySet().stream()
        .map(option -> ", %s=%s".formatted(option.getKey(), python(option.getValue())))
        .collect(
            Collectors.joining("", "ParamGroup(%s parameters".formatted(parameters.size()), ")"));
  }

  private static String python(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Double zero when zero == 0 -> "0"; // PyTorch's defaults are integers where they are 0
      case Double number -> PythonRepr.of(number);
      case Boolean flag -> PythonRepr.of(flag);
      case List<?> list ->
          list.stream().map(ParamGroup::python).collect(Collectors.joining(", ", "(", ")"));
      default -> value.toString();
    };
  }
}
