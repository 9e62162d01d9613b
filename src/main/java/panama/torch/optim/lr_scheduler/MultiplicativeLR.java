package panama.torch.optim.lr_scheduler;

import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import panama.torch.optim.Optimizer;

/** Multiplies the learning rate by a function of the epoch, in every epoch but the first. */
public final class MultiplicativeLR extends LRScheduler {
  private final List<IntToDoubleFunction> lambdas;

  /**
   * Creates a scheduler with one function for all groups.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param lambda returns the factor of an epoch, which is at least 1
   */
  public MultiplicativeLR(Optimizer optimizer, IntToDoubleFunction lambda) {
    this(optimizer, Collections.nCopies(optimizer.paramGroups().size(), lambda));
  }

  /**
   * Creates a scheduler with a function for each group.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param lambdas each returns the factor of an epoch, which is at least 1
   * @throws IllegalArgumentException when their number is not that of the groups
   */
  public MultiplicativeLR(Optimizer optimizer, List<IntToDoubleFunction> lambdas) {
    super(optimizer);
    this.lambdas = LambdaLR.onePerGroup(optimizer, lambdas);
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    return isInitial() ? lr(group) : lr(group) * lambdas.get(group).applyAsDouble(lastEpoch());
  }
}
