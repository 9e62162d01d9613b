package panama.torch.nn;

/** The way in which a {@link Loss} combines the losses of single elements. */
public enum Reduction {
  /** No reduction: one loss per element. */
  NONE(0),
  /** The mean, weighted if the loss has weights. PyTorch's default. */
  MEAN(1),
  /** The sum. */
  SUM(2),
  /** The sum divided by N, the first size; only for {@link KLDivLoss}. */
  BATCHMEAN(2);

  private final int code;

  Reduction(int code) {
    this.code = code;
  }

  /** Returns libtorch's number of the reduction. */
  int code() {
    if (this == BATCHMEAN) {
      throw refusedBatchMean();
    }
    return code;
  }

  /** Returns the exception for a loss that knows no batches. */
  static IllegalArgumentException refusedBatchMean() {
    return new IllegalArgumentException(
        "reduction: expected NONE, MEAN or SUM, got BATCHMEAN, which only KLDivLoss takes; MEAN is"
            + " the mean over all elements");
  }
}
