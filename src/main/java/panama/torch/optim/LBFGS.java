package panama.torch.optim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * L-BFGS, which takes curvature from the last gradients: Nocedal and Wright, "Numerical
 * optimization" (2006), algorithm 7.5, with the choices that PyTorch took from minFunc. All
 * parameters are one vector, in one group, and each step computes the loss many times:
 *
 * <pre>{@code
 * lbfgs.step(() -> {
 *   lbfgs.zeroGrad();
 *   Tensor loss = criterion.forward(model.forward(x), target);
 *   loss.backward();
 *   return loss;
 * });
 * }</pre>
 *
 * <p>For FLOAT32 and FLOAT64. Needs memory for 2 historySize copies of the parameters.
 */
public final class LBFGS extends Optimizer {
  private static final String STRONG_WOLFE = "strong_wolfe";
  private static final double LEAST_CURVATURE = 1e-10;
  private static final String FUNC_EVALS = "func_evals";
  private static final String N_ITER = "n_iter";
  private static final String DIRECTION = "d";
  private static final String STEP_LENGTH = "t";
  private static final String CHANGES = "old_dirs.";
  private static final String MOVES = "old_stps.";
  private static final String INVERSES = "ro.";
  private static final String SCALE = "H_diag";
  private static final String GRADIENT = "prev_flat_grad";
  private static final String LOSS = "prev_loss";

  /**
   * A move and what it did to the gradient.
   *
   * @param change y, of the gradient
   * @param move s, of the parameters
   * @param inverse 1 / (y · s)
   */
  private record Curvature(Tensor change, Tensor move, Scalar inverse) {
    void close() {
      change.close();
      move.close();
    }
  }

  /** What is remembered from the last iteration. */
  private record Last(
      Tensor direction, Scalar stepLength, Scalar scale, Tensor gradient, double loss) {}

  private record Evaluation(Tensor loss, double value, Tensor gradient) {}

  private final Deque<Curvature> history = new ArrayDeque<>();
  private long evaluations;
  private long iterations;
  private @Nullable Last last;

