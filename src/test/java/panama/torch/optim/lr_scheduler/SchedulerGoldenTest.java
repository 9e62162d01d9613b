package panama.torch.optim.lr_scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.optim.Adam;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;
import panama.torch.optim.SGD;

/** Compares a hundred steps of every scheduler with its options, in two groups, with PyTorch. */
class SchedulerGoldenTest {
  private static final int STEPS = 100;
  private static final Golden GOLDEN = Golden.of("schedulers");

  /** Powers and cosines of Java and C may differ in the last bit. */
  private static final Percentage LAST_BITS = Percentage.withPercentage(1e-11);

  static final Map<String, Function<Optimizer, LRScheduler>> SCHEDULERS = new LinkedHashMap<>();
  private static final Map<String, Consumer<ReduceLROnPlateau.Builder>> PLATEAUS =
      new LinkedHashMap<>();

  static {
    SCHEDULERS.put("step", o -> new StepLR(o, 7));
    SCHEDULERS.put("step gamma", o -> new StepLR(o, 3, 0.9));
    SCHEDULERS.put("multi step", o -> new MultiStepLR(o, new int[] {5, 20, 20, 50}));
    SCHEDULERS.put("multi step gamma", o -> new MultiStepLR(o, new int[] {50, 10}, 0.7));
    SCHEDULERS.put("exponential", o -> new ExponentialLR(o, 0.97));
    SCHEDULERS.put("cosine", o -> new CosineAnnealingLR(o, 100));
    SCHEDULERS.put("cosine again", o -> new CosineAnnealingLR(o, 13, 0.01));
    SCHEDULERS.put("warm restarts", o -> new CosineAnnealingWarmRestarts(o, 17));
    SCHEDULERS.put("warm restarts longer", o -> new CosineAnnealingWarmRestarts(o, 5, 2, 0.01));
    SCHEDULERS.put("linear", LinearLR::new);
    SCHEDULERS.put("linear down", o -> new LinearLR(o, 0.9, 0.1, 60));
    SCHEDULERS.put("constant", ConstantLR::new);
    SCHEDULERS.put("constant half", o -> new ConstantLR(o, 0.5, 30));
    SCHEDULERS.put("polynomial", PolynomialLR::new);
    SCHEDULERS.put("polynomial square", o -> new PolynomialLR(o, 80, 2));
    SCHEDULERS.put(
        "lambda", o -> new LambdaLR(o, List.of(e -> 1.0 / (1 + e), e -> Math.pow(0.95, e))));
    SCHEDULERS.put("multiplicative", o -> new MultiplicativeLR(o, e -> e % 2 == 0 ? 1.01 : 0.95));
    SCHEDULERS.put("one cycle", o -> new OneCycleLR(o, 1, 100));
    SCHEDULERS.put(
        "one cycle groups",
        o ->
            OneCycleLR.builder(o, 110, 0.5, 1)
                .pctStart(0.4)
                .baseMomentum(0.8, 0.7)
                .maxMomentum(0.9, 0.99)
                .divFactor(10)
                .finalDivFactor(100)
                .build());
    SCHEDULERS.put(
        "one cycle linear",
        o -> OneCycleLR.builder(o, 100, 1).annealStrategy(OneCycleLR.Anneal.LINEAR).build());
    SCHEDULERS.put(
        "one cycle three phases",
        o -> OneCycleLR.builder(o, 120, 1).threePhase(true).pctStart(0.25).build());
    SCHEDULERS.put(
        "one cycle no momentum", o -> OneCycleLR.builder(o, 100, 1).cycleMomentum(false).build());
    SCHEDULERS.put("cyclic", o -> CyclicLR.builder(o, 0.01, 0.1).stepSizeUp(10).build());
    SCHEDULERS.put(
        "cyclic halved",
        o ->
            CyclicLR.builder(o, new double[] {0.01, 0.02}, new double[] {0.1, 0.2})
                .stepSizeUp(10)
                .stepSizeDown(17)
                .mode(CyclicLR.Mode.TRIANGULAR2)
                .baseMomentum(0.7)
                .maxMomentum(0.95)
                .build());
    SCHEDULERS.put(
        "cyclic exponential",
        o ->
            CyclicLR.builder(o, 0.01, 0.1)
                .stepSizeUp(7)
                .mode(CyclicLR.Mode.EXP_RANGE)
                .gamma(0.99)
                .build());
    SCHEDULERS.put(
        "cyclic scaled",
        o ->
            CyclicLR.builder(o, 0.01, 0.1)
                .stepSizeUp(9)
                .scaleFn(x -> 1 / x, CyclicLR.ScaleMode.CYCLE)
                .cycleMomentum(false)
                .build());
    SCHEDULERS.put(
        "cyclic scaled by steps",
        o ->
            CyclicLR.builder(o, 0.01, 0.1)
                .stepSizeUp(9)
                .scaleFn(x -> 1 / (1 + x), CyclicLR.ScaleMode.ITERATIONS)
                .build());
    SCHEDULERS.put(
        "chained",
        o -> new ChainedScheduler(List.of(new ConstantLR(o, 0.1, 20), new ExponentialLR(o, 0.95))));
    SCHEDULERS.put(
        "sequential",
        o ->
            new SequentialLR(
                o,
                List.of(
                    new LinearLR(o, 0.1, 1, 10),
                    new CosineAnnealingLR(o, 40),
                    new ExponentialLR(o, 0.9)),
                new int[] {10, 50}));
    SCHEDULERS.put(
        "sequential restarts",
        o ->
            new SequentialLR(
                o,
                List.of(
                    new ConstantLR(o, 0.1, 20),
                    new CosineAnnealingWarmRestarts(o, 11),
                    new StepLR(o, 5),
                    new PolynomialLR(o, 10, 1),
                    new LambdaLR(o, e -> Math.pow(0.9, e)),
                    new MultiStepLR(o, new int[] {0, 4})),
                new int[] {7, 31, 50, 70, 85}));
    SCHEDULERS.put(
        "sequential of chained",
        o ->
            new SequentialLR(
                o,
                List.of(
                    new ChainedScheduler(
                        List.of(new ConstantLR(o, 0.1, 20), new ExponentialLR(o, 0.95))),
                    new ConstantLR(o, 0.5, 3)),
                new int[] {30}));
    SCHEDULERS.put(
        "chained of sequential",
        o ->
            new ChainedScheduler(
                List.of(
                    new SequentialLR(
                        o,
                        List.of(new ConstantLR(o, 0.1, 20), new ExponentialLR(o, 0.9)),
                        new int[] {20}),
                    new StepLR(o, 9, 0.5))));

    PLATEAUS.put("plateau", b -> {});
    PLATEAUS.put("plateau impatient", b -> b.patience(2).factor(0.5));
    PLATEAUS.put(
        "plateau max", b -> b.mode(ReduceLROnPlateau.Mode.MAX).patience(3).factor(0.8).cooldown(4));
    PLATEAUS.put(
        "plateau absolute",
        b ->
            b.thresholdMode(ReduceLROnPlateau.ThresholdMode.ABS)
                .threshold(0.5)
                .patience(1)
                .factor(0.7)
                .minLr(0.01, 0.02));
    PLATEAUS.put(
        "plateau max absolute",
        b ->
            b.mode(ReduceLROnPlateau.Mode.MAX)
                .thresholdMode(ReduceLROnPlateau.ThresholdMode.ABS)
                .patience(4)
                .factor(0.9)
                .eps(0.02));
  }

