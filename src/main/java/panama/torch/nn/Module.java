package panama.torch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * A layer or a network: named parameters, named buffers and named modules inside it.
 *
 * <p>Extend it, register what it is made of in the constructor, and write a {@code forward} of your
 * own signature; modules of one tensor in and one out also implement {@link Layer}:
 *
 * <pre>{@code
 * final class Classifier extends Module {
 *   private final GRU gru = register("gru", GRU.builder(8, 16).batchFirst(true).build());
 *   private final Linear fc = register("fc", new Linear(16, 3));
 *
 *   Tensor forward(Tensor x) {
 *     return fc.forward(gru.forward(x).output().select(1, -1));
 *   }
 * }
 * }</pre>
 *
 * <p>Concurrent calls of {@code forward} are safe as long as nobody trains or changes the module.
 */
public abstract class Module {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Set<String> transientBuffers = new HashSet<>();
  private final List<ForwardPreHook> preHooks = new CopyOnWriteArrayList<>();
  private final List<ForwardHook> hooks = new CopyOnWriteArrayList<>();

  /** What computes parameters that are no longer tensors of their own. */
  private final IdentityHashMap<Tensor, ParametrizationList> parametrizations =
      new IdentityHashMap<>();

  private boolean training = true;

  /** Starts in training mode, as in PyTorch. */
  protected Module() {}

  /**
   * Makes a tensor a parameter: trained, saved, and never freed by a {@link TensorScope}.
   *
   * @param name without dots, used once
   * @return the tensor
   */
  protected final Tensor register(String name, Tensor parameter) {
    checkName(name);
    parameters.put(name, TensorScope.exempt(parameter).requiresGrad_(true));
    return parameter;
  }

  /**
   * Makes a tensor a buffer: saved with the parameters, not trained.
   *
   * @param name without dots, used once
   * @return the tensor
   */
  protected final Tensor registerBuffer(String name, Tensor buffer) {
    return registerBuffer(name, buffer, true);
  }

  /**
   * Makes a tensor a buffer: moved with the parameters, not trained.
   *
   * @param name without dots, used once
   * @param persistent whether it is saved, too
   * @return the tensor
   */
  protected final Tensor registerBuffer(String name, Tensor buffer, boolean persistent) {
    checkName(name);
    buffers.put(name, TensorScope.exempt(buffer));
    if (!persistent) {
      transientBuffers.add(name);
    }
    return buffer;
  }

  /**
   * Makes a module a part of this one.
   *
   * @param name without dots, used once
   * @return the module
   */
  protected final <M extends Module> M register(String name, M module) {
    checkName(name);
    if (Objects.requireNonNull(module, "module").modules().contains(this)) {
      throw new IllegalArgumentException("module: a module cannot be a part of itself");
    }
    children.put(name, module);
    return module;
  }

