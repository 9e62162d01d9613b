/**
 * Logs of a training: rows of a CSV file, and scalars for TensorBoard.
 *
 * <pre>{@code
 * try (var csv = new CsvLog(Path.of("run1.csv"), List.of("epoch", "loss", "accuracy"));
 *     var board = new TensorBoardLog(Path.of("runs/run1"))) {
 *   for (int epoch = 1; epoch <= 10; epoch++) {
 *     double loss = trainEpoch();
 *     csv.append(Map.of("epoch", epoch, "loss", loss));
 *     board.addScalar("loss/train", loss, epoch);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package panama.torch.train.logs;

import org.jspecify.annotations.NullMarked;
