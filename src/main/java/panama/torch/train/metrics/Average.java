package panama.torch.train.metrics;

/** The ways of averaging the scores of classes; scikit-learn's {@code average}. */
public enum Average {
  /** The score of class 1 of two classes, without an average. */
  BINARY,
  /** The score of the counts of all classes together. */
  MICRO,
  /** The mean over the classes that occur in predictions or targets. */
  MACRO,
  /** The mean over classes, weighted by how often they occur in the targets. */
  WEIGHTED
}
