package panama.torch.optim.lr_scheduler;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import panama.torch.optim.Optimizer;

/** The first rate times a function of the epoch. */
public final class LambdaLR extends LRScheduler {
  private final List<IntToDoubleFunction> lambdas;

  /**
   * With one function for all groups.
   *
   * @param lambda of the epoch, from 0; the factor
   */
  public LambdaLR(Optimizer optimizer, IntToDoubleFunction lambda) {
    this(optimizer, Collections.nCopies(optimizer.paramGroups().size(), lambda));
  }

  /** With a function for each group. */
  public LambdaLR(Optimizer optimizer, List<IntToDoubleFunction> lambdas) {
    super(optimizer);
    this.lambdas = onePerGroup(optimizer, lambdas);
    initialStep();
  }

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
