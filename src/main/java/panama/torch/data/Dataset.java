package panama.torch.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.IndexException;

/**
 * A collection of examples that are read by index; PyTorch's map-style {@code Dataset}.
 *
 * <pre>{@code
 * record Squares(long size) implements Dataset<List<Tensor>> {
 *   public List<Tensor> get(long index) {
 *     return List.of(Torch.tensor((double) index), Torch.tensor((double) index * index));
 *   }
 * }
 * }</pre>
 *
 * <p>Loaders with workers call {@link #get}, {@link #getItems} and {@link #getStacked} from several
 * threads at once. Loaders call them in a {@link panama.torch.TensorScope}, which frees temporary
 * tensors: a dataset that caches tensors for later calls moves them out with {@link
 * panama.torch.TensorScope#exempt}.
 *
 * @param <T> the type of an example
 */
public interface Dataset<T> {
  /**
   * Returns a dataset of the elements of a list.
   *
   * @param <T> the type of an example
   * @param examples the examples, which are not copied
   */
  static <T> Dataset<T> of(List<T> examples) {
    return new ListDataset<>(Objects.requireNonNull(examples, "examples"));
  }

  /** Returns the number of examples. */
  long size();

  /**
   * Returns an example.
   *
   * @param index from 0 to {@code size() - 1}
   * @throws IndexException if there is no such example
   */
  T get(long index);

  /**
   * Returns several examples, PyTorch's {@code __getitems__}. Calls {@link #get} for each. Override
   * it if many examples are read faster at once than one by one, as from a database.
   *
   * @param indices each from 0 to {@code size() - 1}
   * @return the examples, in the order of the indices
   * @throws DataLoaderException with the index of an example for which {@link #get} failed
   */
  default List<T> getItems(long... indices) {
    List<T> items = new ArrayList<>(indices.length);
    for (long index : indices) {
      try {
        items.add(get(index));
      } catch (RuntimeException e) {
        throw DataLoaderException.loading(index, e);
      }
    }
    return items;
  }

  /**
   * Returns several examples as the batch that {@link Collate#stack} makes of them, or null, the
   * default, if this dataset cannot make it faster than by stacking the results of {@link
   * #getItems}. Loaders that stack call it first.
   *
   * @param indices each from 0 to {@code size() - 1}
   * @return the batch, or null
   * @throws IndexException if there is no such example
   */
  default @Nullable T getStacked(long... indices) {
    return null;
  }

  /**
   * Returns a dataset of the results of a function, which is called whenever an example is read.
   *
   * @param <R> the type of the results
   * @param function called with an example of this dataset; from several threads if a loader has
   *     workers
   */
  default <R> Dataset<R> map(Function<? super T, ? extends R> function) {
    return new MappedDataset<>(this, Objects.requireNonNull(function, "function"));
  }

  /**
   * Returns a dataset of some examples of this dataset.
   *
   * @param indices their indices, in any order and with repetitions
   * @throws IndexException if there is no such example
   */
  default Subset<T> subset(long... indices) {
    return new Subset<>(this, indices);
  }

  /**
   * Splits a dataset at random into subsets of given sizes, with the default generator. See {@link
   * #randomSplit(Dataset, long[], Generator)}.
   *
   * @param <T> the type of an example
   * @param dataset the dataset to split
   * @param lengths the size of each subset; their sum is the size of the dataset
   */
  static <T> List<Subset<T>> randomSplit(Dataset<T> dataset, long[] lengths) {
    return randomSplit(dataset, lengths, Generator.defaultGenerator());
  }

  /**
   * Splits a dataset at random into subsets of given sizes, as {@code
   * torch.utils.data.random_split} does for the same seed.
   *
   * @param <T> the type of an example
   * @param dataset the dataset to split
   * @param lengths the size of each subset; their sum is the size of the dataset
   * @param generator the generator of the permutation
   * @return the subsets, which have no examples in common
   * @throws IllegalArgumentException if a length is below 0 or the sum is not the dataset's size
   */
  static <T> List<Subset<T>> randomSplit(Dataset<T> dataset, long[] lengths, Generator generator) {
    return RandomSplit.split(dataset, lengths, generator);
  }

  /**
   * Splits a dataset at random into subsets of given fractions, with the default generator. See
   * {@link #randomSplit(Dataset, double[], Generator)}.
   *
   * @param <T> the type of an example
   * @param dataset the dataset to split
   * @param fractions the fraction of each subset, from 0 to 1; their sum is 1
   */
  static <T> List<Subset<T>> randomSplit(Dataset<T> dataset, double[] fractions) {
    return randomSplit(dataset, fractions, Generator.defaultGenerator());
  }

  /**
   * Splits a dataset at random into subsets of given fractions, as {@code
   * torch.utils.data.random_split} does for the same seed: subset i gets ⌊fraction i · size⌋
   * examples, and one of the remaining examples is added to each in turn.
   *
   * @param <T> the type of an example
   * @param dataset the dataset to split
   * @param fractions the fraction of each subset, from 0 to 1; their sum is 1
   * @param generator the generator of the permutation
   * @return the subsets, which have no examples in common; a subset may be empty
   * @throws IllegalArgumentException if a fraction is not from 0 to 1 or the sum is not 1
   */
  static <T> List<Subset<T>> randomSplit(
      Dataset<T> dataset, double[] fractions, Generator generator) {
    return RandomSplit.split(dataset, RandomSplit.lengths(dataset.size(), fractions), generator);
  }
}
