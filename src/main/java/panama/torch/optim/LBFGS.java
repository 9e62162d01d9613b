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
import panama.torch.internal.Arguments;
import panama.torch.internal.StateDictErrors;

/**
 * L-BFGS, a quasi-Newton method that approximates the Hessian from the last gradients: Nocedal and
 * Wright, "Numerical optimization" (2006), algorithm 7.5, with the details of PyTorch, which follow
 * minFunc. It treats all parameters as one vector, in one group, and evaluates the loss many times
 * in each step:
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
 * <p>The parameters have one element type. The history needs memory for 2 historySize copies of
 * them.
 */
public final class LBFGS extends Optimizer {
  private static final String STRONG_WOLFE = "strong_wolfe";
  private static final double MIN_CURVATURE = 1e-10;
  private static final String FUNC_EVALS = "func_evals";
  private static final String N_ITER = "n_iter";
  private static final String DIRECTION = "d";
  private static final String STEP_SIZE = "t";
  private static final String Y = "old_dirs.";
  private static final String S = "old_stps.";
  private static final String RHO = "ro.";

  /** Numbers that PyTorch keeps, but computes again at each step. */
  private static final String TEMPORARIES = "al.";

  private static final String H_DIAG = "H_diag";
  private static final String GRADIENT = "prev_flat_grad";
  private static final String LOSS = "prev_loss";

  /**
   * A correction pair of an earlier iteration.
   *
   * @param y the change of the gradient
   * @param s the change of the parameters
   * @param rho 1 / (y · s)
   */
  private record Correction(Tensor y, Tensor s, Scalar rho) {
    void close() {
      y.close();
      s.close();
    }
  }

  /**
   * The last iteration.
   *
   * @param direction d
   * @param stepSize t, so that the parameters changed by t d
   * @param hDiag the initial inverse Hessian, a multiple of the identity
   * @param gradient before the parameters changed
   * @param loss before the parameters changed
   */
  private record Iteration(
      Tensor direction, Scalar stepSize, Scalar hDiag, Tensor gradient, double loss) {}

  private record Evaluation(Tensor loss, double value, Tensor gradient) {}

  private final Deque<Correction> history = new ArrayDeque<>();
  private long evaluations;
  private long iterations;
  private @Nullable Iteration last;

