package panama.torch.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import panama.torch.Tensor;

/** Changes parameters by their gradients, in place and without a trace in the graph. */
public abstract class Optimizer {
  private final List<Tensor> parameters;
  private double lr;

  /**
   * For these parameters.
   *
   * @throws IllegalArgumentException for no parameters, one that stands twice, or a negative rate
   */
  protected Optimizer(List<Tensor> parameters, double lr) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "parameters: expected at least one, got none; does the module register its layers?");
    }
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < parameters.size(); i++) {
      if (!seen.add(parameters.get(i))) {
        throw new IllegalArgumentException("parameters: the one at %d stands twice".formatted(i));
      }
    }
    this.parameters = List.copyOf(parameters);
    setLr(lr);
  }

  /** What is trained. */
  public final List<Tensor> parameters() {
    return parameters;
  }

  /** The learning rate. */
  public final double lr() {
    return lr;
  }

  /**
   * Changes the learning rate.
   *
   * @throws IllegalArgumentException unless it is a number from 0 up
   */
  public final void setLr(double lr) {
    this.lr = notNegative("lr", lr);
  }

  /** Drops all gradients. */
  public final void zeroGrad() {
    parameters.forEach(parameter -> parameter.setGrad(null));
  }

  /** One step for every parameter that has a gradient. */
  public abstract void step();

  /** The indices of the parameters that have a gradient, which are those to change. */
  final List<Integer> withGradient(List<Tensor> gradients) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor gradient = parameters.get(i).grad();
      if (gradient != null) {
        indices.add(i);
        gradients.add(gradient);
      }
    }
    return indices;
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
