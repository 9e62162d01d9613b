package panama.torch.data.preprocessing;

import java.util.Map;
import panama.torch.Tensor;

/**
 * A transformation that scales each feature with statistics of the training data, as in {@code
 * sklearn.preprocessing}.
 *
 * <pre>{@code
 * Scaler scaler = new StandardScaler().fit(train);
 * Tensor x = scaler.transform(test);
 * }</pre>
 *
 * <p>Shapes: N rows, F features, * any dimensions. NaN is a missing value: {@link #fit} ignores it,
 * and it is NaN in the results, too.
 */
public interface Scaler {
  /**
   * Computes the statistics of the features, and replaces earlier ones.
   *
   * @param x training data (N, F) or (*, F) of a floating-point type, finite or NaN
   * @return this scaler
   * @throws IllegalArgumentException for another type or shape, for no rows, or for infinite
   *     numbers
   */
  Scaler fit(Tensor x);

  /** Returns whether the statistics have been computed or loaded. */
  boolean isFitted();

  /**
   * Returns scaled features.
   *
   * @param x data (*, F) of a floating-point type
   * @return a new tensor of the same type and shape
   * @throws IllegalStateException before {@link #fit}
   * @throws IllegalArgumentException for another type or number of features
   */
  Tensor transform(Tensor x);

  /**
   * Returns unscaled features, the inverse of {@link #transform}.
   *
   * @param x scaled data (*, F) of a floating-point type
   * @return a new tensor of the same type and shape
   * @throws IllegalStateException before {@link #fit}
   * @throws IllegalArgumentException for another type or number of features
   */
  Tensor inverseTransform(Tensor x);

  /**
   * Returns copies of the statistics and of the options, so that they can be saved in a safetensors
   * file.
   *
   * @throws IllegalStateException before {@link #fit}
   */
  Map<String, Tensor> stateDict();

  /**
   * Replaces the statistics by copies of saved ones.
   *
   * @param state the state dict of a scaler of the same class and options
   * @throws IllegalArgumentException if names, shapes or options differ; the scaler is unchanged
   */
  void loadStateDict(Map<String, Tensor> state);
}
