package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import panama.torch.Golden;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/** The functions of Functional that are more than one operator, against PyTorch. */
class FunctionalTest {
  private static final Golden GOLDEN = Golden.of("functional");
  private static final Tensor X = GOLDEN.get("in X");
  private static final Tensor P = GOLDEN.get("in P");
  private static final Tensor Q01 = GOLDEN.get("in Q01");
  private static final Tensor C = GOLDEN.get("in C");
  private static final Tensor D = GOLDEN.get("in D");
  private static final Tensor SIG = GOLDEN.get("in SIG");
  private static final Tensor IMG = GOLDEN.get("in IMG");
  private static final Tensor VOL = GOLDEN.get("in VOL");
  private static final Tensor LOGP = GOLDEN.get("in LOGP");
  private static final Tensor LABELS = GOLDEN.get("in LABELS");
  private static final Tensor TABLE = GOLDEN.get("in TABLE");
  private static final Tensor INDICES = GOLDEN.get("in INDICES");
  private static final Tensor OFFSETS = GOLDEN.get("in OFFSETS");
  private static final Tensor FACTORS = GOLDEN.get("in FACTORS");

  private final Map<String, Supplier<Tensor>> cases = new LinkedHashMap<>();

  private void activationsAndDropout() {
    cases.put("softmin", () -> Functional.softmin(X, 1));
    cases.put("softsign", () -> Functional.softsign(X));
    cases.put("tanhshrink", () -> Functional.tanhshrink(X));
    cases.put("gumbelSoftmax", () -> Functional.gumbelSoftmax(X));
    cases.put("gumbelSoftmax hard", () -> Functional.gumbelSoftmax(X, 0.5, true, 0));
    cases.put("dropout1d", () -> Functional.dropout1d(SIG, 0.4, true));
    cases.put("dropout1d unbatched", () -> Functional.dropout1d(X, 0.4, true));
    cases.put("dropout2d", () -> Functional.dropout2d(IMG, 0.4, true));
    cases.put("dropout3d", () -> Functional.dropout3d(VOL, 0.4, true));
    cases.put("dropout3d outside training", () -> Functional.dropout3d(VOL, 0.4, false));
  }

  private void normalization() {
    cases.put("normalize", () -> Functional.normalize(X));
    cases.put("normalize 1", () -> Functional.normalize(X, 1, 0, 0.1));
    cases.put("batchNorm", () -> Functional.batchNorm(SIG, D, C));
    cases.put(
        "batchNorm training", () -> Functional.batchNorm(SIG, null, null, C, D, true, 0.1, 1e-3));
    cases.put("instanceNorm", () -> Functional.instanceNorm(SIG));
    cases.put(
        "instanceNorm given", () -> Functional.instanceNorm(SIG, D, C, C, D, false, 0.1, 1e-3));
    cases.put("localResponseNorm", () -> Functional.localResponseNorm(SIG, 2));
    cases.put("localResponseNorm 2d", () -> Functional.localResponseNorm(IMG, 3, 0.1, 0.5, 2));
  }

  private void pooling() {
    cases.put("adaptiveMaxPool1d", () -> Functional.adaptiveMaxPool1d(SIG, 3));
    cases.put("adaptiveMaxPool2d", () -> Functional.adaptiveMaxPool2d(IMG, new long[] {2, 3}));
    cases.put("adaptiveMaxPool3d", () -> Functional.adaptiveMaxPool3d(VOL, new long[] {2, 2, 3}));
    cases.put("lpPool1d", () -> Functional.lpPool1d(SIG, 2, 3));
    cases.put("lpPool1d strided", () -> Functional.lpPool1d(SIG, 3, 3, 2, true));
    cases.put(
        "lpPool2d", () -> Functional.lpPool2d(IMG, 2, new long[] {2, 3}, new long[] {1, 2}, true));
    cases.put(
        "lpPool3d",
        () -> Functional.lpPool3d(VOL, 2, new long[] {2, 2, 3}, new long[] {1, 2, 1}, false));
  }

  private void losses() {
    cases.put("klDiv", () -> Functional.klDiv(X, P));
    cases.put("klDiv batchmean", () -> Functional.klDiv(X, P, Reduction.BATCHMEAN));
    cases.put("klDiv log", () -> Functional.klDiv(X, P, Reduction.SUM, true));
    cases.put("gaussianNllLoss", () -> Functional.gaussianNllLoss(X, Q01, P));
    cases.put(
        "gaussianNllLoss full",
        () -> Functional.gaussianNllLoss(X, Q01, P, true, 0.7, Reduction.NONE));
    cases.put("multilabelSoftMarginLoss", () -> Functional.multilabelSoftMarginLoss(X, Q01));
    cases.put(
        "multilabelSoftMarginLoss sum",
        () -> Functional.multilabelSoftMarginLoss(X, Q01, C, Reduction.SUM));
    long[] inputs = {5, 4};
    long[] targets = {2, 1};
    cases.put("ctcLoss", () -> Functional.ctcLoss(LOGP, LABELS, inputs, targets));
    cases.put(
        "ctcLoss none",
        () -> Functional.ctcLoss(LOGP, LABELS, inputs, targets, 0, Reduction.NONE, true));
    cases.put(
        "embeddingBag", () -> Functional.embeddingBag(LABELS, TABLE, null, EmbeddingBag.Mode.MAX));
    cases.put(
        "embeddingBag offsets",
        () -> Functional.embeddingBag(INDICES, TABLE, OFFSETS, EmbeddingBag.Mode.SUM, FACTORS));
  }

  private void addAll() {
    activationsAndDropout();
    normalization();
    pooling();
    losses();
  }

  @TestFactory
  Stream<DynamicTest> equalsPyTorch() {
    addAll();
    return cases.entrySet().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> compare(each)));
  }

  private static void compare(Map.Entry<String, Supplier<Tensor>> each) {
    Torch.manualSeed(0);
    Tensor actual = each.getValue().get();
    Tensor expected = GOLDEN.get(each.getKey());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.allclose(expected, 1e-12, 1e-12))
        .as("expected %s, got %s", expected, actual)
        .isTrue();
  }

  @Test
  void everyGoldenNumberIsCompared() {
    addAll();
    assertThat(GOLDEN.names().stream().filter(name -> !name.startsWith("in ")))
        .containsExactlyInAnyOrderElementsOf(cases.keySet());
  }

  @Test
  void refusesInvalidArguments() {
    assertThatThrownBy(() -> Functional.dropout1d(IMG, 0.5, true))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected 3 or 2 dimensions");
    assertThatThrownBy(() -> Functional.localResponseNorm(X, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("(N, C, ...)");
    assertThatThrownBy(() -> Functional.mseLoss(X, P, Reduction.BATCHMEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BATCHMEAN, which only KLDivLoss takes");
    assertThatThrownBy(
            () -> Functional.embeddingBag(INDICES, TABLE, INDICES, EmbeddingBag.Mode.SUM))
        .hasMessageContaining("ascending positions");
  }

  @Test
  void gradientsFlow() {
    Tensor logits = X.clone().requiresGrad_();
    Functional.gumbelSoftmax(logits, 1, true, -1).select(1, 0).sum().backward();
    Tensor gradient = logits.grad();
    assertThat(gradient).isNotNull();
    assertThat(gradient.abs().sum().item()).isPositive();
  }
}
