/**
 * Charts of trainings as PNG files.
 *
 * <pre>{@code
 * new LearningCurve()
 *     .add("loss", losses)
 *     .addAccuracy("accuracy", accuracies)
 *     .save(Path.of("curve.png"));
 * }</pre>
 *
 * <p>Needs XChart, an optional dependency: {@code org.knowm.xchart:xchart:3.8.8}. No display is
 * needed; {@code -Djava.awt.headless=true} prevents Java from connecting to one. Files are replaced
 * atomically.
 */
@NullMarked
package panama.torch.train.charts;

import org.jspecify.annotations.NullMarked;
