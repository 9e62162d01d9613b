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
 * The base class of all layers and networks, as PyTorch's {@code torch.nn.Module}: named
 * parameters, named buffers and named submodules.
 *
 * <p>Extend it, register parameters, buffers and submodules in the constructor, and write a {@code
 * forward} with the signature that the network needs; modules that take one tensor and return one
 * also implement {@link Layer}:
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
 * <p>PyTorch registers a submodule or parameter when it is assigned to an attribute. Java does not
 * tell a class when a field is assigned, so that registration is explicit here. As a guard against
 * slips, {@link #parameters}, {@link #stateDict()}, {@link #train()} and the other methods that
 * visit parameters throw an {@link IllegalStateException} that names the first field with an
 * unregistered module or trainable tensor, also inside a list, map, array or record. {@link
 * Unregistered} exempts a field; {@code -Dpanama.torch.checkFields=false} turns the check off. A
 * named Java module has to open its package to {@code panama.torch} for the check.
 *
 * <p>{@link #to}, {@link #train()}, {@link #eval}, {@link #requiresGrad_} and {@link #apply} return
 * this module, as a {@code Module}. In the layers of this library, and in classes that extend
 * {@link FluentModule}, they return it as its own class.
 *
 * <p>{@code Module} is also a class of {@code java.lang}: beside {@code import panama.torch.nn.*}
 * write {@code import panama.torch.nn.Module}, which wins.
 *
 * <p>Concurrent calls of {@code forward} are safe as long as no thread trains or changes the
 * module.
 */
public abstract class Module {
  /** The parameters of all modules: registered again, they keep their requiresGrad. */
  private static final Set<Tensor> PARAMETERS =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Set<String> transientBuffers = new HashSet<>();

  /** The modules that this one is registered in; weak, so that a child does not keep a parent. */
  private final List<WeakReference<Module>> parents = new CopyOnWriteArrayList<>();

  private final List<ForwardPreHook> preHooks = new CopyOnWriteArrayList<>();
  private final List<ForwardHook> hooks = new CopyOnWriteArrayList<>();

  /** The parametrizations that compute parameters, by the tensor that forward asks for. */
  private final IdentityHashMap<Tensor, ParametrizationList> parametrizations =
      new IdentityHashMap<>();

  /** The names of tied parameters, by the tensor that forward asks for. */
  private final IdentityHashMap<Tensor, String> tied = new IdentityHashMap<>();

  private boolean training = true;

  /** Creates a module in training mode, as PyTorch does. */
  protected Module() {}

  /**
   * Registers a parameter, as PyTorch's {@code register_parameter}: it is trained and saved, and no
   * {@link TensorScope} frees it. A tensor that is already a parameter of this or another module
   * keeps its {@code requiresGrad}; for any other it is turned on. {@link #register(String, Tensor,
   * boolean)} registers a frozen one.
   *
   * @param name without dots, not used yet in this module
   * @param parameter a leaf of a floating-point type
   * @return {@code parameter}
   * @throws IllegalArgumentException if the name is used already or has a dot, or if {@code
   *     parameter} is not a leaf but the result of an operation recorded for autograd
   * @throws DTypeException if gradients are asked for and the type is not a floating-point type
   */
  protected final Tensor register(String name, Tensor parameter) {
    checkName(name);
    return put(name, parameter, staysTrained(parameter));
  }

  /**
   * Registers a parameter that is trained or frozen; it is saved, and no {@link TensorScope} frees
   * it.
   *
   * @param name without dots, not used yet in this module
   * @param parameter a leaf; of a floating-point type if {@code requiresGrad}
   * @param requiresGrad whether gradients are recorded for it, in every module that it is
   *     registered in
   * @return {@code parameter}
   * @throws IllegalArgumentException if the name is used already or has a dot, or if {@code
   *     parameter} is not a leaf but the result of an operation recorded for autograd
   * @throws DTypeException if gradients are asked for and the type is not a floating-point type
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
          "parameter: expected a leaf tensor for '%s', got the result of an operation recorded for autograd; use .detach()"
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
   * Registers a buffer: a tensor that is saved and moved with the parameters, but not trained.
   *
   * @param name without dots, not used yet in this module
   * @param buffer the tensor to register
   * @return {@code buffer}
   * @throws IllegalArgumentException if the name is used already or has a dot
   */
  protected final Tensor registerBuffer(String name, Tensor buffer) {
    return registerBuffer(name, buffer, true);
  }

  /**
   * Registers a buffer: a tensor that is moved with the parameters, but not trained.
   *
   * @param name without dots, not used yet in this module
   * @param buffer the tensor to register
   * @param persistent whether it is part of the {@linkplain #stateDict() state dict}
   * @return {@code buffer}
   * @throws IllegalArgumentException if the name is used already or has a dot
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
   * Registers a submodule, as PyTorch's {@code register_module}.
   *
   * @param <M> the type of the module
   * @param name without dots, not used yet in this module
   * @param module the module to register
   * @return {@code module}
   * @throws IllegalArgumentException if the name is used already or has a dot, or if {@code module}
   *     contains this module
   */
  protected final <M extends Module> M register(String name, M module) {
    checkName(name);
    return put(name, module);
  }

  /**
   * Replaces a submodule, as the assignment {@code model.fc = torch.nn.Linear(512, 3)} does in
   * PyTorch. The new one takes the place of the old one in the order of the parameters; the old one
   * is no longer registered here.
   *
   * <pre>{@code
   * final class Classifier extends Module {
   *   private final GRU gru = register("gru", GRU.builder(8, 16).batchFirst(true).build());
   *   private Linear fc = register("fc", new Linear(16, 3));
   *
   *   void setClasses(long classes) {
   *     fc = replace("fc", new Linear(16, classes));
   *   }
   * }
   * }</pre>
   *
   * <p>The field has to be assigned as well: a field that still holds the old module is reported as
   * unregistered. Replace a submodule before the optimizer is created: an existing one goes on with
   * the old parameters. The new module keeps its own mode, type and device.
   *
   * @param <M> the type of the module
   * @param name of a registered submodule
   * @param module the new module
   * @return {@code module}
   * @throws IllegalArgumentException if there is no submodule of this name, or if {@code module}
   *     contains this module
   */
  protected final <M extends Module> M replace(String name, M module) {
    Module before = children.get(name);
    if (before == null) {
      throw new IllegalArgumentException(
          "name: expected a submodule of %s, one of %s, got '%s'; a new one is added with register"
              .formatted(Repr.name(getClass()), children.keySet(), name));
    }
    put(name, module);
    if (!children.containsValue(before)) {
      before.parents.removeIf(parent -> parent.refersTo(this));
    }
    return module;
  }

  private <M extends Module> M put(String name, M module) {
    if (Objects.requireNonNull(module, "module").modules().contains(this)) {
      throw new IllegalArgumentException(
          "module: expected one without this %s in it, got one that contains it"
              .formatted(Repr.name(getClass())));
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

  /** Throws if a field of this module or a submodule holds something unregistered. */
  private void checkFields() {
    List<Module> all = modules();
    Set<Object> registered = registered(all);
    for (Module module : all) {
      FieldCheck.check(module, value -> registered.contains(value) || isRegisteredAbove(value));
    }
  }

  /**
   * Returns these modules and their parameters and buffers, tied and parametrized ones included.
   */
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

  /** Returns whether a module or tensor is registered in a module that contains this one. */
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

  // Parameters, buffers and submodules

  /**
   * Returns all parameters, each once: those of this module, then those of its submodules, in the
   * order of registration.
   *
   * @throws IllegalStateException if a field holds an unregistered module or trainable tensor
   */
  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /**
   * Returns all parameters by their full names, such as {@code rnn.weight_ih_l0}; a shared one is
   * listed once, under its first name.
   *
   * @throws IllegalStateException if a field holds an unregistered module or trainable tensor
   */
  public final Map<String, Tensor> namedParameters() {
    checkFields();
    return named(module -> module.parameters);
  }

  /** Returns all buffers, each once, in the order of registration. */
  public final List<Tensor> buffers() {
    return new ArrayList<>(namedBuffers().values());
  }

  /** Returns all buffers by their full names; a shared one is listed once, under its first name. */
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

  /** Returns the direct submodules by name: a view of PyTorch's {@code named_children()}. */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  /**
   * Returns this module under the name "", and all submodules by their full names; a shared one is
   * listed once, under its first name.
   */
  public final Map<String, Module> namedModules() {
    Map<String, Module> all = new LinkedHashMap<>();
    collect("", all, Collections.newSetFromMap(new IdentityHashMap<>()));
    return all;
  }

  /** Returns this module and all submodules, each once. */
  public final List<Module> modules() {
    return new ArrayList<>(namedModules().values());
  }

  private void collect(String prefix, Map<String, Module> all, Set<Module> seen) {
    if (seen.add(this)) {
      all.put(prefix, this);
      children.forEach((name, child) -> child.collect(join(prefix, name), all, seen));
    }
  }

  static String join(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  /**
   * Returns a submodule by its full name, as PyTorch's {@code get_submodule}.
   *
   * @param target names joined by dots, such as {@code encoder.rnn}; "" is this module
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public final Module getSubmodule(String target) {
    return NameLookUp.submodule(this, target);
  }

  /**
   * Returns a parameter by its full name, as PyTorch's {@code get_parameter}.
   *
   * @param target names joined by dots, such as {@code rnn.weight_ih_l0}
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public final Tensor getParameter(String target) {
    return NameLookUp.tensor(this, "parameter", target, module -> module.parameters);
  }

  /**
   * Returns a buffer by its full name, as PyTorch's {@code get_buffer}.
   *
   * @param target names joined by dots, such as {@code norm.running_mean}
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public final Tensor getBuffer(String target) {
    return NameLookUp.tensor(this, "buffer", target, module -> module.buffers);
  }

  /**
   * Calls a function with all submodules and with this module, submodules first, as PyTorch's
   * {@code apply}.
   *
   * @param action called for each module
   * @return this
   */
  public Module apply(Consumer<? super Module> action) {
    checkFields();
    applyToAll(action);
    return this;
  }

  private void applyToAll(Consumer<? super Module> action) {
    children.values().forEach(child -> child.applyToAll(action));
    action.accept(this);
  }

  /**
   * Puts this module and all submodules in training mode: {@link Dropout} is active, {@link
   * BatchNorm1d} normalizes by the statistics of the batch.
   *
   * @return this
   */
  public Module train() {
    return train(true);
  }

  /**
   * Puts this module and all submodules in evaluation mode: {@link Dropout} does nothing, {@link
   * BatchNorm1d} normalizes by its running statistics. Gradients are recorded as before; {@code
   * Torch.noGrad()} turns that off.
   *
   * @return this
   */
  public Module eval() {
    return train(false);
  }

  /**
   * Puts this module and all submodules in training or evaluation mode. All other methods that
   * change the mode call this one, also on submodules; override it to keep a part of a network in
   * evaluation mode:
   *
   * <pre>{@code
   * @Override
   * public Module train(boolean mode) {
   *   super.train(mode);
   *   encoder.eval(); // pretrained: its statistics stay as they are
   *   return this;
   * }
   * }</pre>
   *
   * @param mode true for training
   * @return this
   */
  public Module train(boolean mode) {
    checkFields();
    training = mode;
    children.values().forEach(child -> child.train(mode));
    return this;
  }

  /** Returns whether this module is in training mode. */
  public final boolean isTraining() {
    return training;
  }

  /**
   * Turns the recording of gradients on or off for all parameters; false freezes them.
   *
   * @param requiresGrad whether autograd computes gradients for the parameters
   * @return this
   */
  public Module requiresGrad_(boolean requiresGrad) {
    parameters().forEach(parameter -> parameter.requiresGrad_(requiresGrad));
    return this;
  }

  /**
   * Converts all floating-point parameters and buffers to another type, in place: an optimizer that
   * holds them holds the converted ones.
   *
   * @param dtype a floating-point type
   * @return this
   * @throws DTypeException for another type
   */
  public Module to(DType dtype) {
    if (!dtype.isFloatingPoint()) {
      throw new DTypeException(
          "dtype: expected a floating-point type such as float32, got " + dtype);
    }
    return convert(data -> data.dtype().isFloatingPoint() ? data.to(dtype) : data);
  }

  /**
   * Moves all parameters and buffers to another device, in place.
   *
   * @param device the device
   * @return this
   */
  public Module to(Device device) {
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
   * Registers a parametrization, as PyTorch's {@code register_parametrization}: a parameter of this
   * module is computed from other tensors, which are trained in its place. In the state dict they
   * are {@code parametrizations.NAME.original}, or {@code original0}, {@code original1}, ... if
   * there are several. A second parametrization is applied to the result of the first.
   *
   * @param name of a parameter of this module itself, not of a submodule
   * @param parametrization creates the parametrization from the parameter's present value
   * @throws IllegalArgumentException if there is no such parameter, or if the computed tensor
   *     differs from it in shape or type
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
   * Returns a parameter as forward uses it: the result of its parametrization, the tensor that was
   * {@linkplain #tie tied} in its place, or the parameter itself. A {@code forward} whose
   * parameters may be parametrized or tied reads them through this.
   *
   * @param <T> the type of the parameter, which tells whether it can be null
   * @param parameter a registered parameter
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

  /** Returns whether {@link #use} returns every parameter itself. */
  final boolean usesParametersAsRegistered() {
    return parametrizations.isEmpty() && tied.isEmpty();
  }

  /** Returns the parameter, or a tensor of its type and device that it is computed from. */
  final Tensor trained(Tensor parameter) {
    ParametrizationList list = parametrizations.get(parameter);
    return list == null ? current(parameter) : list.original();
  }

  // Weight tying

  /**
   * Replaces a parameter of this module by another tensor, as PyTorch's {@code decoder.weight =
   * encoder.weight}:
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
   * <p>{@link #parameters} lists the shared tensor once, so that an optimizer updates it once, by
   * the sum of the gradients of all its uses. {@link #stateDict()} lists it under each of its
   * names, as in PyTorch; when a state dict is loaded, the last of them decides. A frozen tensor
   * stays frozen. Tie before the optimizer is created: an existing one goes on with the old tensor.
   *
   * @param name of a parameter of this module itself, not of a submodule
   * @param parameter of the same shape and type; it need not be a parameter of a module yet
   * @throws ArgumentException if the tensor differs in shape or type
   * @throws IllegalArgumentException if there is no parameter of this name, or if the tensor is the
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
   * Registers a function that is called before each forward.
   *
   * @param hook the function to call
   * @return removes the hook
   */
  public final Runnable registerForwardPreHook(ForwardPreHook hook) {
    preHooks.add(Objects.requireNonNull(hook, "hook"));
    return () -> preHooks.remove(hook);
  }

  /**
   * Registers a function that is called after each forward.
   *
   * @param hook the function to call
   * @return removes the hook
   */
  public final Runnable registerForwardHook(ForwardHook hook) {
    hooks.add(Objects.requireNonNull(hook, "hook"));
    return () -> hooks.remove(hook);
  }

  /**
   * Runs a computation between the forward hooks of this module and returns its result. The layers
   * of this library do so; in a class of your own write {@code return call(x, this::compute)} in
   * {@code forward} to have hooks called. An {@link ArgumentException} that is thrown inside names
   * the innermost layer that it passes: {@code encoder.rnn: x: expected shape ...}.
   *
   * @param <I> the type of the input
   * @param <O> the type of the output
   * @param input the first argument of forward, given to the hooks
   * @param forward computes the result from the input
   * @return the result of the computation
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

  /** Returns the full name in the outermost module, the first of several; "" for that module. */
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

  /** Sets the gradients of all parameters to null. */
  public final void zeroGrad() {
    parameters().forEach(parameter -> parameter.setGrad(null));
  }

  /**
   * Returns parameters and persistent buffers by their full names, in PyTorch's order. The tensors
   * share their data with the module's and are detached from the graph.
   */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new NamedTensors();
    entries().forEach((name, tensor) -> state.put(name, tensor.detach()));
    return state;
  }

  /** Returns parameters and persistent buffers, shared ones under each of their names. */
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
   * Copies the values of a state dict into this module. Its names must be exactly those of {@link
   * #stateDict()}; {@link panama.torch.nn.utils.StateDictNames#rename} changes others.
   *
   * @param state tensors by the names of parameters and buffers
   * @return a result without keys, for symmetry with {@link #loadStateDict(Map, boolean)}
   * @throws ArgumentException if they are not, or if a shape differs, with a list of all such
   *     entries; nothing is changed then
   */
  public final IncompatibleKeys loadStateDict(Map<String, Tensor> state) {
    return loadStateDict(state, true);
  }

  /**
   * Copies the values of a state dict into this module.
   *
   * @param state tensors by the names of parameters and buffers
   * @param strict whether missing and unexpected names are errors; other shapes always are
   * @return the missing and unexpected names. Look at them if {@code strict} is false: with a wrong
   *     prefix, for example, every name is unexpected and nothing is loaded
   * @throws ArgumentException with a list of all offending entries; nothing is changed then
   */
  public final IncompatibleKeys loadStateDict(Map<String, Tensor> state, boolean strict) {
    return StateDictLoading.load(entries(), state, strict, Repr.name(getClass()));
  }

  // Copies

  /**
   * Returns an independent copy, as Python's {@code copy.deepcopy(model)}: another module of the
   * same structure with copies of all parameters and buffers, of the same types, on the same
   * devices, with the same {@code requiresGrad}, in the same mode.
   *
   * <pre>{@code
   * Classifier best = model.copy(Classifier::new);
   * }</pre>
   *
   * <p>Java cannot copy an object with final fields without its constructor. So the factory builds
   * the copy as this module was built: with the same options, tied parameters and parametrizations.
   * The state of the default random generator is restored afterwards. Gradients are not copied, as
   * in PyTorch; neither are hooks and other fields.
   *
   * @param <M> the type of the module
   * @param factory creates a new module of this module's class
   * @return the module that the factory created
   * @throws ArgumentException if it differs in classes, names, shapes or tied parameters, or shares
   *     tensors with this module
   */
  public final <M extends Module> M copy(Supplier<M> factory) {
    M copy = ModuleCopy.draw(factory);
    ModuleCopy.fill(copy, this);
    return copy;
  }

  /** Returns parameters and all buffers, shared ones under each of their names. */
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

  /** Puts this module, but not its submodules, in the mode of another. */
  final void takeMode(Module other) {
    training = other.training;
  }

  // Printing

  /** Returns the text between the parentheses when this module is printed; by default "". */
  protected String extraRepr() {
    return "";
  }

  /** Returns this module and its submodules as PyTorch prints them. */
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