  private LBFGS(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 1, no line search.
   *
   * @param parameters the parameters to optimize
   */
  public LBFGS(List<Tensor> parameters) {
    this(builder(parameters).withIterations());
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public LBFGS(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr).withIterations());
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate and the number of
   * iterations in a step.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @param maxIter the largest number of iterations in a step, at least 1
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0, and maxIter
   *     at least 1
   */
  public LBFGS(List<Tensor> parameters, double lr, int maxIter) {
    this(builder(parameters).lr(lr).maxIter(maxIter).withIterations());
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of L-BFGS. Default learning rate, by which the step size is multiplied: 1. */
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

    /**
     * Sets the largest number of iterations in a step. Default: 20.
     *
     * @param maxIter the number of iterations, at least 1
     * @return this builder
     * @throws IllegalArgumentException below 1
     */
    public Builder maxIter(int maxIter) {
      this.maxIter = Arguments.positive("maxIter", (long) maxIter);
      return this;
    }

    /**
     * Sets the number of evaluations of the loss after which a step ends. A line search may exceed
     * it. Default: 5/4 of maxIter.
     *
     * @param maxEval the number of evaluations, at least 1
     * @return this builder
     * @throws IllegalArgumentException below 1
     */
    public Builder maxEval(int maxEval) {
      this.maxEval = Arguments.positive("maxEval", (long) maxEval);
      return this;
    }

    /**
     * Sets the tolerance of the gradient: a step ends when no element is larger, in absolute value.
     * Default: 1e-7.
     *
     * @param toleranceGrad the tolerance, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder toleranceGrad(double toleranceGrad) {
      return setNotNegative("tolerance_grad", "toleranceGrad", toleranceGrad);
    }

    /**
     * Sets the tolerance of changes: a step ends when the loss, or every parameter, changes by less
     * in an iteration. Default: 1e-9.
     *
     * @param toleranceChange the tolerance, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder toleranceChange(double toleranceChange) {
      return setNotNegative("tolerance_change", "toleranceChange", toleranceChange);
    }

    /**
     * Sets how many of the last iterations approximate the Hessian. Default: 100.
     *
     * @param historySize the number of iterations, at least 1
     * @return this builder
     * @throws IllegalArgumentException below 1
     */
    public Builder historySize(int historySize) {
      return set("history_size", Arguments.positive("historySize", (long) historySize));
    }

    /**
     * Sets whether a line search chooses the step size, so that it satisfies the strong Wolfe
     * conditions; PyTorch's {@code line_search_fn="strong_wolfe"}. Default: false, where the step
     * size is the learning rate.
     *
     * @param strongWolfe whether to use a line search
     * @return this builder
     */
    public Builder strongWolfe(boolean strongWolfe) {
      return set("line_search_fn", strongWolfe ? STRONG_WOLFE : "None");
    }

    /** Sets the options that depend on each other. */
    private Builder withIterations() {
      set("max_iter", maxIter);
      return set("max_eval", maxEval < 0 ? maxIter * 5 / 4 : maxEval);
    }

    /** Returns the optimizer. */
    public LBFGS build() {
      return new LBFGS(withIterations());
    }
  }

  /**
   * Throws an exception, since all parameters are one vector.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public ParamGroup addParamGroup(List<Tensor> parameters, Map<String, ?> options) {
    throw new UnsupportedOperationException(
        "addParamGroup: expected all parameters in one group, which L-BFGS treats as one vector;"
            + " pass all of them to the constructor or builder");
  }

  /**
   * Throws an exception, since L-BFGS needs a closure.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void step() {
    throw new UnsupportedOperationException(
        "step: expected a closure, since L-BFGS evaluates the loss many times; use step(() -> {"
            + " optimizer.zeroGrad(); Tensor loss = ...; loss.backward(); return loss; })");
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
    if (maxAbs(gradient).isAtMost(toleranceGrad)) {
      return;
    }
    for (long iteration = 1; iteration <= maxIter; iteration++) {
      iterations++;
      Scalar hDiag = updateHistory(gradient, (long) group.number("history_size"));
      Tensor direction = direction(gradient, hDiag);
      Scalar t = Scalar.of(group.lr());
      if (iterations == 1) {
        Scalar sum = number(gradient.abs().sum());
        t = Scalar.min(Scalar.of(1), Scalar.of(1).dividedBy(sum)).times(t);
      }
      double previousLoss = loss;
      Scalar slope = dot(gradient, direction);
      if (Scalar.of(-toleranceChange).isLessThan(slope)) {
        saveIteration(direction, t, hDiag, gradient, previousLoss);
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
        done = maxAbs(gradient).isAtMost(toleranceGrad);
      } else {
        move(t, direction);
        if (iteration < maxIter) {
          Evaluation next = measure(closure);
          loss = next.value();
          gradient = next.gradient();
          evaluatedNow = 1;
          done = maxAbs(gradient).isAtMost(toleranceGrad);
        }
      }
      saveIteration(direction, t, hDiag, before, previousLoss);
      evaluated += evaluatedNow;
      evaluations += evaluatedNow;
      if (evaluated >= maxEval
          || done
          || maxAbs(direction.mul(t.value())).isAtMost(toleranceChange)
          || Math.abs(loss - previousLoss) < toleranceChange) {
        return;
      }
    }
  }

  /** Adds the last iteration to the history; returns the initial inverse Hessian. */
  private Scalar updateHistory(Tensor gradient, long historySize) {
    Iteration before = last;
    if (before == null) {
      clearHistory();
      return Scalar.of(1);
    }
    Tensor y = gradient.sub(before.gradient());
    Tensor s = before.direction().mul(before.stepSize().value());
    Scalar ys = dot(y, s);
    if (!Scalar.of(MIN_CURVATURE).isLessThan(ys)) {
      return before.hDiag();
    }
    if (history.size() == historySize) {
      history.removeFirst().close();
    }
    history.addLast(
        new Correction(TensorScope.exempt(y), TensorScope.exempt(s), Scalar.of(1).dividedBy(ys)));
    return ys.dividedBy(dot(y, y));
  }

  /** Returns minus the gradient times the inverse Hessian, by the two-loop recursion. */
  private Tensor direction(Tensor gradient, Scalar hDiag) {
    Tensor q = gradient.neg();
    if (iterations == 1) {
      return q;
    }
    Deque<Scalar> alphas = new ArrayDeque<>();
    history
        .descendingIterator()
        .forEachRemaining(
            past -> {
              Scalar alpha = dot(past.s(), q).times(past.rho());
              alphas.addFirst(alpha);
              q.add_(past.y(), alpha.negated().value());
            });
    Tensor r = q.mul(hDiag.value());
    for (Correction past : history) {
      Scalar beta = dot(past.y(), r).times(past.rho());
      r.add_(past.s(), alphas.removeFirst().minus(beta).value());
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
    return StrongWolfe.search(objective, start, firstGuess, maxAbs(direction), (long) maxSteps);
  }

  private void saveIteration(
      Tensor direction, Scalar t, Scalar hDiag, Tensor gradient, double loss) {
    Iteration before = last;
    last =
        new Iteration(TensorScope.exempt(direction), t, hDiag, TensorScope.exempt(gradient), loss);
    if (before != null) {
      before.direction().close();
      before.gradient().close();
    }
  }

  private void clearHistory() {
    history.forEach(Correction::close);
    history.clear();
  }

  /** Returns the loss and all gradients as one vector; frees the temporaries of the closure. */
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

  /** Adds t times the direction to the parameters. */
  private void move(Scalar t, Tensor direction) {
    try (TensorScope scope = new TensorScope()) {
      long offset = 0;
      for (Tensor parameter : parameters()) {
        Tensor data = parameter.detach();
        long end = offset + data.numel();
        Tensor part = direction.slice(0, offset, end).view(data.shape().toArray());
        data.add_(part, t.value());
        offset = end;
      }
    }
  }

  private static Scalar maxAbs(Tensor x) {
    try (TensorScope scope = new TensorScope()) {
      return number(x.abs().amax());
    }
  }

  private static Scalar dot(Tensor x, Tensor y) {
    return new Scalar(Kernels.dot(x, y), x.dtype());
  }

  private static Scalar number(Tensor x) {
    // PyTorch's state dict has an int where there was no tensor yet.
    return x.dtype().isFloatingPoint() ? new Scalar(x.item(), x.dtype()) : Scalar.of(x.item());
  }

  // The state is that of the first parameter, as in PyTorch

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
      state.put(STEP_SIZE, tensor(last.stepSize()));
      int i = 0;
      for (Correction past : history) {
        state.put(Y + i, past.y());
        state.put(S + i, past.s());
        state.put(RHO + i, tensor(past.rho()));
        i++;
      }
      state.put(H_DIAG, tensor(last.hDiag()));
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
      ParamGroup group, Tensor parameter, Map<String, Tensor> saved, StateDictErrors errors) {
    saved.keySet().removeIf(name -> name.startsWith(TEMPORARIES));
    if (parameter != parameters().getFirst()) {
      saved.keySet().forEach(errors::unexpected);
      return () -> {};
    }
    Map<String, Shape> expected = new LinkedHashMap<>();
    if (!saved.isEmpty()) {
      Shape number = Shape.of();
      Shape vector = Shape.of(parameters().stream().mapToLong(Tensor::numel).sum());
      expected.put(FUNC_EVALS, number);
      expected.put(N_ITER, number);
      if (saved.size() > expected.size()) {
        List.of(STEP_SIZE, H_DIAG, LOSS).forEach(name -> expected.put(name, number));
        List.of(DIRECTION, GRADIENT).forEach(name -> expected.put(name, vector));
      }
      for (int i = 0; saved.containsKey(Y + i); i++) {
        expected.put(Y + i, vector);
        expected.put(S + i, vector);
        expected.put(RHO + i, number);
      }
    }
    errors.compareShapes(expected, shapes(saved));
    return () -> restore(saved);
  }

  private void restore(Map<String, Tensor> state) {
    clearHistory();
    last = null;
    evaluations = state.isEmpty() ? 0 : get(state, FUNC_EVALS).itemLong();
    iterations = state.isEmpty() ? 0 : get(state, N_ITER).itemLong();
    if (!state.containsKey(DIRECTION)) {
      return;
    }
    for (int i = 0; state.containsKey(Y + i); i++) {
      history.addLast(
          new Correction(copy(state, Y + i), copy(state, S + i), number(get(state, RHO + i))));
    }
    last =
        new Iteration(
            copy(state, DIRECTION),
            Scalar.of(get(state, STEP_SIZE).item()),
            number(get(state, H_DIAG)),
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
