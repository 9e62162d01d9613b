package panama.torch.optim.lr_scheduler;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import panama.torch.optim.Optimizer;

/** Sets the learning rate to the base learning rate times a function of the epoch. */
public final class LambdaLR extends LRScheduler {
  private final List<IntToDoubleFunction> lambdas;

  /**
   * Creates a scheduler with one function for all groups.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param lambda returns the factor of an epoch, counted from 0
   */
  public LambdaLR(Optimizer optimizer, IntToDoubleFunction lambda) {
    this(optimizer, Collections.nCopies(optimizer.paramGroups().size(), lambda));
  }

  /**
   * Creates a scheduler with a function for each group.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param lambdas each returns the factor of an epoch, counted from 0
   * @throws IllegalArgumentException when their number is not that of the groups
   */
  public LambdaLR(Optimizer optimizer, List<IntToDoubleFunction> lambdas) {
    super(optimizer);
    this.lambdas = onePerGroup(optimizer, lambdas);
    initialStep();
  }

  /** Returns a copy of the functions, if there is one for each group. */
  static List<IntToDoubleFunction> onePerGroup(
      Optimizer optimizer, List<IntToDoubleFunction> lambdas) {
    int groups = optimizer.paramGroups().size();
    if (lambdas.size() != groups) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "lambdas: expected one for each of the %d parameter groups, got %d",
              groups,
              lambdas.size()));
    }
    return List.copyOf(lambdas);
  }

  @Override
  protected double nextLr(int group) {
    return baseLr(group) * lambdas.get(group).applyAsDouble(lastEpoch());
  }
}
