package panama.torch.optim;

import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * A line search for a step size t along a direction d that satisfies the strong Wolfe conditions:
 * Nocedal and Wright, "Numerical optimization" (2006), algorithms 3.5 and 3.6, with the details of
 * PyTorch, which follow minFunc.
 */
final class StrongWolfe {
  private static final double C1 = 1e-4;
  private static final double C2 = 0.9;

  /** The smallest change of an element; PyTorch ignores the optimizer's tolerance here. */
  private static final double TOLERANCE_CHANGE = 1e-9;

  /** Evaluates f and its gradient at x + t d. */
  interface Objective {
    Point at(Scalar t);
  }

  /**
   * A point on the line.
   *
   * @param t the step size
   * @param loss the value of f
   * @param gradient the gradient of f
   * @param slope the derivative along d
   */
  record Point(Scalar t, Scalar loss, Tensor gradient, Scalar slope) {}

  /**
   * The result of a search.
   *
   * @param point the best one
   * @param evaluations how often f was evaluated
   */
  record Found(Point point, int evaluations) {}

  private final Objective objective;
  private final Point start;
  private final Scalar maxAbs;
  private final long maxSteps;
  private Point low;
  private Point high;
  private int evaluations;
  private int steps;

  private StrongWolfe(Objective objective, Point start, Scalar maxAbs, long maxSteps) {
    this.objective = objective;
    this.start = start;
    this.maxAbs = maxAbs;
    this.maxSteps = maxSteps;
    low = start;
    high = start;
  }

  /**
   * Searches from a first guess of t.
   *
   * @param start the point at t = 0
   * @param maxAbs the largest absolute value in d
   * @param maxSteps the largest number of iterations
   */
  static Found search(Objective objective, Point start, Scalar t, Scalar maxAbs, long maxSteps) {
    try (TensorScope scope = new TensorScope()) {
      var search = new StrongWolfe(objective, start, maxAbs, maxSteps);
      Point best = search.bracket(t) ? search.low : search.zoom();
      scope.keep(best.gradient());
      return new Found(best, search.evaluations);
    }
  }

  private Point evaluate(Scalar t) {
    evaluations++;
    return objective.at(t);
  }

  /** Returns whether f decreases less than the first condition demands. */
  private boolean isTooHigh(Point p) {
    return start.loss.plus(Scalar.of(C1).times(p.t).times(start.slope)).isLessThan(p.loss);
  }

  /** Returns whether the slope satisfies the second condition. */
  private boolean isFlat(Point p) {
    return p.slope.abs().isAtMost(Scalar.of(-C2).times(start.slope));
  }

  /** Extends the step until low and high bracket a solution; returns whether low is one. */
  private boolean bracket(Scalar first) {
    Point previous = start;
    Point current = evaluate(first);
    while (steps < maxSteps) {
      if (isTooHigh(current) || (steps > 1 && previous.loss.isAtMost(current.loss))) {
        return setBracket(previous, current);
      }
      if (isFlat(current)) {
        low = current;
        return true;
      }
      if (Scalar.ZERO.isAtMost(current.slope)) {
        return setBracket(previous, current);
      }
      Scalar nearest = current.t.plus(Scalar.of(0.01).times(current.t.minus(previous.t)));
      Scalar t = interpolate(previous, current, nearest, current.t.times(10));
      previous = current;
      current = evaluate(t);
      steps++;
    }
    return setBracket(start, current);
  }

  private boolean setBracket(Point a, Point b) {
    low = a;
    high = b;
    return false;
  }

  /** Shrinks the bracket to the best point. */
  private Point zoom() {
    // The interpolation depends on the order of the ends, so that they keep their indices.
    Point[] ends = {low, high};
    int best = ends[0].loss.isAtMost(ends[1].loss) ? 0 : 1;
    boolean insufficient = false;
    while (steps < maxSteps) {
      Scalar width = ends[1].t.minus(ends[0].t).abs();
      if (width.times(maxAbs).isLessThan(Scalar.of(TOLERANCE_CHANGE))) {
        break;
      }
      Scalar lower = Scalar.min(ends[0].t, ends[1].t);
      Scalar upper = Scalar.max(ends[0].t, ends[1].t);
      Scalar t = interpolate(ends[0], ends[1]);
      Scalar margin = Scalar.of(0.1).times(upper.minus(lower));
      if (Scalar.min(upper.minus(t), t.minus(lower)).isLessThan(margin)) {
        if (insufficient || upper.isAtMost(t) || t.isAtMost(lower)) {
          boolean nearUpper = t.minus(upper).abs().isLessThan(t.minus(lower).abs());
          t = nearUpper ? upper.minus(margin) : lower.plus(margin);
          insufficient = false;
        } else {
          insufficient = true;
        }
      } else {
        insufficient = false;
      }
      Point current = evaluate(t);
      steps++;
      if (isTooHigh(current) || ends[best].loss.isAtMost(current.loss)) {
        ends[1 - best] = current;
        best = ends[0].loss.isAtMost(ends[1].loss) ? 0 : 1;
      } else {
        boolean done = isFlat(current);
        Scalar towards = ends[1 - best].t.minus(ends[best].t);
        if (!done && Scalar.ZERO.isAtMost(current.slope.times(towards))) {
          ends[1 - best] = ends[best];
        }
        ends[best] = current;
        if (done) {
          break;
        }
      }
    }
    return ends[best];
  }

  private static Scalar interpolate(Point a, Point b) {
    boolean ordered = a.t.isAtMost(b.t);
    return interpolate(a, b, ordered ? a.t : b.t, ordered ? b.t : a.t);
  }

  /** Returns the minimizer, within bounds, of the cubic through two points and their slopes. */
  private static Scalar interpolate(Point a, Point b, Scalar lower, Scalar upper) {
    Scalar d1 =
        a.slope
            .plus(b.slope)
            .minus(Scalar.of(3).times(a.loss.minus(b.loss)).dividedBy(a.t.minus(b.t)));
    Scalar square = d1.times(d1).minus(a.slope.times(b.slope));
    if (!Scalar.ZERO.isAtMost(square)) {
      return lower.plus(upper).dividedBy(Scalar.of(2));
    }
    Scalar d2 = square.sqrt();
    Scalar t;
    if (a.t.isAtMost(b.t)) {
      Scalar share = b.slope.plus(d2).minus(d1).dividedBy(b.slope.minus(a.slope).plus(d2.times(2)));
      t = b.t.minus(b.t.minus(a.t).times(share));
    } else {
      Scalar share = a.slope.plus(d2).minus(d1).dividedBy(a.slope.minus(b.slope).plus(d2.times(2)));
      t = a.t.minus(a.t.minus(b.t).times(share));
    }
    return Scalar.min(Scalar.max(t, lower), upper);
  }
}
