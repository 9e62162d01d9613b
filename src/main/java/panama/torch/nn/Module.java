package panama.torch.nn;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Device;
import panama.torch.NamedTensors;
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
 * <p>What a field holds has to be registered, too, since Java does not tell a class when a field is
 * assigned: {@link #parameters}, {@link #stateDict()}, {@link #train()} and their siblings throw an
 * {@link IllegalStateException} that names the first field with an unregistered module or trainable
 * tensor, also inside a list, map, array or record. {@link Unregistered} leaves a field out on
 * purpose; {@code -Dpanama.torch.checkFields=false} turns the check off. A named Java module has to
 * open its package to {@code panama.torch} for it.
 *
 * <p>{@code Module} is also a class of {@code java.lang}: beside {@code import panama.torch.nn.*}
 * write {@code import panama.torch.nn.Module}, which wins.
 *
 * <p>Concurrent calls of {@code forward} are safe as long as nobody trains or changes the module.
 */
public abstract class Module {
  /** All tensors that are parameters of some module, which keep their requiresGrad. */
  private static final Set<Tensor> PARAMETERS =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Set<String> transientBuffers = new HashSet<>();

  /** The modules that this one is registered in; weak, so that a part does not keep the whole. */
  private final List<WeakReference<Module>> parents = new CopyOnWriteArrayList<>();

  private final List<ForwardPreHook> preHooks = new CopyOnWriteArrayList<>();
  private final List<ForwardHook> hooks = new CopyOnWriteArrayList<>();

  /** What computes parameters that are no longer tensors of their own. */
  private final IdentityHashMap<Tensor, ParametrizationList> parametrizations =
      new IdentityHashMap<>();

  /** The names of parameters whose place another tensor has taken, by what a forward asks for. */
  private final IdentityHashMap<Tensor, String> tied = new IdentityHashMap<>();

  private boolean training = true;

  /** Starts in training mode, as in PyTorch. */
  protected Module() {}

  /**
   * Makes a tensor a parameter: trained, saved, and never freed by a {@link TensorScope}. A tensor
   * that is a parameter already, of this or another module, stays frozen if it is; any other gets
   * {@code requiresGrad}. To register a frozen one: {@link #register(String, Tensor, boolean)}.
   *
   * @param name without dots, used once
   * @param parameter a leaf of a floating-point type
   * @return the tensor
   * @throws IllegalArgumentException for a name that is used or has a dot, and for the result of an
   *     operation that gradients are recorded of
   * @throws DTypeException for a tensor of another type that is to be trained
   */
  protected final Tensor register(String name, Tensor parameter) {
    checkName(name);
    return put(name, parameter, staysTrained(parameter));
  }

  /**
   * Makes a tensor a parameter, trained or frozen: saved, and never freed by a {@link TensorScope}.
   *
   * @param name without dots, used once
   * @param parameter a leaf; of a floating-point type if it is to be trained
   * @param requiresGrad whether it is trained, wherever it is registered
   * @return the tensor
   * @throws IllegalArgumentException for a name that is used or has a dot, and for the result of an
   *     operation that gradients are recorded of
   * @throws DTypeException for a tensor of another type that is to be trained
   */
  protected final Tensor register(String name, Tensor parameter, boolean requiresGrad) {
    checkName(name);
    return put(name, parameter, requiresGrad);
  }

  private static boolean staysTrained(Tensor parameter) {
    return !PARAMETERS.contains(parameter) || parameter.requiresGrad();
  }

  private Tensor put(String name, Tensor parameter, boolean requiresGrad) {
    if (!parameter.isLeaf()) {
      throw new IllegalArgumentException(
          "parameter: expected a leaf for '%s', got the result of an operation that gradients are recorded of; use .detach()"
              .formatted(name));
    }
    if (requiresGrad && !parameter.dtype().isFloatingPoint()) {
      throw new DTypeException(
          "parameter: expected a floating-point type for '%s', got %s; use registerBuffer, or register(name, tensor, false)"
              .formatted(name, parameter.dtype()));
    }
    parameters.put(name, TensorScope.exempt(parameter).requiresGrad_(requiresGrad));
    PARAMETERS.add(parameter);
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
    List<WeakReference<Module>> above = ((Module) module).parents;
    above.removeIf(parent -> parent.refersTo(null));
    above.add(new WeakReference<>(this));
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
          "name: '%s' is registered already in %s".formatted(name, Repr.name(getClass())));
    }
  }

  // Fields

  /** Refuses fields, of this module and all within it, that nobody registered. */
  private void checkFields() {
    List<Module> all = modules();
    Set<Object> registered = registered(all);
    for (Module module : all) {
      FieldCheck.check(module, value -> registered.contains(value) || isRegisteredAbove(value));
    }
  }

  /** These modules and what is registered in them, or was until another took its place. */
  private static Set<Object> registered(List<Module> modules) {
    Set<Object> registered = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Module module : modules) {
      registered.add(module);
      registered.addAll(module.parameters.values());
      registered.addAll(module.buffers.values());
      registered.addAll(module.parametrizations.keySet());
      registered.addAll(module.tied.keySet());
    }
    return registered;
  }

  /** Whether it is, or is registered in, what this module is a part of. */
  private boolean isRegisteredAbove(Object value) {
    Set<Module> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Module> above = new ArrayDeque<>(List.of(this));
    while (!above.isEmpty()) {
      Module module = above.pop();
      if (module.parents.isEmpty() && registered(module.modules()).contains(value)) {
        return true;
      }
      for (WeakReference<Module> reference : module.parents) {
        Module parent = reference.get();
        if (parent != null && seen.add(parent)) {
          above.add(parent);
        }
      }
    }
    return false;
  }

  // What is in it

  /** All parameters, each once, this module's before its parts', in the order of registration. */
  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /**
   * All parameters by their full names, such as {@code rnn.weight_ih_l0}; a shared one stands once.
   */
  public final Map<String, Tensor> namedParameters() {
    checkFields();
    return named(module -> module.parameters);
  }

  /** All buffers, each once, in the order of registration. */
  public final List<Tensor> buffers() {
    return new ArrayList<>(namedBuffers().values());
  }

  /** All buffers by their full names; a shared one stands once. */
  public final Map<String, Tensor> namedBuffers() {
    checkFields();
    return named(module -> module.buffers);
  }

  private Map<String, Tensor> named(Function<Module, Map<String, Tensor>> kind) {
    Map<String, Tensor> all = new NamedTensors();
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
    checkFields();
    applyToAll(action);
    return this;
  }

  private void applyToAll(Consumer<? super Module> action) {
    children.values().forEach(child -> child.applyToAll(action));
    action.accept(this);
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
        list.append(inMyMode(parametrization.apply(list.compute())));
        return;
      }
      Tensor parameter = ownParameter(name);
      Parametrization first = inMyMode(parametrization.apply(parameter));
      ParametrizationList list = new ParametrizationList(name, first, parameter);
      ModuleDict<ParametrizationList> all = parametrizationDict();
      parameters.remove(name);
      all.put(name, list);
      parametrizations.put(parameter, list);
      tied.forEach(
          (asked, tiedName) -> {
            if (tiedName.equals(name)) {
              parametrizations.put(asked, list);
            }
          });
    }
  }

  private Parametrization inMyMode(Parametrization parametrization) {
    ((Module) parametrization).applyToAll(module -> module.training = training);
    return parametrization;
  }

  @SuppressWarnings("unchecked") // registered here, as what it is
  private ModuleDict<ParametrizationList> parametrizationDict() {
    Module known = children.get("parametrizations");
    return known == null
        ? register("parametrizations", new ModuleDict<ParametrizationList>())
        : (ModuleDict<ParametrizationList>) known;
  }

  /**
   * A parameter as forward uses it: what its parametrization computes, the tensor that was
   * {@linkplain #tie tied} in its place, or the parameter itself. A module of your own that may be
   * parametrized or tied reads its parameters through this.
   */
  @SuppressWarnings("unchecked") // T is Tensor, with or without null
  protected final <T extends @Nullable Tensor> T use(T parameter) {
    ParametrizationList list = parametrizations.get(parameter);
    return list == null ? current(parameter) : (T) list.read();
  }

  @SuppressWarnings("unchecked") // T is Tensor, with or without null
  private <T extends @Nullable Tensor> T current(T parameter) {
    String name = tied.isEmpty() ? null : tied.get(parameter);
    return name == null ? parameter : (T) Objects.requireNonNull(parameters.get(name));
  }

  /** The parameter, or an original that it is computed from: of its type and on its device. */
  final Tensor trained(Tensor parameter) {
    ParametrizationList list = parametrizations.get(parameter);
    return list == null ? current(parameter) : list.original();
  }

  // Weight tying

  /**
   * Puts another tensor in the place of a parameter of this module, as PyTorch's {@code
   * decoder.weight = encoder.weight}:
   *
   * <pre>{@code
   * private final Embedding encoder = register("encoder", new Embedding(vocabulary, size));
   * private final Linear decoder = register("decoder", new Linear(size, vocabulary));
   *
   * Model() {
   *   decoder.tie("weight", encoder.weight());
   * }
   * }</pre>
   *
   * <p>{@link #parameters} has it once, so that an optimizer changes it once, by the sum of the
   * gradients of all its uses. {@link #stateDict()} has it under each of its names, as in PyTorch;
   * loaded, the last of them counts. It stays frozen if it is. Tie before an optimizer is made: one
   * that was made earlier goes on with the tensor that was there.
   *
   * @param name of a parameter in this module itself
   * @param parameter of the same shape and type; a parameter of some module or one to be
   * @throws ArgumentException when the tensor differs in shape or type
   * @throws IllegalArgumentException when there is no parameter of this name, or the tensor is the
   *     result of an operation, such as a parametrized weight
   */
  public final void tie(String name, Tensor parameter) {
    Tensor before = ownParameter(name);
    if (!parameter.shape().equals(before.shape()) || parameter.dtype() != before.dtype()) {
      throw new ArgumentException(
          "parameter: expected %s%s like '%s', got %s%s"
              .formatted(
                  before.dtype(), before.shape(), name, parameter.dtype(), parameter.shape()));
    }
    put(name, parameter, staysTrained(parameter));
    if (!tied.containsValue(name)) {
      tied.put(before, name);
    }
  }

  private Tensor ownParameter(String name) {
    Tensor parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "name: expected a parameter of %s itself, one of %s, got '%s'"
              .formatted(Repr.name(getClass()), parameters.keySet(), name));
    }
    return parameter;
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
   * part in hooks when its forward reads {@code return call(x, this::compute)}. An {@link
   * ArgumentException} on its way out then names this module, unless a module inside has done so:
   * {@code encoder.rnn: x: expected shape ...}.
   *
   * @param input the first argument
   * @param forward the work itself
   */
  protected final <I, O> O call(I input, Function<? super I, ? extends O> forward) {
    try {
      return preHooks.isEmpty() && hooks.isEmpty()
          ? run(input, forward)
          : runWithHooks(input, forward);
    } catch (ArgumentException e) {
      e.inLayer(path());
      throw e;
    }
  }

  /** Its full name in the outermost module, the first where there are several; empty for that. */
  private String path() {
    for (WeakReference<Module> reference : parents) {
      Module parent = reference.get();
      if (parent != null) {
        for (Map.Entry<String, Module> child : parent.children.entrySet()) {
          if (child.getValue() == this) {
            return join(parent.path(), child.getKey());
          }
        }
      }
    }
    return "";
  }

  @SuppressWarnings("unchecked") // a hook gives back what it was given, or breaks its contract
  private <I, O> O runWithHooks(I input, Function<? super I, ? extends O> forward) {
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
              .formatted(what, Repr.name(before.getClass()), Repr.name(after.getClass())));
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
    Map<String, Tensor> state = new NamedTensors();
    entries().forEach((name, tensor) -> state.put(name, tensor.detach()));
    return state;
  }

  /** Parameters and buffers, shared ones under each of their names. */
  private Map<String, Tensor> entries() {
    checkFields();
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
   * @return no keys
   * @throws ArgumentException naming every missing, unexpected and mis-shaped entry; nothing is
   *     changed then
   */
  public final IncompatibleKeys loadStateDict(Map<String, Tensor> state) {
    return loadStateDict(state, true);
  }

  /**
   * Copies the values of a state dict into this module.
   *
   * @param strict whether missing and unexpected entries are errors; mis-shaped ones always are
   * @return the missing and unexpected entries: look at them where strict is false, since a slip in
   *     a prefix makes every entry one
   * @throws ArgumentException naming every offending entry; nothing is changed then
   */
  public final IncompatibleKeys loadStateDict(Map<String, Tensor> state, boolean strict) {
    Map<String, Tensor> own = entries();
    List<String> missing = own.keySet().stream().filter(name -> !state.containsKey(name)).toList();
    List<String> unexpected =
        state.keySet().stream().filter(name -> !own.containsKey(name)).toList();
    StringJoiner problems = new StringJoiner("\n  ", "\n  ", "").setEmptyValue("");
    if (strict) {
      missing.forEach(name -> problems.add("missing: " + name));
    }
    own.forEach(
        (name, tensor) -> {
          Tensor given = state.get(name);
          if (given != null && !given.shape().equals(tensor.shape())) {
            problems.add(
                "%s: expected shape %s, got %s".formatted(name, tensor.shape(), given.shape()));
          }
        });
    if (strict) {
      unexpected.forEach(name -> problems.add("unexpected: " + name));
    }
    if (problems.length() > 0) {
      throw new ArgumentException(
          "the state dict does not fit %s:%s"
              .formatted(Repr.name(getClass()), problems.toString()));
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
    return new IncompatibleKeys(missing, unexpected);
  }

  // Copies

  /**
   * Returns an independent copy, as Python's {@code copy.deepcopy(model)}: another module of the
   * same structure with copies of all parameters and buffers, of the same types, on the same
   * devices, frozen where these are, in the same mode.
   *
   * <pre>{@code
   * Classifier best = model.copy(Classifier::new);
   * }</pre>
   *
   * <p>Java cannot copy an object with final fields without its constructor, so that the factory
   * builds it, as this one was built: with the same options, sharing and parametrizations. It draws
   * no random numbers: the default generator stands afterwards where it stood. Gradients are not
   * copied, as in PyTorch; hooks and other fields are the factory's.
   *
   * @param factory makes a new module of this one's class
   * @return the module that the factory made
   * @throws ArgumentException when it differs in classes, names, shapes or in which tensors are
   *     shared, or shares tensors with this one
   */
  public final <M extends Module> M copy(Supplier<M> factory) {
    M copy = ModuleCopy.draw(factory);
    ModuleCopy.fill(copy, this);
    return copy;
  }

  /** Parameters and buffers, saved or not, shared ones under each of their names. */
  final Map<String, Tensor> everything() {
    checkFields();
    Map<String, Tensor> all = new LinkedHashMap<>();
    collectEverything("", all);
    return all;
  }

  private void collectEverything(String prefix, Map<String, Tensor> all) {
    parameters.forEach((name, tensor) -> all.put(join(prefix, name), tensor));
    buffers.forEach((name, tensor) -> all.put(join(prefix, name), tensor));
    children.forEach((name, child) -> child.collectEverything(join(prefix, name), all));
  }

  /** Puts this module alone, not those within it, in the mode of another. */
  final void takeMode(Module other) {
    training = other.training;
  }

  // Printing

  /** What stands between the parentheses when this module is printed; by default nothing. */
  protected String extraRepr() {
    return "";
  }

  /** This module and its parts as PyTorch prints them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(parametrizations.isEmpty() ? "" : "Parametrized");
    text.append(Repr.name(getClass())).append('(');
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
