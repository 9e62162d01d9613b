/**
 * Metrics over batches, with the values of scikit-learn's.
 *
 * <pre>{@code
 * var accuracy = new Accuracy();
 * var f1 = new F1(3, Average.MACRO);
 * for (List<Tensor> batch : loader) {
 *   Tensor logits = model.forward(batch.get(0)); // (N, 3)
 *   accuracy.update(logits, batch.get(1));
 *   f1.update(logits, batch.get(1));
 * }
 * System.out.println(accuracy.compute() + " " + f1.compute());
 * }</pre>
 *
 * <p>Metrics store counts and sums, no tensors. They are not safe for use by several threads.
 */
@NullMarked
package panama.torch.train.metrics;

import org.jspecify.annotations.NullMarked;
