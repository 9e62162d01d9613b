/**
 * A training loop with validation, clipping, early stopping, schedulers and checkpoints.
 *
 * <pre>{@code
 * var model = new Forecaster();
 * var criterion = new MSELoss();
 * var optimizer = new Adam(model.parameters(), 1e-3);
 * var trainer =
 *     Trainer.builder(model, optimizer, Step.supervised(model::forward, criterion::forward))
 *         .epochs(100)
 *         .clipGradNorm(1)
 *         .earlyStopping(10)
 *         .checkpoints(Path.of("checkpoints"))
 *         .build();
 * History history = trainer.fit(trainLoader, validationLoader);
 * }</pre>
 */
@NullMarked
package panama.torch.train;

import org.jspecify.annotations.NullMarked;