  private static List<Tensor> parameter() {
    return List.of(Torch.zeros(1).requiresGrad_(true));
  }

  static SGD sgd() {
    return SGD.builder(parameter())
        .lr(0.1)
        .momentum(0.9)
        .addParamGroup(parameter(), group -> group.lr(0.3))
        .build();
  }

  static Adam adam() {
    return Adam.builder(parameter())
        .lr(0.1)
        .addParamGroup(parameter(), group -> group.lr(0.3))
        .build();
  }

  static void record(Optimizer optimizer, List<Double> course) {
    for (ParamGroup group : optimizer.paramGroups()) {
      course.add(group.lr());
      course.add(group.momentum());
    }
  }

  private static void check(String name, List<Double> course) {
    double[] expected = GOLDEN.get(name).toDoubleArray();
    assertThat(course).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(course.get(i)).as("%s, entry %d", name, i).isCloseTo(expected[i], LAST_BITS);
    }
  }

  private static void follow(String name, Optimizer optimizer, LRScheduler scheduler, int steps) {
    List<Double> course = new ArrayList<>();
    record(optimizer, course);
    for (int step = 0; step < steps; step++) {
      scheduler.step();
      record(optimizer, course);
      assertThat(scheduler.lastLr())
          .isEqualTo(optimizer.paramGroups().stream().map(ParamGroup::lr).toList());
    }
    check(name, course);
  }

  static Stream<String> schedulers() {
    return SCHEDULERS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("schedulers")
  void agreesWithPyTorch(String name) {
    SGD sgd = sgd();
    follow(name + " sgd", sgd, SCHEDULERS.get(name).apply(sgd), STEPS);
    Adam adam = adam();
    follow(name + " adam", adam, SCHEDULERS.get(name).apply(adam), STEPS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 37})
  void oneCycleOfFewStepsAgreesWithPyTorch(int steps) {
    Adam adam = adam();
    follow("one cycle of " + steps, adam, new OneCycleLR(adam, 0.01, steps), steps);
  }

  static Stream<String> plateaus() {
    return PLATEAUS.keySet().stream();
  }

  static double metric(int step) {
    return Math.floor(100 / (1 + step / 4.0)) / 10 + step % 3;
  }

  @ParameterizedTest
  @MethodSource("plateaus")
  void plateauAgreesWithPyTorch(String name) {
    SGD optimizer = sgd();
    ReduceLROnPlateau.Builder builder = ReduceLROnPlateau.builder(optimizer);
    PLATEAUS.get(name).accept(builder);
    ReduceLROnPlateau scheduler = builder.build();
    List<Double> course = new ArrayList<>();
    record(optimizer, course);
    for (int step = 0; step < STEPS; step++) {
      scheduler.step(metric(step));
      record(optimizer, course);
    }
    check(name, course);
  }

  @Test
  void warmRestartsAcceptFractionsOfEpochs() {
    SGD optimizer = sgd();
    var scheduler = new CosineAnnealingWarmRestarts(optimizer, 3, 2, 0.01);
    List<Double> course = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      scheduler.step(step / 4.0);
      optimizer.paramGroups().forEach(group -> course.add(group.lr()));
    }
    check("warm restarts by fractions", course);
  }

  @Test
  void comparesEveryCaseOfTheFile() {
    var here = new TreeSet<>(PLATEAUS.keySet());
    SCHEDULERS.keySet().forEach(name -> here.addAll(List.of(name + " sgd", name + " adam")));
    List.of(1, 2, 10, 37).forEach(steps -> here.add("one cycle of " + steps));
    here.add("warm restarts by fractions");
    assertThat(here).isEqualTo(new TreeSet<>(GOLDEN.names()));
  }
}
