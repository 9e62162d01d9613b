package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Constructors with PyTorch's positional arguments set what the builders set. */
class ConstructorsTest {
  /**
   * A constructor with an option, the builder with the same option, and without it.
   *
   * @param run a forward pass whose result depends on the option
   */
  private record Case<M extends Module>(
      String name,
      Supplier<M> constructed,
      Supplier<M> built,
      Supplier<M> plain,
      BiFunction<M, Tensor, Tensor> run) {
    String result(Supplier<M> make) {
      Torch.manualSeed(0);
      M module = make.get();
      Tensor x = Torch.rand(2, 4, 6);
      return module + "\n" + run.apply(module, x);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Tensor WEIGHT = Torch.tensor(new float[] {1, 2, 3, 4});
  private static final Tensor CLASSES =
      Torch.tensor(new long[][] {{0, 1, 2, 3, 0, 1}, {3, 2, 1, 0, 3, 2}});

  private static Tensor target(Tensor x) {
    return x.square();
  }

  private static Tensor weight6() {
    return Torch.tensor(new float[] {1, 2, 3, 4, 5, 6});
  }

  static Stream<Case<?>> cases() {
    return Stream.of(
        new Case<>(
            "conv stride",
            () -> new Conv1d(4, 2, 3, 2),
            () -> Conv1d.builder(4, 2, 3).stride(2).build(),
            () -> new Conv1d(4, 2, 3),
            Conv1d::forward),
        new Case<>(
            "conv padding",
            () -> new Conv1d(4, 2, 3, 2, 1),
            () -> Conv1d.builder(4, 2, 3).stride(2).padding(1).build(),
            () -> new Conv1d(4, 2, 3, 2),
            Conv1d::forward),
        new Case<>(
            "max pool stride",
            () -> new MaxPool1d(3, 1),
            () -> MaxPool1d.builder(3).stride(1).build(),
            () -> new MaxPool1d(3),
            MaxPool1d::forward),
        new Case<>(
            "max pool padding",
            () -> new MaxPool1d(3, 2, 1),
            () -> MaxPool1d.builder(3).stride(2).padding(1).build(),
            () -> new MaxPool1d(3, 2),
            MaxPool1d::forward),
        new Case<>(
            "avg pool stride",
            () -> new AvgPool1d(3, 1),
            () -> AvgPool1d.builder(3).stride(1).build(),
            () -> new AvgPool1d(3),
            AvgPool1d::forward),
        new Case<>(
            "avg pool padding",
            () -> new AvgPool1d(3, 2, 1),
            () -> AvgPool1d.builder(3).stride(2).padding(1).build(),
            () -> new AvgPool1d(3, 2),
            AvgPool1d::forward),
        new Case<>(
            "layer norm eps",
            () -> new LayerNorm(new long[] {4, 6}, 0.5),
            () -> LayerNorm.builder(4, 6).eps(0.5).build(),
            () -> new LayerNorm(4, 6),
            LayerNorm::forward),
        new Case<>(
            "batch norm eps",
            () -> new BatchNorm1d(4, 0.5),
            () -> BatchNorm1d.builder(4).eps(0.5).build(),
            () -> new BatchNorm1d(4),
            BatchNorm1d::forward),
        new Case<>(
            "batch norm momentum",
            () -> new BatchNorm1d(4, 0.5, 0.25),
            () -> BatchNorm1d.builder(4).eps(0.5).momentum(0.25).build(),
            () -> new BatchNorm1d(4, 0.5),
            BatchNorm1d::forward),
        new Case<>(
            "attention dropout",
            () -> new MultiheadAttention(6, 2, 0.5),
            () -> MultiheadAttention.builder(6, 2).dropout(0.5).build(),
            () -> new MultiheadAttention(6, 2),
            (layer, x) -> layer.forward(x, x, x).output()),
        new Case<>(
            "softplus beta",
            () -> new Softplus(2),
            () -> new Softplus(2, 20),
            Softplus::new,
            Softplus::forward),
        new Case<>(
            "smooth l1 reduction",
            () -> new SmoothL1Loss(Reduction.SUM),
            () -> SmoothL1Loss.builder().reduction(Reduction.SUM).build(),
            SmoothL1Loss::new,
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "smooth l1 beta",
            () -> new SmoothL1Loss(Reduction.SUM, 0.1),
            () -> SmoothL1Loss.builder().reduction(Reduction.SUM).beta(0.1).build(),
            () -> new SmoothL1Loss(Reduction.SUM),
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "huber reduction",
            () -> new HuberLoss(Reduction.SUM),
            () -> HuberLoss.builder().reduction(Reduction.SUM).build(),
            HuberLoss::new,
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "huber delta",
            () -> new HuberLoss(Reduction.SUM, 0.1),
            () -> HuberLoss.builder().reduction(Reduction.SUM).delta(0.1).build(),
            () -> new HuberLoss(Reduction.SUM),
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "kl reduction",
            () -> new KLDivLoss(Reduction.BATCHMEAN),
            () -> KLDivLoss.builder().reduction(Reduction.BATCHMEAN).build(),
            KLDivLoss::new,
            (loss, x) -> loss.forward(x.log(), target(x))),
        new Case<>(
            "kl log target",
            () -> new KLDivLoss(Reduction.BATCHMEAN, true),
            () -> KLDivLoss.builder().reduction(Reduction.BATCHMEAN).logTarget(true).build(),
            () -> new KLDivLoss(Reduction.BATCHMEAN),
            (loss, x) -> loss.forward(x.log(), target(x))),
        new Case<>(
            "poisson reduction",
            () -> new PoissonNLLLoss(Reduction.SUM),
            () -> PoissonNLLLoss.builder().reduction(Reduction.SUM).build(),
            PoissonNLLLoss::new,
            (loss, x) -> loss.forward(x, target(x).mul(9))),
        new Case<>(
            "poisson log input",
            () -> new PoissonNLLLoss(false),
            () -> PoissonNLLLoss.builder().logInput(false).build(),
            PoissonNLLLoss::new,
            (loss, x) -> loss.forward(x, target(x).mul(9))),
        new Case<>(
            "poisson full",
            () -> new PoissonNLLLoss(false, true),
            () -> PoissonNLLLoss.builder().logInput(false).full(true).build(),
            () -> new PoissonNLLLoss(false),
            (loss, x) -> loss.forward(x, target(x).mul(9))),
        new Case<>(
            "gaussian reduction",
            () -> new GaussianNLLLoss(Reduction.SUM),
            () -> GaussianNLLLoss.builder().reduction(Reduction.SUM).build(),
            GaussianNLLLoss::new,
            (loss, x) -> loss.forward(x, target(x), 2.0)),
        new Case<>(
            "bce weight",
            () -> new BCELoss(weight6()),
            () -> BCELoss.builder().weight(weight6()).build(),
            BCELoss::new,
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "bce reduction",
            () -> new BCELoss(Reduction.SUM),
            () -> BCELoss.builder().reduction(Reduction.SUM).build(),
            BCELoss::new,
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "bce with logits weight",
            () -> new BCEWithLogitsLoss(weight6()),
            () -> BCEWithLogitsLoss.builder().weight(weight6()).build(),
            BCEWithLogitsLoss::new,
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "bce with logits reduction",
            () -> new BCEWithLogitsLoss(Reduction.SUM),
            () -> BCEWithLogitsLoss.builder().reduction(Reduction.SUM).build(),
            BCEWithLogitsLoss::new,
            (loss, x) -> loss.forward(x, target(x))),
        new Case<>(
            "cross entropy weight",
            () -> new CrossEntropyLoss(WEIGHT),
            () -> CrossEntropyLoss.builder().weight(WEIGHT).build(),
            CrossEntropyLoss::new,
            (loss, x) -> loss.forward(x, CLASSES)),
        new Case<>(
            "cross entropy reduction",
            () -> new CrossEntropyLoss(Reduction.NONE),
            () -> CrossEntropyLoss.builder().reduction(Reduction.NONE).build(),
            CrossEntropyLoss::new,
            (loss, x) -> loss.forward(x, CLASSES)),
        new Case<>(
            "nll weight",
            () -> new NLLLoss(WEIGHT),
            () -> NLLLoss.builder().weight(WEIGHT).build(),
            NLLLoss::new,
            (loss, x) -> loss.forward(x, CLASSES)),
        new Case<>(
            "nll reduction",
            () -> new NLLLoss(Reduction.NONE),
            () -> NLLLoss.builder().reduction(Reduction.NONE).build(),
            NLLLoss::new,
            (loss, x) -> loss.forward(x, CLASSES)),
        new Case<>(
            "cosine margin",
            () -> new CosineEmbeddingLoss(0.5),
            () -> CosineEmbeddingLoss.builder().margin(0.5).build(),
            CosineEmbeddingLoss::new,
            ConstructorsTest::cosine),
        new Case<>(
            "cosine reduction",
            () -> new CosineEmbeddingLoss(Reduction.SUM),
            () -> CosineEmbeddingLoss.builder().reduction(Reduction.SUM).build(),
            CosineEmbeddingLoss::new,
            ConstructorsTest::cosine),
        new Case<>(
            "ctc blank",
            () -> new CTCLoss(5),
            () -> CTCLoss.builder().blank(5).build(),
            CTCLoss::new,
            ConstructorsTest::ctc),
        new Case<>(
            "ctc reduction",
            () -> new CTCLoss(Reduction.NONE),
            () -> CTCLoss.builder().reduction(Reduction.NONE).build(),
            CTCLoss::new,
            ConstructorsTest::ctc),
        new Case<>(
            "ctc blank and reduction",
            () -> new CTCLoss(5, Reduction.SUM),
            () -> CTCLoss.builder().blank(5).reduction(Reduction.SUM).build(),
            () -> new CTCLoss(5),
            ConstructorsTest::ctc),
        new Case<>(
            "ctc zero infinity",
            () -> new CTCLoss(5, Reduction.SUM, true),
            () -> CTCLoss.builder().blank(5).reduction(Reduction.SUM).zeroInfinity(true).build(),
            () -> new CTCLoss(5, Reduction.SUM),
            (loss, x) -> ctc(loss, x, 3)));
  }

  private static Tensor cosine(CosineEmbeddingLoss loss, Tensor x) {
    Tensor target = Torch.tensor(new float[] {-1, -1, -1, -1});
    return loss.forward(x.select(0, 0), x.select(0, 1), target);
  }

  private static Tensor ctc(CTCLoss loss, Tensor x) {
    return ctc(loss, x, 1);
  }

  /** Returns the loss of two inputs of length 2, the second with a target of this length. */
  private static Tensor ctc(CTCLoss loss, Tensor x, long length) {
    Tensor targets = Torch.tensor(new long[][] {{1, 2, 1}, {1, 2, 3}});
    Tensor logProbs = x.slice(1, 0, 2).transpose(0, 1).logSoftmax(-1);
    return loss.forward(logProbs, targets, new long[] {2, 2}, new long[] {2, length});
  }

  private static <M extends Module> void check(Case<M> test) {
    String expected = test.result(test.built());
    assertThat(test.result(test.constructed()))
        .isEqualTo(expected)
        .isNotEqualTo(test.result(test.plain()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void constructorsEqualTheBuilder(Case<?> test) {
    check(test);
  }

  @Test
  void constructorsOfLayersWithoutABuilderSetTheirOptions() {
    assertThat(
            List.of(
                new Linear(10, 2),
                new Linear(10, 2, false),
                new Dropout(),
                new Dropout(0.25),
                new Embedding(7, 3),
                new Embedding(7, 3, 0),
                new ELU(2),
                new LeakyReLU(0.5),
                new GELU(GELU.Approximate.TANH),
                new Softmax(1)))
        .hasToString(
            "[Linear(in_features=10, out_features=2, bias=True),"
                + " Linear(in_features=10, out_features=2, bias=False),"
                + " Dropout(p=0.5, inplace=False), Dropout(p=0.25, inplace=False),"
                + " Embedding(7, 3), Embedding(7, 3, padding_idx=0), ELU(alpha=2.0),"
                + " LeakyReLU(negative_slope=0.5), GELU(approximate='tanh'), Softmax(dim=1)]");
    assertThat(new MSELoss(Reduction.SUM).reduction()).isEqualTo(Reduction.SUM);
    assertThat(new L1Loss(Reduction.NONE).reduction()).isEqualTo(Reduction.NONE);
  }
}
