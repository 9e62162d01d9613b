package panama.torch.examples.languageid;

import static panama.torch.nn.utils.GradientClipping.clipGradNorm_;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.optim.Adam;
import panama.torch.optim.lr_scheduler.OneCycleLR;

/** Trains a model and tests it. */
final class Training {
  private static final int BATCH = 64;
  private static final int STEPS_PER_EPOCH = 100;

  /** Pieces per language: few after each epoch, for the learning curve, and more after the last. */
  private static final int CURVE_PIECES = 20;

  private static final int TEST_PIECES = 100;
  private static final int TEST_BATCH = 128;
  private static final double MAX_RATE = 1e-2;
  private static final double MAX_NORM = 1.0;
  private static final double LABEL_SMOOTHING = 0.1;

  /**
   * The results of an epoch.
   *
   * @param loss the mean over the batches
   * @param accuracy the accuracy on the training pieces, during the epoch
   * @param heldOutAccuracy the accuracy on some pieces of the held-out articles, after the epoch
   */
  record Epoch(double loss, double accuracy, double heldOutAccuracy) {}

  /**
   * The results of the training.
   *
   * @param epochs the results of each epoch
   * @param test the test after the last epoch, with more pieces
   */
  record Outcome(List<Epoch> epochs, ConfusionMatrix test) {}

  private Training() {}

  static Outcome train(Model model, Corpus corpus, int epochs, long seed) {
    int steps = epochs * STEPS_PER_EPOCH;
    Random random = new Random(seed);
    List<Piece> some = Pieces.test(corpus, CURVE_PIECES);
    List<Tensor> parameters = model.network().parameters();
    var criterion = CrossEntropyLoss.builder().labelSmoothing(LABEL_SMOOTHING).build();
    var optimizer = new Adam(parameters);
    var scheduler = new OneCycleLR(optimizer, MAX_RATE, steps);

    List<Epoch> done = new ArrayList<>();
    try (ProgressBar bar = progressBar(steps)) {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        double loss = 0;
        double right = 0;
        int step = 0;
        model.network().train();
        for (List<Piece> pieces : Pieces.training(corpus, STEPS_PER_EPOCH, BATCH, random)) {
          try (var _ = new TensorScope()) {
            Batch batch = Batch.of(pieces, model.alphabet());
            optimizer.zeroGrad();
            Tensor scores = model.network().forward(batch);
            Tensor stepLoss = criterion.forward(scores, batch.languages());
            stepLoss.backward();
            clipGradNorm_(parameters, MAX_NORM);
            optimizer.step();
            scheduler.step();

            loss += stepLoss.item();
            right += scores.argmax(1).eq(batch.languages()).sum().item() / pieces.size();
          }
          step++;
          bar.setExtraMessage(
              String.format(
                  Locale.ROOT,
                  " epoch %d/%d, loss %.3f, accuracy %.3f",
                  epoch,
                  epochs,
                  loss / step,
                  right / step));
          bar.step();
        }
        done.add(new Epoch(loss / step, right / step, test(model, some).accuracy()));
      }
    }
    return new Outcome(done, test(model, Pieces.test(corpus, TEST_PIECES)));
  }

  private static ProgressBar progressBar(int steps) {
    return new ProgressBarBuilder()
        .setTaskName("training")
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(1000)
        .setMaxRenderedLength(110)
        .build();
  }

  /** Tests the network and leaves it in evaluation mode. */
  private static ConfusionMatrix test(Model model, List<Piece> pieces) {
    model.network().eval();
    ConfusionMatrix matrix = new ConfusionMatrix(model.languages().size());
    for (List<Piece> some : Pieces.batches(pieces, TEST_BATCH)) {
      try (var _ = Torch.noGrad();
          var _ = new TensorScope()) {
        Batch batch = Batch.of(some, model.alphabet());
        matrix.add(
            batch.languages().toLongArray(),
            model.network().forward(batch).argmax(1).toLongArray());
      }
    }
    return matrix;
  }
}
