package panama.torch.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import panama.torch.ArgumentException;
import panama.torch.DTypeException;
import panama.torch.GradMode;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Changes parameters by their gradients, in place and without a trace in the graph.
 *
 * <p>Parameters form groups, each with its own options:
 *
 * <pre>{@code
 * var adam = Adam.builder(rnn.parameters())
 *     .lr(1e-3)
 *     .addParamGroup(fc.parameters(), group -> group.lr(1e-2).weightDecay(0.1))
 *     .build();
 * }</pre>
 */
public abstract sealed class Optimizer permits ElementwiseOptimizer, LBFGS {
  private final Map<String, Object> defaults;
  private final List<ParamGroup> groups = new ArrayList<>();

  Optimizer(Builder<?> builder) {
    defaults = new LinkedHashMap<>(builder.options);
    builder.groups().forEach(this::add);
  }

  /**
   * Parameters, groups and options, which start from PyTorch's defaults.
   *
   * @param <B> the optimizer's own builder
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits ElementwiseOptimizer.Builder, LBFGS.Builder {
    private final List<Tensor> parameters;
    private final Map<String, Object> options = new LinkedHashMap<>();
    private final List<More<B>> more = new ArrayList<>();

    private record More<B>(List<Tensor> parameters, Consumer<? super B> options) {}

    Builder(List<Tensor> parameters, double lr) {
      this.parameters = parameters;
      set("lr", lr);
    }

    abstract B self();

    final B set(String name, Object value) {
      options.put(name, value);
      return self();
    }

    final B setNotNegative(String name, String javaName, double value) {
      return set(name, notNegative(javaName, value));
    }

    /**
     * The learning rate.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public final B lr(double lr) {
      return setNotNegative("lr", "lr", lr);
    }

    final void addGroup(List<Tensor> parameters, Consumer<? super B> options) {
      more.add(new More<>(parameters, options));
    }

    /** The first group and the others, whose options are the first's but for their own. */
    private List<ParamGroup> groups() {
      List<ParamGroup> all = new ArrayList<>();
      all.add(new ParamGroup(parameters, options));
      Map<String, Object> first = new LinkedHashMap<>(options);
      for (More<B> group : more) {
        group.options.accept(self());
        all.add(new ParamGroup(group.parameters, options));
        options.putAll(first);
      }
      return all;
    }
  }

  /** The groups of parameters. */
  public final List<ParamGroup> paramGroups() {
    return Collections.unmodifiableList(groups);
  }

  /** What is trained, group by group. */
  public final List<Tensor> parameters() {
    return groups.stream().flatMap(group -> group.parameters().stream()).toList();
  }

  /**
   * Trains more parameters from now on, with the options of the builder; change them in what is
   * returned. Comes before schedules, which take the groups there are.
   *
   * @throws IllegalArgumentException for parameters that cannot be trained or are trained already
   */
  public ParamGroup addParamGroup(List<Tensor> parameters) {
    ParamGroup group = new ParamGroup(parameters, defaults);
    add(group);
    return group;
  }

  private void add(ParamGroup group) {
    if (group.parameters().isEmpty()) {
      throw new IllegalArgumentException(
          "parameters: expected at least one, got none; does the module register its layers?");
    }
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(parameters());
    for (int i = 0; i < group.parameters().size(); i++) {
      Tensor parameter = group.parameters().get(i);
      if (!seen.add(parameter)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "parameters: the one at %d stands twice, here or in another group",
                i));
      }
      if (!parameter.isLeaf()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "parameters: expected leaves, got at %d the result of an operation; use .detach()",
                i));
      }
      if (!parameter.dtype().isFloatingPoint()) {
        throw new DTypeException(
            String.format(
                Locale.ROOT,
                "parameters: expected a floating-point type, got %s at %d",
                parameter.dtype(),
                i));
      }
    }
    groups.add(group);
  }

  /** The learning rate of the first group. */
  public final double lr() {
    return groups.getFirst().lr();
  }

  /**
   * Changes the learning rate of all groups.
   *
   * @throws IllegalArgumentException unless it is a number from 0 up
   */
  public final void setLr(double lr) {
    groups.forEach(group -> group.setLr(lr));
  }

  /** Drops all gradients. */
  public final void zeroGrad() {
    groups.forEach(group -> group.parameters().forEach(parameter -> parameter.setGrad(null)));
  }

  /** One step for every parameter that has a gradient. */
  public abstract void step();

  /**
   * Computes the loss anew, then one step.
   *
   * @param closure drops the gradients, computes the loss, calls backward, and returns the loss
   * @return the loss before the step
   */
  public Tensor step(Supplier<Tensor> closure) {
    Tensor loss = evaluate(closure);
    step();
    return loss;
  }

  /** Calls the closure with gradients recorded, even inside noGrad. */
  static Tensor evaluate(Supplier<Tensor> closure) {
    if (Torch.isGradEnabled()) {
      return closure.get();
    }
    try (GradMode guard = Torch.enableGrad()) {
      return closure.get();
    }
  }

  // State

  /** What is remembered of a parameter, by PyTorch's names; nothing before its first step. */
  abstract Map<String, Tensor> stateOf(Tensor parameter);

  /**
   * Looks at what is to be remembered of a parameter.
   *
   * @param group with the options to come
   * @param problems takes what does not fit
   * @return puts it in force
   */
  abstract Runnable restore(
      ParamGroup group, Tensor parameter, Map<String, Tensor> state, Problems problems);

  /**
   * The state of all parameters and the options of all groups. The tensors share their data with
   * the optimizer's, which the next step changes.
   */
  public final OptimizerState stateDict() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> options = new LinkedHashMap<>();
    int index = 0;
    for (int i = 0; i < groups.size(); i++) {
      String prefix = "param_groups." + i + ".";
      groups
          .get(i)
          .options()
          .forEach((name, value) -> options.put(prefix + name, ParamGroup.toText(value)));
      List<Integer> indices = new ArrayList<>();
      for (Tensor parameter : groups.get(i).parameters()) {
        String key = "state." + index + ".";
        stateOf(parameter).forEach((name, tensor) -> tensors.put(key + name, tensor.detach()));
        indices.add(index++);
      }
      options.put(prefix + "params", indices.toString());
    }
    return new OptimizerState(tensors, options);
  }

  /**
   * Takes state and options over, so that training goes on bit for bit as it would have. Tensors
   * are copied and converted to the type and device of their parameters.
   *
   * <p>Numbers that your own schedule has added to a group are taken where the group has them now:
   * make the schedule first.
   *
   * @throws ArgumentException naming every missing, unexpected and mis-shaped entry; nothing is
   *     changed then
   */
  public final void loadStateDict(OptimizerState state) {
    Problems problems = new Problems();
    Set<String> unexpected = new LinkedHashSet<>(state.tensors().keySet());
    Set<String> unknown = new HashSet<>(state.options().keySet());
    List<ParamGroup> loaded = new ArrayList<>();
    List<Runnable> changes = new ArrayList<>();
    int index = 0;
    for (int i = 0; i < groups.size(); i++) {
      ParamGroup group = loadOptions(i, index, state.options(), unknown, problems);
      loaded.add(group);
      for (Tensor parameter : group.parameters()) {
        String prefix = "state." + index++ + ".";
        Map<String, Tensor> own = new LinkedHashMap<>();
        state
            .tensors()
            .forEach(
                (key, tensor) -> {
                  if (key.startsWith(prefix)) {
                    own.put(key.substring(prefix.length()), tensor);
                    unexpected.remove(key);
                  }
                });
        changes.add(restore(group, parameter, own, problems.in(prefix)));
      }
    }
    unexpected.forEach(problems::unexpected);
    unknown.stream()
        .filter(key -> key.startsWith("param_groups."))
        .sorted()
        .forEach(problems::unexpected);
    problems.check("the state dict does not fit " + getClass().getSimpleName());
    changes.forEach(Runnable::run);
    for (int i = 0; i < groups.size(); i++) {
      groups.get(i).become(loaded.get(i));
    }
  }

  /** Group i with the options of a state dict, of which those read are struck off. */
  private ParamGroup loadOptions(
      int i, int index, Map<String, String> saved, Set<String> unknown, Problems all) {
    String prefix = "param_groups." + i + ".";
    Problems problems = all.in(prefix);
    List<Tensor> parameters = groups.get(i).parameters();
    Map<String, Object> options = new LinkedHashMap<>();
    defaults.forEach(
        (name, like) -> {
          String text = saved.get(prefix + name);
          if (text == null) {
            problems.missing(name);
          } else {
            options.put(name, parse(name, text, like, problems));
          }
        });
    saved.forEach(
        (key, text) -> {
          if (key.startsWith(prefix)) {
            unknown.remove(key);
            String name = key.substring(prefix.length());
            if (defaults.containsKey(name) || name.equals("params")) {
              return;
            }
            if (groups.get(i).knows(name)) {
              options.put(name, parse(name, text, 0.0, problems)); // a schedule's own number
            } else {
              problems.unexpected(name, groups.get(i).nearest(name));
            }
          }
        });
    List<Integer> indices = new ArrayList<>();
    for (int k = 0; k < parameters.size(); k++) {
      indices.add(index + k);
    }
    String params = saved.get(prefix + "params");
    if (params == null) {
      problems.missing("params");
    } else if (!params.equals(indices.toString())) {
      problems.expected("params", indices, params);
    }
    return new ParamGroup(parameters, options);
  }

  private static Object parse(String name, String text, Object like, Problems problems) {
    try {
      return ParamGroup.fromText(text, like);
    } catch (IllegalArgumentException e) {
      problems.expected(name, "a value like " + like, text);
      return like;
    }
  }

  /** The groups and their options, as PyTorch prints them. */
  @Override
  public final String toString() {
    StringBuilder text = new StringBuilder(getClass().getSimpleName()).append(" (");
    for (int i = 0; i < groups.size(); i++) {
      text.append("\nParameter Group ").append(i).append('\n');
      text.append(groups.get(i).describe(printedToo()));
    }
    return text.append(')').toString();
  }

  /** What PyTorch prints besides: options that choose between its implementations, at rest. */
  Map<String, String> printedToo() {
    return Map.of();
  }

  static double notNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + ": expected a number from 0 up, got " + value);
    }
    return value;
  }

  static double fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected 0 <= " + name + " < 1, got " + value);
    }
    return value;
  }
}
