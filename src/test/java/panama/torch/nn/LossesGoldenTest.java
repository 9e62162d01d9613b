package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Compares the value and all gradients of every loss with all options, in both types. */
class LossesGoldenTest {
  private static final Golden GOLDEN = Golden.of("losses");

  private static final long[] SCORES = {4, 3};
  private static final long[] CUBE = {4, 3, 2};
  private static final long[] CTC = {6, 2, 4};

  private interface Run<L> {
    Tensor of(L criterion, List<Tensor> inputs);
  }

  private record Case<L extends Loss<L>>(
      String name, Supplier<L> make, List<long[]> shapes, Run<L> run) {
    @Override
    public String toString() {
      return name;
    }

    List<Tensor> parts(DType dtype) {
      Torch.manualSeed(0);
      L criterion = make.get();
      criterion.to(dtype);
      List<Tensor> inputs =
          shapes.stream().map(s -> Torch.randn(s).to(dtype).requiresGrad_(true)).toList();
      Tensor loss = run.of(criterion, inputs);
      Golden.weighted(loss).backward();
      List<Tensor> parts = new ArrayList<>(List.of(loss));
      inputs.stream().map(Tensor::grad).filter(Objects::nonNull).forEach(parts::add);
      return parts;
    }
  }

  private static <L extends Loss<L>> Case<L> of(
      String name, Supplier<L> make, Run<L> run, long[]... shapes) {
    return new Case<>(name, make, List.of(shapes), run);
  }

  private static <L extends Loss<L>> Case<L> pair(String name, Supplier<L> make, Run<L> run) {
    return of(name, make, run, SCORES, SCORES);
  }

  private static Tensor weight() {
    return Torch.tensor(new float[] {0.5f, 1, 2});
  }

  private static Tensor classes() {
    return Torch.tensor(new long[] {2, 0, 1, 0});
  }

  private static Tensor grid() {
    return Torch.tensor(new long[][] {{2, 0}, {1, 0}, {0, -100}, {2, 2}});
  }

  private static Tensor squared(Tensor x) {
    return x.mul(x);
  }

  static Stream<Case<?>> ofClasses(Reduction r, String text) {
    Run<NLLLoss> nll = (m, in) -> m.forward(in.getFirst().logSoftmax(1), classes());
    return Stream.of(
        of(
            "cross entropy " + text,
            () ->
                CrossEntropyLoss.builder()
                    .weight(weight())
                    .ignoreIndex(1)
                    .labelSmoothing(0.1)
                    .reduction(r)
                    .build(),
            (m, in) -> m.forward(in.getFirst(), classes()),
            SCORES),
        of(
            "cross entropy grid " + text,
            () -> CrossEntropyLoss.builder().reduction(r).build(),
            (m, in) -> m.forward(in.getFirst(), grid()),
            CUBE),
        pair(
            "cross entropy shares " + text,
            () ->
                CrossEntropyLoss.builder()
                    .weight(weight())
                    .labelSmoothing(0.2)
                    .reduction(r)
                    .build(),
            (m, in) -> m.forward(in.get(0), in.get(1).softmax(1))),
        of("nll " + text, () -> NLLLoss.builder().reduction(r).build(), nll, SCORES),
        of(
            "nll weight " + text,
            () -> NLLLoss.builder().weight(weight()).ignoreIndex(1).reduction(r).build(),
            nll,
            SCORES),
        of(
            "nll grid " + text,
            () -> NLLLoss.builder().reduction(r).build(),
            (m, in) -> m.forward(in.getFirst().logSoftmax(1), grid()),
            CUBE));
  }

  static Stream<Case<?>> ofDistances(Reduction r, String text) {
    Run<SmoothL1Loss> smooth = (m, in) -> m.forward(in.get(0), in.get(1));
    Run<HuberLoss> huber = (m, in) -> m.forward(in.get(0), in.get(1));
    Run<CosineEmbeddingLoss> cosine =
        (m, in) -> m.forward(in.get(0), in.get(1), Torch.tensor(new long[] {1, -1, -1, 1}));
    return Stream.of(
        pair("mse " + text, () -> new MSELoss(r), (m, in) -> m.forward(in.get(0), in.get(1))),
        pair("l1 " + text, () -> new L1Loss(r), (m, in) -> m.forward(in.get(0), in.get(1))),
        pair("smooth l1 " + text, () -> SmoothL1Loss.builder().reduction(r).build(), smooth),
        pair(
            "smooth l1 beta " + text,
            () -> SmoothL1Loss.builder().beta(0.3).reduction(r).build(),
            smooth),
        pair(
            "smooth l1 sharp " + text,
            () -> SmoothL1Loss.builder().beta(0).reduction(r).build(),
            smooth),
        pair("huber " + text, () -> HuberLoss.builder().reduction(r).build(), huber),
        pair(
            "huber delta " + text,
            () -> HuberLoss.builder().delta(0.3).reduction(r).build(),
            huber),
        pair("cosine " + text, () -> CosineEmbeddingLoss.builder().reduction(r).build(), cosine),
        pair(
            "cosine margin " + text,
            () -> CosineEmbeddingLoss.builder().margin(-0.5).reduction(r).build(),
            cosine));
  }