  private LBFGS(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate, which scales each step: 1. */
  public static final class Builder extends Optimizer.Builder<Builder> {
    private long maxIter = 20;
    private long maxEval = -1;

    private Builder(List<Tensor> parameters) {
      super(parameters, 1);
      toleranceGrad(1e-7).toleranceChange(1e-9).historySize(100).strongWolfe(false);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Iterations in a step, at most. Default: 20. */
    public Builder maxIter(int maxIter) {
      this.maxIter = positive("maxIter", maxIter);
      return this;
    }

    /** Evaluations of the loss in a step, about. Default: 5/4 of maxIter. */
    public Builder maxEval(int maxEval) {
      this.maxEval = positive("maxEval", maxEval);
      return this;
    }

    /** Done when no element of the gradient is larger. Default: 1e-7. */
    public Builder toleranceGrad(double toleranceGrad) {
      return setNotNegative("tolerance_grad", "toleranceGrad", toleranceGrad);
    }

    /** Done when neither the loss nor any parameter changes by more. Default: 1e-9. */
    public Builder toleranceChange(double toleranceChange) {
      return setNotNegative("tolerance_change", "toleranceChange", toleranceChange);
    }

    /** Iterations that are remembered. Default: 100. */
    public Builder historySize(int historySize) {
      return set("history_size", positive("historySize", historySize));
    }

    /**
     * Whether a line search chooses the length of each step, by the strong Wolfe conditions;
     * PyTorch's {@code line_search_fn="strong_wolfe"}. Default: false, the learning rate alone.
     */
    public Builder strongWolfe(boolean strongWolfe) {
      return set("line_search_fn", strongWolfe ? STRONG_WOLFE : "None");
    }

    private static long positive(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
      }
      return value;
    }

    /** The optimizer. */
    public LBFGS build() {
      set("max_iter", maxIter);
      set("max_eval", maxEval < 0 ? maxIter * 5 / 4 : maxEval);
      return new LBFGS(this);
    }
  }

  /**
   * Not here: all parameters are one vector.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public ParamGroup addParamGroup(List<Tensor> parameters) {
    throw new UnsupportedOperationException(
        "addParamGroup: L-BFGS treats all parameters alike, in one group; give all to the builder");
  }

  /**
   * Not without a closure.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void step() {
    throw new UnsupportedOperationException(
        "step: L-BFGS computes the loss many times; expected step(() -> { zeroGrad(); loss;"
            + " backward(); return loss; })");
  }

  @Override
  public Tensor step(Supplier<Tensor> closure) {
    try (TensorScope scope = new TensorScope()) {
      Evaluation first = measure(closure);
      iterate(closure, first);
      return scope.keep(first.loss());
    }
  }

  private void iterate(Supplier<Tensor> closure, Evaluation first) {
    ParamGroup group = paramGroups().getFirst();
    double toleranceGrad = group.number("tolerance_grad");
    double toleranceChange = group.number("tolerance_change");
    double maxIter = group.number("max_iter");
    double maxEval = group.number("max_eval");
    boolean strongWolfe = STRONG_WOLFE.equals(group.options().get("line_search_fn"));
    double loss = first.value();
    Tensor gradient = first.gradient();
    evaluations++;
    long evaluated = 1;
    if (largest(gradient).isAtMost(toleranceGrad)) {
      return;
    }
    for (long iteration = 1; iteration <= maxIter; iteration++) {
      iterations++;
      Scalar scale = learn(gradient, (long) group.number("history_size"));
      Tensor direction = direction(gradient, scale);
      Scalar t = Scalar.of(group.lr());
      if (iterations == 1) {
        Scalar sum = number(gradient.abs().sum());
        t = Scalar.min(Scalar.of(1), Scalar.of(1).dividedBy(sum)).times(t);
      }
      double previousLoss = loss;
      Scalar slope = dot(gradient, direction);
      if (Scalar.of(-toleranceChange).isLessThan(slope)) {
        remember(direction, t, scale, gradient, previousLoss);
        return;
      }
      Tensor before = gradient;
      boolean done = false;
      long evaluatedNow = 0;
      if (strongWolfe) {
        StrongWolfe.Found found =
            search(closure, direction, t, loss, gradient, slope, maxEval - evaluated);
        loss = found.point().loss().value();
        gradient = found.point().gradient();
        t = found.point().t();
        evaluatedNow = found.evaluations();
        move(t, direction);
        done = largest(gradient).isAtMost(toleranceGrad);
      } else {
        move(t, direction);
        if (iteration < maxIter) {
          Evaluation next = measure(closure);
          loss = next.value();
          gradient = next.gradient();
          evaluatedNow = 1;
          done = largest(gradient).isAtMost(toleranceGrad);
        }
      }
      remember(direction, t, scale, before, previousLoss);
      evaluated += evaluatedNow;
      evaluations += evaluatedNow;
      if (evaluated >= maxEval
          || done
          || largest(direction.mul(t.value())).isAtMost(toleranceChange)
          || Math.abs(loss - previousLoss) < toleranceChange) {
        return;
      }
    }
  }

  /** Takes the last move into the history; the scale of the first guess of the inverse Hessian. */
  private Scalar learn(Tensor gradient, long historySize) {
    Last before = last;
    if (before == null) {
      forget();
      return Scalar.of(1);
    }
    Tensor change = gradient.sub(before.gradient());
    Tensor move = before.direction().mul(before.stepLength().value());
    Scalar curvature = dot(change, move);
    if (!Scalar.of(LEAST_CURVATURE).isLessThan(curvature)) {
      return before.scale();
    }
    if (history.size() == historySize) {
      history.removeFirst().close();
    }
    history.addLast(
        new Curvature(
            TensorScope.exempt(change),
            TensorScope.exempt(move),
            Scalar.of(1).dividedBy(curvature)));
    return curvature.dividedBy(dot(change, change));
  }

  /** Minus the gradient, times the guess of the inverse Hessian: the two loops of L-BFGS. */
  private Tensor direction(Tensor gradient, Scalar scale) {
    Tensor q = gradient.neg();
    if (iterations == 1) {
      return q;
    }
    Deque<Scalar> alphas = new ArrayDeque<>();
    history
        .descendingIterator()
        .forEachRemaining(
            past -> {
              Scalar alpha = dot(past.move(), q).times(past.inverse());
              alphas.addFirst(alpha);
              Kernels.add_(q, past.change(), alpha.negated().value());
            });
    Tensor r = q.mul(scale.value());
    for (Curvature past : history) {
      Scalar beta = dot(past.change(), r).times(past.inverse());
      Kernels.add_(r, past.move(), alphas.removeFirst().minus(beta).value());
    }
    return r;
  }

  private StrongWolfe.Found search(
      Supplier<Tensor> closure,
      Tensor direction,
      Scalar firstGuess,
      double loss,
      Tensor gradient,
      Scalar slope,
      double maxSteps) {
    List<Tensor> from = parameters().stream().map(p -> p.detach().clone()).toList();
    StrongWolfe.Objective objective =
        t -> {
          move(t, direction);
          Evaluation there = measure(closure);
          for (int i = 0; i < from.size(); i++) {
            parameters().get(i).detach().copy_(from.get(i));
          }
          return new StrongWolfe.Point(
              t, Scalar.of(there.value()), there.gradient(), dot(there.gradient(), direction));
        };
    var start = new StrongWolfe.Point(Scalar.ZERO, Scalar.of(loss), gradient, slope);
    return StrongWolfe.search(objective, start, firstGuess, largest(direction), (long) maxSteps);
  }

  private void remember(Tensor direction, Scalar t, Scalar scale, Tensor gradient, double loss) {
    Last before = last;
    last = new Last(TensorScope.exempt(direction), t, scale, TensorScope.exempt(gradient), loss);
    if (before != null) {
      before.direction().close();
      before.gradient().close();
    }
  }

  private void forget() {
    history.forEach(Curvature::close);
    history.clear();
  }

  /** The loss and all gradients as one vector. What the closure makes on the way is freed. */
  private Evaluation measure(Supplier<Tensor> closure) {
    try (TensorScope scope = new TensorScope()) {
      Tensor loss = evaluate(closure);
      return new Evaluation(scope.keep(loss), loss.item(), scope.keep(gradient()));
    }
  }

  private Tensor gradient() {
    List<Tensor> parts = new ArrayList<>();
    for (Tensor parameter : parameters()) {
      Tensor gradient = parameter.grad();
      parts.add(
          gradient == null
              ? Torch.zeros(
                  new long[] {parameter.numel()},
                  TensorOptions.of(parameter.dtype()).device(parameter.device()))
              : gradient.detach().reshape(-1));
    }
    return Torch.cat(parts, 0);
  }

  /** Adds t d to the parameters. */
  private void move(Scalar t, Tensor direction) {
    try (TensorScope scope = new TensorScope()) {
      long offset = 0;
      for (Tensor parameter : parameters()) {
        Tensor data = parameter.detach();
        long end = offset + data.numel();
        Tensor part = direction.slice(0, offset, end).view(data.shape().toArray());
        Kernels.add_(data, part, t.value());
        offset = end;
      }
    }
  }

  private static Scalar largest(Tensor x) {
    try (TensorScope scope = new TensorScope()) {
      return number(x.abs().amax());
    }
  }

  private static Scalar dot(Tensor x, Tensor y) {
    return new Scalar(Kernels.dot(x, y), x.dtype());
  }

  private static Scalar number(Tensor x) {
    return new Scalar(x.item(), x.dtype());
  }

  // State; it stands with the first parameter, as in PyTorch

  @Override
  Map<String, Tensor> stateOf(Tensor parameter) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    if (parameter != parameters().getFirst() || evaluations == 0) {
      return state;
    }
    state.put(FUNC_EVALS, Torch.tensor(evaluations));
    state.put(N_ITER, Torch.tensor(iterations));
    if (last != null) {
      state.put(DIRECTION, last.direction());
      state.put(STEP_LENGTH, tensor(last.stepLength()));
      int i = 0;
      for (Curvature past : history) {
        state.put(CHANGES + i, past.change());
        state.put(MOVES + i, past.move());
        state.put(INVERSES + i, tensor(past.inverse()));
        i++;
      }
      state.put(SCALE, tensor(last.scale()));
      state.put(GRADIENT, last.gradient());
      state.put(LOSS, tensor(Scalar.of(last.loss())));
    }
    return state;
  }

