package panama.torch.nn;

/** What a loss makes of the losses of single elements. */
public enum Reduction {
  /** Leaves them as they are. */
  NONE(0),
  /** Their mean, weighted where the loss has weights. */
  MEAN(1),
  /** Their sum. */
  SUM(2),
  /** Their sum divided by N, the first size: {@link KLDivLoss} alone. */
  BATCHMEAN(2);

  private final int code;

  Reduction(int code) {
    this.code = code;
  }

  /** libtorch's number. */
  int code() {
    return code;
  }
}
