package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Errors of losses, and behaviour that the golden numbers do not cover. */
@Tag("locale")
class LossesTest {
  private interface Forward {
    Tensor of(Tensor x, Tensor target);
  }

  private static void refuses(Runnable call, String... words) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContainingAll(words);
  }

  private static <L extends Loss<L>> Arguments of(String name, L loss, Forward forward) {
    return Arguments.of(name, loss, forward);
  }

  static Stream<Arguments> elementwise() {
    L1Loss l1 = new L1Loss();
    MSELoss mse = new MSELoss();
    SmoothL1Loss smooth = new SmoothL1Loss();
    HuberLoss huber = new HuberLoss();
    BCELoss bce = new BCELoss();
    BCEWithLogitsLoss logits = new BCEWithLogitsLoss();
    KLDivLoss kl = new KLDivLoss();
    PoissonNLLLoss poisson = new PoissonNLLLoss();
    return Stream.of(
        of("l1", l1, l1::forward),
        of("mse", mse, mse::forward),
        of("smooth l1", smooth, smooth::forward),
        of("huber", huber, huber::forward),
        of("bce", bce, bce::forward),
        of("bce with logits", logits, logits::forward),
        of("kl", kl, kl::forward),
        of("poisson", poisson, poisson::forward));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("elementwise")
  void refuseATargetOfAnotherShape(String name, Loss<?> loss, Forward forward) {
    refuses(() -> forward.of(Torch.rand(4, 1), Torch.rand(4)), "target", "[4, 1]", "[4]", "expand");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("elementwise")
  void reduceToTheMeanAndRunHooks(String name, Loss<?> loss, Forward forward) {
    AtomicInteger calls = new AtomicInteger();
    loss.registerForwardHook(
        (m, in, out) -> {
          calls.incrementAndGet();
          return null;
        });
    assertThat(loss.reduction()).isEqualTo(Reduction.MEAN);
    assertThat(forward.of(Torch.rand(4, 2), Torch.rand(4, 2)).dim()).isZero();
    assertThat(calls).hasValue(1);
    assertThat(loss).hasToString(loss.getClass().getSimpleName() + "()");
  }

  @Test
  void onlyKLDivLossAcceptsBatchMean() {
    refuses(() -> new MSELoss(Reduction.BATCHMEAN), "BATCHMEAN", "KLDivLoss");
    refuses(() -> NLLLoss.builder().reduction(Reduction.BATCHMEAN).build(), "BATCHMEAN");
    assertThat(KLDivLoss.builder().reduction(Reduction.BATCHMEAN).build().reduction())
        .isEqualTo(Reduction.BATCHMEAN);
  }

  @Test
  void classificationLossesCheckTheirTargets() {
    NLLLoss loss = new NLLLoss();
    Tensor x = Torch.zeros(4, 3);
    refuses(() -> loss.forward(x, Torch.tensor(new long[] {0, 1})), "target", "[4]", "[2]");
    refuses(() -> loss.forward(x, Torch.zeros(4)), "int64", "float32");
    refuses(() -> loss.forward(Torch.tensor(1.0), Torch.tensor(1L)), "scalar");
    assertThatThrownBy(() -> loss.forward(x, Torch.tensor(new long[] {0, 1, 2, 3})))
        .isInstanceOf(IndexException.class);
    refuses(() -> new CrossEntropyLoss().forward(x, Torch.zeros(3)), "int64", "[4, 3]", "[3]");
  }

  @Test
  void optionsAreChecked() {
    refuses(() -> HuberLoss.builder().delta(0), "delta", "above 0", "0");
    refuses(() -> SmoothL1Loss.builder().beta(-1), "beta", "-1");
    refuses(() -> GaussianNLLLoss.builder().eps(0), "eps", "0");
  }

  @Test
  void cosineEmbeddingLossChecksShapes() {
    CosineEmbeddingLoss loss = new CosineEmbeddingLoss();
    Tensor x = Torch.zeros(4, 3);
    refuses(() -> loss.forward(x, Torch.zeros(4, 2), Torch.ones(4)), "x2", "[4, 3]", "[4, 2]");
    refuses(() -> loss.forward(x, x, Torch.ones(4, 1)), "target", "(N)", "[4, 1]");
    refuses(
        () -> loss.forward(Torch.zeros(3), Torch.zeros(3), Torch.ones(1)), "target", "a scalar");
  }

  @Test
  void gaussianNLLLossChecksVariances() {
    GaussianNLLLoss loss = new GaussianNLLLoss();
    Tensor x = Torch.zeros(4, 3);
    refuses(() -> loss.forward(x, x, Torch.ones(4, 3).neg()), "var", "-1.0", "Softplus");
    refuses(() -> loss.forward(x, x, -1.0), "var", "-1.0");
    refuses(() -> loss.forward(x, x, Torch.ones(3)), "var", "[4, 3]", "[3]");
    refuses(() -> loss.forward(x, x, Torch.ones(1, 1)), "var", "[1, 1]");
  }

  @Test
  void ctcLossChecksItsArguments() {
    CTCLoss loss = new CTCLoss();
    Tensor x = Torch.zeros(6, 2, 4).logSoftmax(2);
    Tensor targets = Torch.tensor(new long[][] {{1, 2}, {2, 1}});
    long[] two = {2, 2};
    refuses(() -> loss.forward(Torch.zeros(6), targets, two, two), "logProbs", "[6]");
    refuses(() -> loss.forward(x, targets, new long[] {6}, two), "inputLengths", "N=2", "[1]");
    refuses(() -> loss.forward(x, targets, two, new long[3]), "targetLengths", "N=2", "[3]");
    refuses(
        () -> CTCLoss.builder().blank(4).build().forward(x, targets, two, two),
        "blank",
        "0 to 3",
        "4");
    assertThatThrownBy(() -> loss.forward(x, targets, new long[] {7, 6}, two))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void weightsAreBuffers() {
    Tensor weight = Torch.ones(3);
    BCEWithLogitsLoss loss =
        BCEWithLogitsLoss.builder().weight(weight).posWeight(Torch.ones(3)).build();
    assertThat(loss.stateDict().keySet()).containsExactly("weight", "pos_weight");
    assertThat(NLLLoss.builder().weight(weight).build().stateDict()).containsOnlyKeys("weight");
  }
}
