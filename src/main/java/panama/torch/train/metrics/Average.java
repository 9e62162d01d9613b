package panama.torch.train.metrics;

/** How the scores of classes are combined, scikit-learn's {@code average}. */
public enum Average {
  /** Only the score of class 1, of two classes. */
  BINARY,
  /** The score of the counts of all classes together. */
  MICRO,
  /** The mean over the classes that occur in predictions or targets. */
  MACRO,
  /** The mean over classes, weighted by how often they occur in the targets. */
  WEIGHTED
}