  static Stream<Case<?>> ofProbabilities(Reduction r, String text) {
    Run<BCELoss> bce = (m, in) -> m.forward(in.get(0).sigmoid(), in.get(1).sigmoid());
    Run<BCEWithLogitsLoss> logits = (m, in) -> m.forward(in.get(0), in.get(1).sigmoid());
    Run<GaussianNLLLoss> gaussian = (m, in) -> m.forward(in.get(0), in.get(1), squared(in.get(2)));
    return Stream.of(
        pair("bce " + text, () -> BCELoss.builder().reduction(r).build(), bce),
        pair(
            "bce weight " + text,
            () -> BCELoss.builder().weight(weight()).reduction(r).build(),
            bce),
        pair("bce logits " + text, () -> BCEWithLogitsLoss.builder().reduction(r).build(), logits),
        pair(
            "bce logits weight " + text,
            () ->
                BCEWithLogitsLoss.builder()
                    .weight(Torch.tensor(new float[] {1, 2, 3, 4}, 4, 1))
                    .posWeight(weight())
                    .reduction(r)
                    .build(),
            logits),
        pair(
            "poisson " + text,
            () -> PoissonNLLLoss.builder().reduction(r).build(),
            (m, in) -> m.forward(in.get(0), squared(in.get(1)).mul(3))),
        pair(
            "poisson full " + text,
            () ->
                PoissonNLLLoss.builder().logInput(false).full(true).eps(1e-3).reduction(r).build(),
            (m, in) -> m.forward(squared(in.get(0)), squared(in.get(1).detach()).mul(3))),
        of(
            "gaussian " + text,
            () -> GaussianNLLLoss.builder().reduction(r).build(),
            gaussian,
            SCORES,
            SCORES,
            SCORES),
        of(
            "gaussian full " + text,
            () -> GaussianNLLLoss.builder().full(true).eps(0.5).reduction(r).build(),
            gaussian,
            SCORES,
            SCORES,
            new long[] {4}),
        of(
            "gaussian column " + text,
            () -> GaussianNLLLoss.builder().reduction(r).build(),
            gaussian,
            SCORES,
            SCORES,
            new long[] {4, 1}),
        pair(
            "gaussian one " + text,
            () -> GaussianNLLLoss.builder().reduction(r).build(),
            (m, in) -> m.forward(in.get(0), in.get(1), 0.7)));
  }

  static Stream<Case<?>> ofSequences(Reduction r, String text) {
    Tensor padded = Torch.tensor(new long[][] {{1, 2, 3}, {2, 2, 1}});
    return Stream.of(
        of(
            "ctc " + text,
            () -> CTCLoss.builder().reduction(r).build(),
            (m, in) ->
                m.forward(
                    in.getFirst().logSoftmax(2), padded, new long[] {6, 5}, new long[] {3, 2}),
            CTC),
        of(
            "ctc flat " + text,
            () -> CTCLoss.builder().blank(3).reduction(r).build(),
            (m, in) ->
                m.forward(
                    in.getFirst().logSoftmax(2),
                    Torch.tensor(new long[] {1, 2, 0, 2, 2}),
                    Torch.tensor(new long[] {6, 5}),
                    Torch.tensor(new long[] {3, 2})),
            CTC),
        of(
            "ctc zero infinity " + text,
            () -> CTCLoss.builder().zeroInfinity(true).reduction(r).build(),
            (m, in) ->
                m.forward(
                    in.getFirst().logSoftmax(2), padded, new long[] {6, 2}, new long[] {3, 3}),
            CTC));
  }

  static Stream<Case<?>> ofDistributions(Reduction r, String text) {
    return Stream.of(
        pair(
            "kl " + text,
            () -> KLDivLoss.builder().reduction(r).build(),
            (m, in) -> m.forward(in.get(0).logSoftmax(1), in.get(1).softmax(1))),
        pair(
            "kl log " + text,
            () -> KLDivLoss.builder().logTarget(true).reduction(r).build(),
            (m, in) -> m.forward(in.get(0).logSoftmax(1), in.get(1).logSoftmax(1))));
  }

  static Stream<Case<?>> ofOne() {
    return Stream.of(
        of(
            "cross entropy one",
            CrossEntropyLoss::new,
            (m, in) -> m.forward(in.getFirst(), Torch.tensor(1L)),
            new long[] {3}),
        of(
            "ctc one",
            CTCLoss::new,
            (m, in) ->
                m.forward(
                    in.getFirst().logSoftmax(1),
                    Torch.tensor(new long[] {1, 2}),
                    Torch.tensor(6L),
                    Torch.tensor(2L)),
            new long[] {6, 4}));
  }

  static Stream<Case<?>> cases() {
    return Stream.concat(ofOne(), Stream.of(Reduction.values()).flatMap(LossesGoldenTest::cases));
  }

  private static Stream<Case<?>> cases(Reduction r) {
    String text = r.name().toLowerCase(Locale.ROOT);
    if (r == Reduction.BATCHMEAN) {
      return ofDistributions(r, text);
    }
    return Stream.of(
            ofClasses(r, text),
            ofDistances(r, text),
            ofProbabilities(r, text),
            ofSequences(r, text),
            ofDistributions(r, text))
        .flatMap(group -> group);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatPyTorchComputes(Case<?> one) {
    Numbers.check(GOLDEN, one.name(), one::parts);
  }

  @Test
  void comparesEveryCaseOfTheFile() {
    Set<String> names = new TreeSet<>();
    cases()
        .map(Case::name)
        .forEach(name -> names.addAll(List.of(name + " float32", name + " float64")));
    assertThat(names).isEqualTo(new TreeSet<>(GOLDEN.names()));
  }
}
