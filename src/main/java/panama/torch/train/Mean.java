package panama.torch.train;

/** The mean of losses, weighted by the number of examples. */
final class Mean {
  private double sum;
  private long examples;

  Mean() {}

  Mean(double sum, long examples) {
    this.sum = sum;
    this.examples = examples;
  }

  void add(double loss, long count) {
    sum += loss * count;
    examples += count;
  }

  double sum() {
    return sum;
  }

  long examples() {
    return examples;
  }

  double value() {
    return sum / examples;
  }
}
