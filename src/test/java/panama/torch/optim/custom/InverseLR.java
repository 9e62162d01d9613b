package panama.torch.optim.custom;

import panama.torch.optim.Optimizer;
import panama.torch.optim.lr_scheduler.LRScheduler;

public final class InverseLR extends LRScheduler {
  public InverseLR(Optimizer optimizer) {
    super(optimizer);
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    return baseLr(group) / (1 + lastEpoch());
  }
}
