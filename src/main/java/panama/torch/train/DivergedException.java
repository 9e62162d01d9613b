package panama.torch.train;

import panama.torch.TorchException;

/** Thrown when the loss of a training step is NaN or infinite. */
public final class DivergedException extends TorchException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final long step;
  private final String layer;

  DivergedException(int epoch, long step, double loss, String layer, String advice) {
    super(
        "epoch "
            + epoch
            + ", step "
            + step
            + ": the loss is "
            + loss
            + "; the first tensor that is not finite is "
            + layer
            + "; "
            + advice);
    this.epoch = epoch;
    this.step = step;
    this.layer = layer;
  }

  /** Returns the epoch, from 1. */
  public int epoch() {
    return epoch;
  }

  /** Returns the step in the epoch, from 1. */
  public long step() {
    return step;
  }

  /**
   * Returns the first tensor that is not finite: a parameter, an input, or the output of a layer.
   */
  public String layer() {
    return layer;
  }
}
