package panama.torch.nn;

/** What a loss makes of the losses of single elements. */
public enum Reduction {
  /** Leaves them as they are. */
  NONE,
  /** Their mean, weighted where the loss has weights. */
  MEAN,
  /** Their sum. */
  SUM;

  /** libtorch's number. */
  int code() {
    return ordinal();
  }
}
