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
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DTypeException;
import panama.torch.GradMode;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.internal.PythonRepr;
import panama.torch.internal.StateDictErrors;

/**
 * The base class of all optimizers, which update parameters in place from their gradients.
 *
 * <p>Parameters form groups, each with its own options, such as the learning rate:
 *
 * <pre>{@code
 * var adam = Adam.builder(rnn.parameters())
 *     .lr(1e-3)
 *     .addParamGroup(fc.parameters(), group -> group.lr(1e-2).weightDecay(0.1))
 *     .build();
 * }</pre>
 *
 * <h2>Writing an optimizer</h2>
 *
 * <p>Extend this class, in any package: pass the parameters and the default options to the
 * constructor, create the state of a parameter in {@link #initState}, and update it in {@link
 * #update}. Lion (Chen et al., "Symbolic discovery of optimization algorithms", 2023):
 *
 * <pre>{@code
 * public final class Lion extends Optimizer {
 *   public Lion(List<Tensor> parameters, double lr) {
 *     super(parameters, Map.of("lr", lr, "betas", List.of(0.9, 0.99), "weight_decay", 0.0));
 *   }
 *
 *   @Override
 *   protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
 *     state.putZeros("exp_avg");
 *   }
 *
 *   @Override
 *   protected void update(
 *       ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
 *     List<Double> betas = group.numbers("betas");
 *     Tensor average = state.get("exp_avg");
 *     Tensor direction = average.lerp(gradient, 1 - betas.get(0)).sign();
 *     parameter.mul_(1 - group.lr() * group.number("weight_decay"));
 *     parameter.sub_(direction, group.lr());
 *     average.lerp_(gradient, 1 - betas.get(1));
 *   }
 * }
 * }</pre>
 *
 * <p>The base class does the rest:
 *
 * <ul>
 *   <li><b>Groups and options.</b> Every group has the options of the constructor's map, under
 *       PyTorch's names, and values of its own for them ({@link #addParamGroup(List, Map)}). Read
 *       them from the group at each step: schedulers and {@link #loadStateDict} change them.
 *   <li><b>State.</b> It is created at the first step of a parameter. Its tensors belong to the
 *       optimizer, not to a {@link TensorScope}, and follow the parameter to another element type
 *       or device.
 *   <li><b>State dict.</b> {@link #stateDict} has each tensor as {@code state.INDEX.NAME}, with the
 *       name given in {@code initState}: use those of the PyTorch implementation if there is one.
 *   <li><b>Steps.</b> {@link #step()} calls {@code update} for each parameter that has a gradient,
 *       inside a {@link TensorScope}, which frees the temporaries. An optimizer that has to see all
 *       parameters at once overrides {@code step()}, gets their state from {@link #state(Tensor)},
 *       and writes to {@link Tensor#detach parameter.detach()}.
 *   <li><b>Closures.</b> {@link #step(Supplier)} computes the loss and calls {@code step()}.
 *   <li><b>Gradients.</b> The arguments of {@code update} are detached, so that nothing is recorded
 *       in a graph and no {@link Torch#noGrad} is needed. In-place operations on them count the
 *       parameter's version up: the backward pass of a graph recorded before the step is refused
 *       instead of being wrong. {@link #zeroGrad} drops all gradients.
 * </ul>
 */
public abstract class Optimizer {
  private static final String LR = "lr";

  private final Map<String, @Nullable Object> defaults;
  private final List<ParamGroup> groups = new ArrayList<>();
  private final IdentityHashMap<Tensor, ParameterState> states = new IdentityHashMap<>();

  /**
   * Creates an optimizer with a single group; {@link #addParamGroup(List, Map)} adds others.
   *
   * @param parameters leaf tensors of a floating-point type, each once
   * @param defaults the options by PyTorch's names, with {@code lr} among them; each a number, a
   *     boolean, a string, or a list of numbers. A floating-point number stays one: write 0.0, not
   *     0, for an option that is to hold fractions.
   * @throws IllegalArgumentException for no parameters, or ones that cannot be optimized; without
   *     {@code lr}; or for an option of another kind
   */
  protected Optimizer(List<Tensor> parameters, Map<String, ?> defaults) {
    this.defaults = new LinkedHashMap<>();
    if (!(defaults.get(LR) instanceof Number lr)) {
      throw new IllegalArgumentException(
          "defaults: expected the learning rate under 'lr', got the options "
              + defaults.keySet()
              + "; use Map.of(\"lr\", 1e-3, ...)");
    }
    defaults.forEach((name, value) -> this.defaults.put(name, ParamGroup.option(name, value)));
    this.defaults.put(LR, Arguments.finiteNotNegative(LR, lr.doubleValue()));
    add(new ParamGroup(parameters, this.defaults));
  }

