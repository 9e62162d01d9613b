package panama.torch.train.search;

import java.util.Comparator;

/** The direction of a search. NaN is the worst score in both directions. */
public enum Direction {
  /** Smaller scores are better, as of a loss. */
  MINIMIZE,
  /** Larger scores are better, as of an accuracy. */
  MAXIMIZE;

  /** Returns the order of scores with the best first and NaN last. */
  Comparator<Double> bestFirst() {
    Comparator<Double> order =
        this == MINIMIZE ? Comparator.naturalOrder() : Comparator.reverseOrder();
    return Comparator.comparing((Double score) -> score.isNaN()).thenComparing(order);
  }
}
