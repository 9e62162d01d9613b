package panama.torch.optim;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * What optimizers share that change each element by its own gradient: all but {@link LBFGS}.
 *
 * <p>Without {@code fused}, the arithmetic is, to the bit, that of PyTorch on the CPU with {@code
 * foreach=False}, which is its default there; with it, of PyTorch with {@code fused=True}.
 * Parameters without a gradient are passed over.
 */
public abstract sealed class ElementwiseOptimizer extends Optimizer
    permits Adadelta, Adagrad, MomentOptimizer, RMSprop, SGD {
  private final IdentityHashMap<Tensor, ParameterState> states = new IdentityHashMap<>();

  ElementwiseOptimizer(Builder<?> builder) {
    super(builder);
  }

  /**
   * The options of such an optimizer; those that only one kind has are added there.
   *
   * @param <B> the kind's own builder
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends Optimizer.Builder<B>
      permits Adadelta.Builder,
          Adagrad.Builder,
          MomentOptimizer.Builder,
          RMSprop.Builder,
          SGD.Builder {
    Builder(List<Tensor> parameters, double lr) {
      super(parameters, lr);
      set("weight_decay", 0.0);
      set("maximize", false);
    }

    /**
     * Another group of parameters. Its options are those of this builder, whatever their order, but
     * for what is set here:
     *
     * <pre>{@code
     * .addParamGroup(fc.parameters(), group -> group.lr(0.01).weightDecay(0))
     * }</pre>
     */
    public final B addParamGroup(List<Tensor> parameters, Consumer<? super B> options) {
      addGroup(parameters, options);
      return self();
    }

    /**
     * The weight decay: added to the gradient, times the parameter, unless the kind says otherwise.
     * Default: 0, for AdamW 0.01.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public final B weightDecay(double weightDecay) {
      return setNotNegative("weight_decay", "weightDecay", weightDecay);
    }

    /** Whether to go up rather than down. Default: false. */
    public final B maximize(boolean maximize) {
      return set("maximize", maximize);
    }
  }

  /** What is remembered of a parameter before its first step. */
  abstract ParameterState newState(ParamGroup group, Tensor data);

  /** Changes one parameter, whose gradient includes maximize and weight decay. */
  abstract void update(ParamGroup group, ActiveParameter parameter);

  /** Changes parameters of one type and device in one call. */
  void updateFused(ParamGroup group, List<ActiveParameter> parameters) {
    throw new AssertionError("no fused kernel");
  }

  @Override
  public final void step() {
    for (ParamGroup group : paramGroups()) {
      try (TensorScope scope = new TensorScope()) {
        step(group);
      }
    }
  }

  private void step(ParamGroup group) {
    List<ActiveParameter> single = new ArrayList<>();
    Map<List<Object>, List<ActiveParameter>> fused = new LinkedHashMap<>();
    List<Tensor> steps = new ArrayList<>();
    for (Tensor parameter : group.parameters()) {
      Tensor gradient = parameter.grad();
      if (gradient == null) {
        continue;
      }
      Tensor data = parameter.detach();
      DType dtype = data.dtype();
      Device device = data.device();
      ParameterState state = states.get(parameter);
      boolean isNew = state == null;
      if (state == null) {
        state = newState(group, data);
        states.put(parameter, state);
      } else {
        state.follow(dtype, device);
      }
      Tensor step = state.find(ParameterState.STEP);
      if (step != null) {
        steps.add(step);
      }
      var active =
          new ActiveParameter(
              data, gradient.requiresGrad() ? gradient.detach() : gradient, state, isNew);
      // The fused kernels walk through memory and know nothing of strides.
      if (group.flag("fused") && data.isContiguous() && gradient.isContiguous()) {
        fused.computeIfAbsent(List.of(dtype, device), key -> new ArrayList<>()).add(active);
      } else {
        single.add(active);
      }
    }
    if (!steps.isEmpty()) {
      Kernels.count_(steps);
    }
    fused.values().forEach(alike -> updateFused(group, alike));
    for (ActiveParameter parameter : single) {
      try (TensorScope scope = new TensorScope()) {
        update(group, withDecay(group, parameter));
      }
    }
  }

  private static ActiveParameter withDecay(ParamGroup group, ActiveParameter parameter) {
    Tensor gradient = group.flag("maximize") ? parameter.gradient().neg() : parameter.gradient();
    double weightDecay = group.number("weight_decay");
    if (weightDecay != 0) {
      if (group.flag("decoupled_weight_decay")) {
        parameter.data().mul_(1 - group.lr() * weightDecay);
      } else {
        gradient = Kernels.add(gradient, parameter.data(), weightDecay);
      }
    }
    return parameter.withGradient(gradient);
  }

  @Override
  final Map<String, String> printedToo() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("differentiable", "False");
    options.put("foreach", "None");
    if (!(this instanceof SGD || this instanceof Adagrad)) {
      options.put("capturable", "False");
    }
    return options;
  }

  @Override
  final Map<String, Tensor> stateOf(Tensor parameter) {
    ParameterState state = states.get(parameter);
    return state == null ? Map.of() : state.tensors();
  }

  @Override
  final Runnable restore(
      ParamGroup group, Tensor parameter, Map<String, Tensor> given, Problems problems) {
    if (given.isEmpty()) {
      return () -> states.remove(parameter);
    }
    try (TensorScope scope = new TensorScope()) {
      ParameterState state = newState(group, parameter.detach());
      Map<String, Shape> shapes = new LinkedHashMap<>();
      state.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
      problems.compare(shapes, given);
      return () -> {
        state
            .tensors()
            .forEach((name, tensor) -> tensor.copy_(Objects.requireNonNull(given.get(name))));
        states.put(parameter, state);
      };
    }
  }
}
