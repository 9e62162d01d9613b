package panama.torch.train.search;

import java.util.Comparator;

/** Which scores are better. NaN is the worst in both directions. */
public enum Direction {
  /** Smaller ones, as of a loss. */
  MINIMIZE,
  /** Larger ones, as of an accuracy. */
  MAXIMIZE;

  /** Returns the order of scores with the best first and NaN last. */
  Comparator<Double> bestFirst() {
    Comparator<Double> order =
        this == MINIMIZE ? Comparator.naturalOrder() : Comparator.reverseOrder();
    return Comparator.comparing((Double score) -> score.isNaN()).thenComparing(order);
  }
}
