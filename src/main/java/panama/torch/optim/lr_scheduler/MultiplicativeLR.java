package panama.torch.optim.lr_scheduler;

import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import panama.torch.optim.Optimizer;

/** The rate times a function of the epoch, at every epoch but the first. */
public final class MultiplicativeLR extends LRScheduler {
  private final List<IntToDoubleFunction> lambdas;

  /**
   * With one function for all groups.
   *
   * @param lambda of the epoch, from 1; the factor
   */
  public MultiplicativeLR(Optimizer optimizer, IntToDoubleFunction lambda) {
    this(optimizer, Collections.nCopies(optimizer.paramGroups().size(), lambda));
  }

  /** With a function for each group. */
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