  private void checkName(String name) {
    if (name.isEmpty() || name.contains(".")) {
      throw new IllegalArgumentException(
          "name: expected a name without dots, which separate modules in a state dict, got '%s'"
              .formatted(name));
    }
    if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
      throw new IllegalArgumentException(
          "name: '%s' is registered already in %s".formatted(name, getClass().getSimpleName()));
    }
  }

  /** All parameters, each once, this module's before its parts', in the order of registration. */
  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /**
   * All parameters by their full names, such as {@code rnn.weight_ih_l0}; a shared one stands once.
   */
  public final Map<String, Tensor> namedParameters() {
    return named(module -> module.parameters);
  }

  /** All buffers, each once, in the order of registration. */
  public final List<Tensor> buffers() {
    return new ArrayList<>(namedBuffers().values());
  }

  /** All buffers by their full names; a shared one stands once. */
  public final Map<String, Tensor> namedBuffers() {
    return named(module -> module.buffers);
  }

  private Map<String, Tensor> named(Function<Module, Map<String, Tensor>> kind) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    namedModules()
        .forEach(
            (prefix, module) ->
                kind.apply(module)
                    .forEach(
                        (name, tensor) -> {
                          if (seen.add(tensor)) {
                            all.put(join(prefix, name), tensor);
                          }
                        }));
    return all;
  }

  /** The modules that this one is directly made of, by name. */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  /**
   * This module under the name "", and all within it by their full names; a shared one stands once.
   */
  public final Map<String, Module> namedModules() {
    Map<String, Module> all = new LinkedHashMap<>();
    collect("", all, Collections.newSetFromMap(new IdentityHashMap<>()));
    return all;
  }

  /** This module and all within it, each once. */
  public final List<Module> modules() {
    return new ArrayList<>(namedModules().values());
  }

  private void collect(String prefix, Map<String, Module> all, Set<Module> seen) {
    if (seen.add(this)) {
      all.put(prefix, this);
      children.forEach((name, child) -> child.collect(join(prefix, name), all, seen));
    }
  }

  private static String join(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  /** Does something with this module and every one within it, parts first, as PyTorch's apply. */
  public final Module apply(Consumer<? super Module> action) {
    children.values().forEach(child -> child.apply(action));
    action.accept(this);
    return this;
  }

  /** Training mode for this module and all within it: dropout is on. */
  public final Module train() {
    return train(true);
  }

  /** Evaluation mode for this module and all within it: dropout is off. */
  public final Module eval() {
    return train(false);
  }

  /** Training or evaluation mode for this module and all within it. */
  public final Module train(boolean mode) {
    return apply(module -> module.training = mode);
  }

  /** Whether this module is in training mode. */
  public final boolean isTraining() {
    return training;
  }

  /**
   * Turns the recording of gradients for all parameters on or off: off freezes this module and all
   * within it.
   */
  public final Module requiresGrad_(boolean requiresGrad) {
    parameters().forEach(parameter -> parameter.requiresGrad_(requiresGrad));
    return this;
  }

  /**
   * Gives all floating-point parameters and buffers another type, in place: whoever holds them, an
   * optimizer say, holds the converted ones.
   *
   * @param dtype a floating-point type
   * @throws DTypeException for another type
   */
  public final Module to(DType dtype) {
    if (!dtype.isFloatingPoint()) {
      throw new DTypeException(
          "dtype: expected a floating-point type such as float32, got " + dtype);
    }
    return convert(data -> data.dtype().isFloatingPoint() ? data.to(dtype) : data);
  }

  /** Moves all parameters and buffers to another device, in place. */
  public final Module to(Device device) {
    return convert(data -> data.to(device));
  }

  private Module convert(UnaryOperator<Tensor> conversion) {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> all = new ArrayList<>(parameters());
      all.addAll(buffers());
      for (Tensor tensor : all) {
        tensor.setData(conversion.apply(tensor.detach()));
        Tensor gradient = tensor.grad();
        if (gradient != null) {
          // Its type must be the tensor's at every moment, so that it leaves before it changes.
          tensor.setGrad(null);
          tensor.setGrad(conversion.apply(gradient.detach()));
        }
      }
    }
    return this;
  }

  // Parametrizations

  /**
   * Has a parameter of this module computed from others, which are trained in its place. They stand
   * in the state dict as {@code parametrizations.NAME.original}, or {@code original0}, {@code
   * original1}, ... where there are several. A second parametrization is applied after the first.
   *
   * @param name of the parameter, in this module itself
   * @param parametrization given the value that the parameter has now
   * @throws IllegalArgumentException when there is no such parameter, or what is computed differs
   *     from it in shape or type
   */
  public final void registerParametrization(
      String name, Function<Tensor, ? extends Parametrization> parametrization) {
    try (TensorScope scope = new TensorScope()) {
      if (children.get("parametrizations") instanceof ModuleDict<?> all
          && all.containsKey(name)
          && all.get(name) instanceof ParametrizationList list) {
        list.append((Parametrization) parametrization.apply(list.compute()).train(training));
        return;
      }
      Tensor parameter = parameters.get(name);
      if (parameter == null) {
        throw new IllegalArgumentException(
            "name: expected a parameter of %s itself, one of %s, got '%s'"
                .formatted(getClass().getSimpleName(), parameters.keySet(), name));
      }
      Parametrization first = parametrization.apply(parameter);
      first.train(training);
      ParametrizationList list = new ParametrizationList(name, first, parameter);
      ModuleDict<ParametrizationList> all = parametrizationDict();
      parameters.remove(name);
      all.put(name, list);
      parametrizations.put(parameter, list);
    }
  }

  @SuppressWarnings("unchecked") // registered here, as what it is
  private ModuleDict<ParametrizationList> parametrizationDict() {
    Module known = children.get("parametrizations");
    return known == null
        ? register("parametrizations", new ModuleDict<ParametrizationList>())
        : (ModuleDict<ParametrizationList>) known;
  }

  /**
   * A parameter as forward uses it: what its parametrization computes, or the parameter itself. A
   * module of your own that may be parametrized reads its parameters through this.
   */
  @SuppressWarnings("unchecked") // T is Tensor, with or without null
  protected final <T extends @Nullable Tensor> T use(T parameter) {
    ParametrizationList list = parametrizations.get(parameter);
    return list == null ? parameter : (T) list.read();
  }

  /** Whether a parametrization computes this parameter. */
  final boolean isParametrized(Tensor parameter) {
    return parametrizations.containsKey(parameter);
  }

  // Hooks

  /**
   * Has something done before each forward.
   *
   * @return takes the hook away again
   */
  public final Runnable registerForwardPreHook(ForwardPreHook hook) {
    preHooks.add(hook);
    return () -> preHooks.remove(hook);
  }

  /**
   * Has something done after each forward.
   *
   * @return takes the hook away again
   */
  public final Runnable registerForwardHook(ForwardHook hook) {
    hooks.add(hook);
    return () -> hooks.remove(hook);
  }

  /**
   * Runs a forward with the hooks around it. All modules of this library do; one of your own takes
   * part in hooks when its forward reads {@code return call(x, this::compute)}.
   *
   * @param input the first argument
   * @param forward the work itself
   */
  @SuppressWarnings("unchecked") // a hook gives back what it was given, or breaks its contract
  protected final <I, O> O call(I input, Function<? super I, ? extends O> forward) {
    if (preHooks.isEmpty() && hooks.isEmpty()) {
      return run(input, forward);
    }
    I given = input;
    for (ForwardPreHook hook : preHooks) {
      Object other = hook.before(this, given);
      given = other == null ? given : (I) checked("input", given, other);
    }
    O result = run(given, forward);
    for (ForwardHook hook : hooks) {
      Object other = hook.after(this, given, result);
      result = other == null ? result : (O) checked("output", result, other);
    }
    return result;
  }

  private <I, O> O run(I input, Function<? super I, ? extends O> forward) {
    O result = forward.apply(input);
    if (!parametrizations.isEmpty()) {
      parametrizations.values().forEach(ParametrizationList::checkRead);
    }
    return result;
  }

  private static Object checked(String what, Object before, Object after) {
    if (before.getClass() != after.getClass()) {
      throw new IllegalArgumentException(
          "hook: expected an %s of class %s, got a %s"
              .formatted(
                  what, before.getClass().getSimpleName(), after.getClass().getSimpleName()));
    }
    return after;
  }

  /** Drops the gradients of all parameters. */
  public final void zeroGrad() {
    parameters().forEach(parameter -> parameter.setGrad(null));
  }

  /**
   * Everything that training has learned: parameters and buffers by their full names, in PyTorch's
   * order. The tensors share their data with the module's, outside the graph.
   */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    entries().forEach((name, tensor) -> state.put(name, tensor.detach()));
    return state;
  }

  /** Parameters and buffers, shared ones under each of their names. */
  private Map<String, Tensor> entries() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    collectEntries("", all);
    return all;
  }

  private void collectEntries(String prefix, Map<String, Tensor> all) {
    parameters.forEach((name, tensor) -> all.put(join(prefix, name), tensor));
    buffers.forEach(
        (name, tensor) -> {
          if (!transientBuffers.contains(name)) {
            all.put(join(prefix, name), tensor);
          }
        });
    children.forEach((name, child) -> child.collectEntries(join(prefix, name), all));
  }

  /**
   * Copies the values of a state dict into this module.
   *
   * @throws ArgumentException naming every missing, unexpected and mis-shaped entry; nothing is
   *     changed then
   */
  public final void loadStateDict(Map<String, Tensor> state) {
    loadStateDict(state, true);
  }

  /**
   * Copies the values of a state dict into this module.
   *
   * @param strict whether missing and unexpected entries are errors; mis-shaped ones always are
   * @throws ArgumentException naming every offending entry; nothing is changed then
   */
  public final void loadStateDict(Map<String, Tensor> state, boolean strict) {
    Map<String, Tensor> own = entries();
    StringJoiner problems = new StringJoiner("\n  ", "\n  ", "").setEmptyValue("");
    own.forEach(
        (name, tensor) -> {
          Tensor given = state.get(name);
          if (given == null) {
            if (strict) {
              problems.add("missing: " + name);
            }
          } else if (!given.shape().equals(tensor.shape())) {
            problems.add(
                "%s: expected shape %s, got %s".formatted(name, tensor.shape(), given.shape()));
          }
        });
    if (strict) {
      state.keySet().stream()
          .filter(name -> !own.containsKey(name))
          .forEach(name -> problems.add("unexpected: " + name));
    }
    if (problems.length() > 0) {
      throw new ArgumentException(
          "the state dict does not fit %s:%s"
              .formatted(getClass().getSimpleName(), problems.toString()));
    }
    own.forEach(
        (name, tensor) -> {
          Tensor given = state.get(name);
          if (given != null) {
            try (Tensor target = tensor.detach()) {
              target.copy_(given);
            }
          }
        });
  }

  /** What stands between the parentheses when this module is printed; by default nothing. */
  protected String extraRepr() {
    return "";
  }

  /** This module and its parts as PyTorch prints them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(parametrizations.isEmpty() ? "" : "Parametrized");
    text.append(getClass().getSimpleName()).append('(');
    if (children.isEmpty()) {
      return text.append(extraRepr()).append(')').toString();
    }
    if (!extraRepr().isEmpty()) {
      text.append("\n  ").append(extraRepr());
    }
    children.forEach(
        (name, child) ->
            text.append("\n  (%s): %s".formatted(name, child.toString().replace("\n", "\n  "))));
    return text.append("\n)").toString();
  }
}
