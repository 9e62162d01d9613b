/**
 * Datasets, samplers, loaders and collation, as in {@code torch.utils.data}.
 *
 * <pre>{@code
 * var dataset = new TensorDataset(x, y);
 * try (var loader = DataLoader.builder(dataset).batchSize(32).shuffle(true).build()) {
 *   for (List<Tensor> batch : loader) {
 *     // batch.get(0) is (32, ...) of x, batch.get(1) of y
 *   }
 * }
 * }</pre>
 *
 * <p>{@link panama.torch.data.DataLoader} describes to which scope the tensors of a batch belong,
 * and how the position in an epoch is saved.
 */
@NullMarked
package panama.torch.data;

import org.jspecify.annotations.NullMarked;