  Optimizer(Builder<?> builder) {
    defaults = new LinkedHashMap<>(builder.options);
    for (ParamGroup group : builder.groups()) {
      add(group);
    }
  }

  /**
   * The parameters, groups and options of an optimizer of this package. Options that are not set
   * have PyTorch's defaults.
   *
   * @param <B> the builder of the optimizer
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits ElementwiseOptimizer.Builder, LBFGS.Builder {
    private final List<Tensor> parameters;
    private final Map<String, @Nullable Object> options = new LinkedHashMap<>();
    private final List<AddedGroup<B>> addedGroups = new ArrayList<>();

    private record AddedGroup<B>(List<Tensor> parameters, Consumer<? super B> options) {}

    Builder(List<Tensor> parameters, double lr) {
      this.parameters = parameters;
      set(LR, lr);
    }

    abstract B self();

    final B set(String name, @Nullable Object value) {
      options.put(name, value);
      return self();
    }

    /** Sets an option that has to be a finite number of at least 0. */
    final B setNotNegative(String name, String javaName, double value) {
      return set(name, Arguments.finiteNotNegative(javaName, value));
    }

    /**
     * Sets the learning rate, by which each step is multiplied. The default is that of the
     * optimizer.
     *
     * @param lr the learning rate, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public final B lr(double lr) {
      return setNotNegative(LR, LR, lr);
    }

    final void addGroup(List<Tensor> parameters, Consumer<? super B> options) {
      addedGroups.add(new AddedGroup<>(parameters, options));
    }

    /** Returns the first group and the added ones, which override the options of the first. */
    private List<ParamGroup> groups() {
      List<ParamGroup> all = new ArrayList<>();
      all.add(new ParamGroup(parameters, options));
      Map<String, @Nullable Object> first = new LinkedHashMap<>(options);
      for (AddedGroup<B> group : addedGroups) {
        group.options.accept(self());
        all.add(new ParamGroup(group.parameters, options));
        options.putAll(first);
      }
      return all;
    }
  }

  /** Returns the groups, in the order in which they were added. The list cannot be modified. */
  public final List<ParamGroup> paramGroups() {
    return Collections.unmodifiableList(groups);
  }

  /** Returns the parameters of all groups, group by group. */
  public final List<Tensor> parameters() {
    return groups.stream().flatMap(group -> group.parameters().stream()).toList();
  }

  /**
   * Adds a group with the default options of this optimizer, such as layers that are unfrozen
   * during training. Add groups before schedulers are created: these refuse groups that come later.
   *
   * @param parameters the parameters of the group, none of which is in another group
   * @return the new group, whose options can be changed
   * @throws IllegalArgumentException for no parameters, or ones that cannot be optimized or are in
   *     a group already
   */
  public final ParamGroup addParamGroup(List<Tensor> parameters) {
    return addParamGroup(parameters, Map.of());
  }

  /**
   * Adds a group with options of its own, as {@code add_param_group} in PyTorch:
   *
   * <pre>{@code
   * optimizer.addParamGroup(fc.parameters(), Map.of("lr", 1e-2, "weight_decay", 0.1));
   * }</pre>
   *
   * @param parameters the parameters of the group, none of which is in another group
   * @param options by PyTorch's names; the others have the defaults of this optimizer. Ranges are
   *     checked only for {@code lr}, unlike in a builder.
   * @return the new group
   * @throws IllegalArgumentException for parameters as in {@link #addParamGroup(List)}, and for an
   *     option that this optimizer does not have or whose value is of another kind
   */
  public ParamGroup addParamGroup(List<Tensor> parameters, Map<String, ?> options) {
    ParamGroup group = new ParamGroup(parameters, defaults);
    options.forEach(group::setOption);
    add(group);
    return group;
  }

  private void add(ParamGroup group) {
    if (group.parameters().isEmpty()) {
      throw new IllegalArgumentException(
          "parameters: expected at least one, got none; a module has those of the layers that it"
              + " registers");
    }
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(parameters());
    for (int i = 0; i < group.parameters().size(); i++) {
      Tensor parameter = group.parameters().get(i);
      if (!seen.add(parameter)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "parameters: expected each tensor once, got the one at index %d a second time, in"
                    + " this or an earlier group; remove it from one of them",
                i));
      }
      if (!parameter.isLeaf()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "parameters: expected leaf tensors, got at index %d the result of an operation; use"
                    + " .detach().requiresGrad_()",
                i));
      }
      if (!parameter.dtype().isFloatingPoint()) {
        throw new DTypeException(
            String.format(
                Locale.ROOT,
                "parameters: expected a floating-point type, got %s at index %d; convert it with"
                    + " .to(DType.FLOAT32)",
                parameter.dtype(),
                i));
      }
    }
    groups.add(group);
  }

  /** Returns the learning rate of the first group. */
  public final double lr() {
    return groups.getFirst().lr();
  }

  /**
   * Sets the learning rate of all groups.
   *
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless it is finite and at least 0
   */
  public final void setLr(double lr) {
    groups.forEach(group -> group.setLr(lr));
  }

  /**
   * Sets the gradients of all parameters to null, as PyTorch's {@code set_to_none=True}. Parameters
   * that the next backward pass does not reach are then not updated.
   */
  public final void zeroGrad() {
    groups.forEach(group -> group.parameters().forEach(parameter -> parameter.setGrad(null)));
  }

  /**
   * Updates every parameter that has a gradient; the others are skipped. By default calls {@link
   * #update} for each of them.
   */
  public void step() {
    for (ParamGroup group : groups) {
      try (TensorScope scope = new TensorScope()) {
        List<ActiveParameter> active = withGradients(group);
        step(group, active);
        active.forEach(parameter -> parameter.state().setUpdated());
      }
    }
  }

  private List<ActiveParameter> withGradients(ParamGroup group) {
    List<ActiveParameter> active = new ArrayList<>();
    for (Tensor parameter : group.parameters()) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        active.add(new ActiveParameter(parameter, gradient, state(group, parameter)));
      }
    }
    return active;
  }

  /** Updates the parameters of a group that have gradients. */
  void step(ParamGroup group, List<ActiveParameter> parameters) {
    for (ActiveParameter each : parameters) {
      try (TensorScope scope = new TensorScope()) {
        update(group, each.parameter().detach(), each.gradient().detach(), each.state());
      }
    }
  }

  /**
   * Computes the loss and its gradients, then calls {@link #step()}.
   *
   * @param closure calls {@link #zeroGrad}, computes the loss, calls {@code backward}, and returns
   *     the loss; gradients are recorded in it even inside {@link Torch#noGrad}
   * @return the loss before the step
   */
  public Tensor step(Supplier<Tensor> closure) {
    Tensor loss = evaluate(closure);
    step();
    return loss;
  }

  /** Calls a closure with gradients recorded, even inside noGrad. */
  static Tensor evaluate(Supplier<Tensor> closure) {
    if (Torch.isGradEnabled()) {
      return closure.get();
    }
    try (GradMode guard = Torch.enableGrad()) {
      return closure.get();
    }
  }

  /**
   * Updates one parameter; called by {@link #step()}. Every optimizer overrides this method or
   * {@code step()}.
   *
   * @param group with the options
   * @param parameter detached, to be changed by operations in place
   * @param gradient detached, of the parameter's shape and type; not to be changed
   * @param state of the parameter, with what {@link #initState} put there, to be changed by
   *     operations in place
   */
  protected void update(ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
    throw new UnsupportedOperationException(
        "step: expected %s to override update(group, parameter, gradient, state) or step()"
            .formatted(PythonRepr.name(getClass())));
  }

  // State

  /**
   * Creates the state of a parameter. Called before the first update, and by {@link #loadStateDict}
   * to learn names and shapes: a state dict with other names is refused. By default there is none.
   *
   * @param group with the options
   * @param parameter detached
   * @param state empty, to be filled
   */
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {}

  /**
   * Returns the state of a parameter, created by {@link #initState} where there is none yet. For
   * optimizers that override {@link #step()}.
   *
   * @param parameter a parameter of one of the groups
   * @throws IllegalArgumentException for a tensor that is in no group
   */
  protected final ParameterState state(Tensor parameter) {
    ParamGroup group =
        groups.stream()
            .filter(any -> any.parameters().stream().anyMatch(own -> own == parameter))
            .findFirst()
            .orElseThrow(
                () ->
                    new ArgumentException(
                        "parameter: expected one of the tensors of paramGroups(), got another of"
                            + " shape "
                            + parameter.shape()
                            + "; a detached or copied tensor is not the parameter itself"));
    return state(group, parameter);
  }

  private ParameterState state(ParamGroup group, Tensor parameter) {
    ParameterState state = states.get(parameter);
    if (state == null) {
      state = newState(group, parameter);
      states.put(parameter, state);
    } else {
      state.followParameter();
    }
    return state;
  }

  private ParameterState newState(ParamGroup group, Tensor parameter) {
    ParameterState state = new ParameterState(parameter);
    initState(group, parameter.detach(), state);
    return state;
  }

  /** Returns the state of a parameter for a state dict; empty before its first step. */
  Map<String, Tensor> stateOf(Tensor parameter) {
    ParameterState state = states.get(parameter);
    return state == null ? Map.of() : state.tensors();
  }

  /**
   * Compares the state of a parameter in a state dict with the expected one.
   *
   * @param group with the options of the state dict
   * @param errors takes the differences
   * @return loads the state
   */
  Runnable restore(
      ParamGroup group, Tensor parameter, Map<String, Tensor> saved, StateDictErrors errors) {
    if (saved.isEmpty()) {
      return () -> states.remove(parameter);
    }
    try (TensorScope scope = new TensorScope()) {
      ParameterState state = newState(group, parameter);
      errors.compareShapes(shapes(state.tensors()), shapes(saved));
      return () -> {
        state
            .tensors()
            .forEach((name, tensor) -> tensor.copy_(Objects.requireNonNull(saved.get(name))));
        state.setUpdated();
        states.put(parameter, state);
      };
    }
  }

  static Map<String, Shape> shapes(Map<String, Tensor> tensors) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return shapes;
  }

  /**
   * Returns the state of all parameters and the options of all groups. The tensors share their
   * memory with the optimizer's: the next step changes them.
   */
  public final OptimizerState stateDict() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> options = new LinkedHashMap<>();
    states()
        .forEach(
            (index, state) ->
                state.forEach(
                    (name, tensor) -> tensors.put("state." + index + "." + name, tensor)));
    List<List<Long>> indices = indices();
    for (int i = 0; i < groups.size(); i++) {
      String prefix = "param_groups." + i + ".";
      groups
          .get(i)
          .options()
          .forEach((name, value) -> options.put(prefix + name, ParamGroup.toJson(value)));
      options.put(prefix + "params", indices.get(i).toString());
    }
    return new OptimizerState(tensors, options);
  }

  /** Returns detached tensors of each parameter that has a state, by its index. */
  private Map<Long, Map<String, Tensor>> states() {
    Map<Long, Map<String, Tensor>> all = new LinkedHashMap<>();
    long index = 0;
    for (ParamGroup group : groups) {
      for (Tensor parameter : group.parameters()) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        stateOf(parameter).forEach((name, tensor) -> own.put(name, tensor.detach()));
        if (!own.isEmpty()) {
          all.put(index, own);
        }
        index++;
      }
    }
    return all;
  }

  /** Returns the indices of the parameters of each group, counted through all groups. */
  private List<List<Long>> indices() {
    List<List<Long>> all = new ArrayList<>();
    long next = 0;
    for (ParamGroup group : groups) {
      long end = next + group.parameters().size();
      all.add(LongStream.range(next, end).boxed().toList());
      next = end;
    }
    return all;
  }

  /**
   * Loads state and options, so that training continues bit for bit as it would have. Tensors are
   * copied, and converted to the element type and device of their parameters.
   *
   * <p>Numbers that your own scheduler has added to a group ({@link ParamGroup#add}) are loaded
   * into groups that have them: create the scheduler first.
   *
   * @param state of an optimizer of this class with the same parameters in the same groups
   * @throws ArgumentException naming all missing and unexpected entries and all wrong shapes;
   *     nothing is changed then
   */
  public final void loadStateDict(OptimizerState state) {
    StateDictErrors errors = new StateDictErrors();
    Set<String> unexpected = new LinkedHashSet<>(state.tensors().keySet());
    Set<String> unknown = new HashSet<>(state.options().keySet());
    List<ParamGroup> loaded = new ArrayList<>();
    List<Runnable> changes = new ArrayList<>();
    List<List<Long>> indices = indices();
    int index = 0;
    for (int i = 0; i < groups.size(); i++) {
      ParamGroup group = loadOptions(i, indices.get(i), state.options(), unknown, errors);
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
        changes.add(restore(group, parameter, own, errors.withPrefix(prefix)));
      }
    }
    unexpected.forEach(errors::unexpected);
    unknown.stream()
        .filter(key -> key.startsWith("param_groups."))
        .sorted()
        .forEach(errors::unexpected);
    errors.throwIfAny(
        "the state dict does not fit %s; expected one of this class with the same parameters, in the same groups"
            .formatted(PythonRepr.name(getClass())),
        ArgumentException::new);
    changes.forEach(Runnable::run);
    for (int i = 0; i < groups.size(); i++) {
      groups.get(i).setOptions(loaded.get(i));
    }
  }

  /**
   * Returns the state and the options nested in maps and lists as in PyTorch's {@code
   * optimizer.state_dict()}, so that a file of {@link Torch#save} continues the training in Python:
   *
   * <pre>{@code
   * Torch.save(path, Map.of("optimizer", adam.nestedStateDict()));
   * adam.loadNestedStateDict(Torch.<Map<String, Map<?, ?>>>load(path).get("optimizer"));
   * }</pre>
   *
   * <p>The tensors share their memory with the optimizer's: the next step changes them.
   *
   * @return the map {@code state}, by the index of the parameter, and the list {@code param_groups}
   */
  public final Map<String, @Nullable Object> nestedStateDict() {
    List<Map<String, @Nullable Object>> nestedGroups = new ArrayList<>();
    List<List<Long>> indices = indices();
    for (int i = 0; i < groups.size(); i++) {
      var options = groups.get(i).nestedOptions(implementationOptions());
      options.put("params", indices.get(i));
      nestedGroups.add(options);
    }
    return NestedOptimizerState.of(states(), nestedGroups);
  }

  /**
   * Loads a state dict that PyTorch's {@code optimizer.state_dict()} or {@link #nestedStateDict}
   * returned, so that a training of Python continues here. See {@link #loadStateDict}.
   *
   * <p>Options that choose an implementation in PyTorch, such as {@code foreach}, have no effect. A
   * boolean option that an older version of PyTorch did not have is false.
   *
   * @param state with a map {@code state} and a list {@code param_groups}, as {@link Torch#load}
   *     reads them
   * @throws ArgumentException if the state has another form, or naming all missing and unexpected
   *     entries and all wrong shapes; nothing is changed then
   */
  public final void loadNestedStateDict(Map<?, ?> state) {
    try (TensorScope scope = new TensorScope()) {
      OptimizerState flat = NestedOptimizerState.flatten(state);
      Map<String, String> options = new LinkedHashMap<>(flat.options());
      for (int i = 0; i < groups.size(); i++) {
        String prefix = "param_groups." + i + ".";
        implementationOptions().keySet().forEach(name -> options.remove(prefix + name));
        groups.get(i).addAbsentFlags(prefix, options);
      }
      loadStateDict(new OptimizerState(flat.tensors(), options));
    }
  }

  /** Returns group i with the options of a state dict; removes those from the unknown ones. */
  private ParamGroup loadOptions(
      int i,
      List<Long> indices,
      Map<String, String> saved,
      Set<String> unknown,
      StateDictErrors all) {
    String prefix = "param_groups." + i + ".";
    StateDictErrors errors = all.withPrefix(prefix);
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    defaults.forEach(
        (name, example) -> {
          String json = saved.get(prefix + name);
          if (json != null) {
            options.put(name, parse(name, json, example, errors));
          } else if (name.equals(ParamGroup.FUSED)) {
            options.put(name, null); // as PyTorch does for state dicts without it
          } else {
            errors.missing(name);
          }
        });
    saved.forEach(
        (key, json) -> {
          if (key.startsWith(prefix)) {
            unknown.remove(key);
            String name = key.substring(prefix.length());
            if (defaults.containsKey(name) || name.equals("params")) {
              return;
            }
            if (groups.get(i).isKnown(name)) {
              options.put(name, parse(name, json, 0.0, errors)); // added by a scheduler
            } else {
              errors.unexpected(name, groups.get(i).nearest(name));
            }
          }
        });
    String params = saved.get(prefix + "params");
    if (params == null) {
      errors.missing("params");
    } else if (!params.equals(indices.toString())) {
      errors.mismatch("params", indices, params);
    }
    return new ParamGroup(groups.get(i).parameters(), options);
  }

  private static @Nullable Object parse(
      String name, String json, @Nullable Object example, StateDictErrors errors) {
    try {
      return name.equals(ParamGroup.FUSED)
          ? ParamGroup.optionalFlag(json)
          : ParamGroup.fromJson(json, example);
    } catch (IllegalArgumentException e) {
      errors.mismatch(name, "a value like " + example, json);
      return example;
    }
  }

  /** Returns the groups and their options, as PyTorch prints them. */
  @Override
  public final String toString() {
    StringBuilder text = new StringBuilder(PythonRepr.name(getClass())).append(" (");
    for (int i = 0; i < groups.size(); i++) {
      text.append("\nParameter Group ").append(i).append('\n');
      text.append(groups.get(i).describe(implementationOptions()));
    }
    return text.append(')').toString();
  }

  /**
   * Returns PyTorch's options that choose an implementation, with their defaults; no effect here.
   */
  Map<String, @Nullable Object> implementationOptions() {
    return Map.of();
  }
}