  private static Tensor tensor(Scalar number) {
    return Torch.full(
        new long[0],
        number.value(),
        TensorOptions.of(number.dtype() == null ? DType.FLOAT64 : number.dtype()));
  }

  @Override
  Runnable restore(
      ParamGroup group, Tensor parameter, Map<String, Tensor> given, Problems problems) {
    if (parameter != parameters().getFirst()) {
      given.keySet().forEach(problems::unexpected);
      return () -> {};
    }
    Map<String, Shape> expected = new LinkedHashMap<>();
    if (!given.isEmpty()) {
      Shape number = Shape.of();
      Shape vector = Shape.of(parameters().stream().mapToLong(Tensor::numel).sum());
      expected.put(FUNC_EVALS, number);
      expected.put(N_ITER, number);
      if (given.size() > expected.size()) {
        List.of(STEP_LENGTH, SCALE, LOSS).forEach(name -> expected.put(name, number));
        List.of(DIRECTION, GRADIENT).forEach(name -> expected.put(name, vector));
      }
      for (int i = 0; given.containsKey(CHANGES + i); i++) {
        expected.put(CHANGES + i, vector);
        expected.put(MOVES + i, vector);
        expected.put(INVERSES + i, number);
      }
    }
    problems.compare(expected, given);
    return () -> restore(given);
  }

  private void restore(Map<String, Tensor> state) {
    forget();
    last = null;
    evaluations = state.isEmpty() ? 0 : get(state, FUNC_EVALS).itemLong();
    iterations = state.isEmpty() ? 0 : get(state, N_ITER).itemLong();
    if (!state.containsKey(DIRECTION)) {
      return;
    }
    for (int i = 0; state.containsKey(CHANGES + i); i++) {
      history.addLast(
          new Curvature(
              copy(state, CHANGES + i), copy(state, MOVES + i), number(get(state, INVERSES + i))));
    }
    last =
        new Last(
            copy(state, DIRECTION),
            Scalar.of(get(state, STEP_LENGTH).item()),
            number(get(state, SCALE)),
            copy(state, GRADIENT),
            get(state, LOSS).item());
  }

  private static Tensor get(Map<String, Tensor> state, String name) {
    Tensor tensor = state.get(name);
    assert tensor != null; // checked before
    return tensor;
  }

  private static Tensor copy(Map<String, Tensor> state, String name) {
    return TensorScope.exempt(get(state, name).clone());
  }
}
