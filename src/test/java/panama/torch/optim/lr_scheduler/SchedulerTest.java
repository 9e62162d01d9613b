package panama.torch.optim.lr_scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.ArgumentException;
import panama.torch.Torch;
import panama.torch.optim.Adagrad;
import panama.torch.optim.Optimizer;
import panama.torch.optim.SGD;

@Tag("locale")
class SchedulerTest {
  private static SGD sgd() {
    return SchedulerGoldenTest.sgd();
  }

  static Stream<String> schedulers() {
    return SchedulerGoldenTest.SCHEDULERS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("schedulers")
  void continuesFromItsState(String name) {
    SGD optimizer = sgd();
    LRScheduler scheduler = SchedulerGoldenTest.SCHEDULERS.get(name).apply(optimizer);
    for (int i = 0; i < 33; i++) {
      scheduler.step();
    }
    SGD otherOptimizer = sgd();
    LRScheduler other = SchedulerGoldenTest.SCHEDULERS.get(name).apply(otherOptimizer);
    otherOptimizer.loadStateDict(optimizer.stateDict());
    other.loadStateDict(scheduler.stateDict());
    assertThat(other.stateDict()).isEqualTo(scheduler.stateDict());
    assertThat(other.lastLr()).isEqualTo(scheduler.lastLr());
    assertThat(other.lastEpoch()).isEqualTo(scheduler.lastEpoch());
    assertThat(course(otherOptimizer, other)).isEqualTo(course(optimizer, scheduler));
  }

  private static List<Double> course(Optimizer optimizer, LRScheduler scheduler) {
    List<Double> course = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      scheduler.step();
      SchedulerGoldenTest.record(optimizer, course);
    }
    return course;
  }

  @Test
  void plateauContinuesFromItsState() {
    SGD optimizer = sgd();
    SGD otherOptimizer = sgd();
    var scheduler = ReduceLROnPlateau.builder(optimizer).patience(3).cooldown(2).build();
    var other = ReduceLROnPlateau.builder(otherOptimizer).patience(3).cooldown(2).build();
    for (int i = 0; i < 20; i++) {
      scheduler.step(SchedulerGoldenTest.metric(i));
    }
    otherOptimizer.loadStateDict(optimizer.stateDict());
    other.loadStateDict(scheduler.stateDict());
    for (int i = 20; i < 60; i++) {
      scheduler.step(SchedulerGoldenTest.metric(i));
      other.step(SchedulerGoldenTest.metric(i));
      assertThat(other.lastLr()).isEqualTo(scheduler.lastLr());
    }
    assertThat(other.stateDict()).isEqualTo(scheduler.stateDict());
    assertThat(other.best()).isEqualTo(scheduler.best());
  }

  @Test
  void plateauIsASchedulerWithPyTorchsState() {
    SGD optimizer = sgd();
    LRScheduler scheduler = ReduceLROnPlateau.builder(optimizer).patience(0).build();
    assertThat(scheduler.lastEpoch()).isZero();
    assertThat(scheduler.stateDict().keySet())
        .containsExactlyInAnyOrder(
            "last_epoch", "_last_lr.0", "_last_lr.1", "best", "cooldown_counter", "num_bad_epochs");
    assertThat(optimizer.paramGroups().getFirst().has("initial_lr")).isFalse();
    assertThatThrownBy(scheduler::step)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("use step(validationLoss)");
    assertThat(scheduler.lastEpoch()).isZero();
    ((ReduceLROnPlateau) scheduler).step(2);
    ((ReduceLROnPlateau) scheduler).step(2.5);
    assertThat(scheduler.lastEpoch()).isEqualTo(2);
    assertThat(scheduler.lastLr()).containsExactly(0.1 * 0.1, 0.3 * 0.1);
    assertThat(scheduler)
        .hasToString(
            "ReduceLROnPlateau(last_epoch=2, last_lr=%s, best=2.0, num_bad_epochs=0)"
                .formatted(scheduler.lastLr()));
  }

  /** Options that a constructor does not have are PyTorch's defaults. */
  static Stream<Arguments> constructors() {
    return Stream.of(
        same("ConstantLR", o -> new ConstantLR(o, 0.5), o -> new ConstantLR(o, 0.5, 5)),
        same("LinearLR 2", o -> new LinearLR(o, 0.5), o -> new LinearLR(o, 0.5, 1, 5)),
        same("LinearLR 3", o -> new LinearLR(o, 1, 0.2), o -> new LinearLR(o, 1, 0.2, 5)),
        same("PolynomialLR", o -> new PolynomialLR(o, 7), o -> new PolynomialLR(o, 7, 1)),
        same("StepLR", o -> new StepLR(o, 3), o -> new StepLR(o, 3, 0.1)),
        same(
            "MultiStepLR",
            o -> new MultiStepLR(o, new int[] {2, 4}),
            o -> new MultiStepLR(o, new int[] {2, 4}, 0.1)),
        same("Cosine", o -> new CosineAnnealingLR(o, 7), o -> new CosineAnnealingLR(o, 7, 0)),
        same(
            "WarmRestarts 2",
            o -> new CosineAnnealingWarmRestarts(o, 2),
            o -> new CosineAnnealingWarmRestarts(o, 2, 1, 0)),
        same(
            "WarmRestarts 3",
            o -> new CosineAnnealingWarmRestarts(o, 2, 2),
            o -> new CosineAnnealingWarmRestarts(o, 2, 2, 0)),
        same(
            "CyclicLR 3",
            o -> new CyclicLR(o, 0.01, 1),
            o -> CyclicLR.builder(o, 0.01, 1).stepSizeUp(2000).build()),
        same(
            "CyclicLR 4",
            o -> new CyclicLR(o, 0.01, 1, 4),
            o -> CyclicLR.builder(o, 0.01, 1).stepSizeUp(4).stepSizeDown(4).build()),
        same(
            "OneCycleLR",
            o -> new OneCycleLR(o, 1, 100),
            o -> OneCycleLR.builder(o, 100, 1).pctStart(0.3).build()));
  }

  private static Arguments same(
      String name,
      Function<Optimizer, LRScheduler> constructor,
      Function<Optimizer, LRScheduler> allOptions) {
    return Arguments.of(name, constructor, allOptions);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("constructors")
  void constructorsHavePyTorchsDefaults(
      String name,
      Function<Optimizer, LRScheduler> constructor,
      Function<Optimizer, LRScheduler> allOptions) {
    SGD optimizer = sgd();
    SGD other = sgd();
    List<Double> course = course(optimizer, constructor.apply(optimizer));
    assertThat(course).isEqualTo(course(other, allOptions.apply(other)));
    assertThat(course.stream().distinct().count()).as(name).isGreaterThan(3);
  }

  @Test
  void thePlateausConstructorsHavePyTorchsDefaults() {
    List<Function<Optimizer, ReduceLROnPlateau>> constructors =
        List.of(
            ReduceLROnPlateau::new,
            o -> new ReduceLROnPlateau(o, ReduceLROnPlateau.Mode.MIN),
            o -> new ReduceLROnPlateau(o, ReduceLROnPlateau.Mode.MIN, 0.1),
            o -> new ReduceLROnPlateau(o, ReduceLROnPlateau.Mode.MIN, 0.1, 10),
            o -> ReduceLROnPlateau.builder(o).build());
    for (Function<Optimizer, ReduceLROnPlateau> constructor : constructors) {
      SGD optimizer = sgd();
      ReduceLROnPlateau scheduler = constructor.apply(optimizer);
      for (int i = 0; i < 11; i++) {
        scheduler.step(1);
      }
      assertThat(optimizer.lr()).isEqualTo(0.1);
      scheduler.step(1);
      assertThat(optimizer.lr()).isEqualTo(0.1 * 0.1);
    }
    SGD optimizer = sgd();
    var up = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.Mode.MAX, 0.5, 0);
    up.step(1);
    up.step(2);
    assertThat(optimizer.lr()).isEqualTo(0.1);
    up.step(1);
    assertThat(optimizer.lr()).isEqualTo(0.05);
  }

  @Test
  void errorsOfAStateDictNameItsKeys() {
    StepLR scheduler = new StepLR(sgd(), 3);
    Map<String, Double> state = new HashMap<>(scheduler.stateDict());
    state.remove("base_lrs.1");
    state.put("T_cur", 1.0);
    assertThatThrownBy(() -> scheduler.loadStateDict(state))
        .isInstanceOf(ArgumentException.class)
        .hasMessage(
            """
            the state dict does not fit StepLR; expected one of this class with as many parameter \
            groups:
              missing: base_lrs.1
              unexpected: T_cur\
            """);
    assertThat(scheduler.stateDict()).containsKey("base_lrs.1").doesNotContainKey("T_cur");
  }

  @Test
  void refusesStepsAfterTheLast() {
    OneCycleLR scheduler = new OneCycleLR(sgd(), 0.01, 2);
    scheduler.step();
    scheduler.step();
    assertThatThrownBy(scheduler::step).hasMessageContaining("at most the 2 steps");
  }

  @Test
  void phasesWithoutStepsEndImmediately() {
    SGD optimizer = sgd();
    OneCycleLR.builder(optimizer, 10, 1).pctStart(0.1).build();
    assertThat(optimizer.lr()).isEqualTo(1);
  }

  @Test
  void refusesGroupsAddedLater() {
    SGD optimizer = sgd();
    StepLR scheduler = new StepLR(optimizer, 3);
    var plateau = ReduceLROnPlateau.builder(optimizer).patience(0).build();
    optimizer.addParamGroup(List.of(Torch.zeros(1).requiresGrad_(true)));
    assertThatThrownBy(scheduler::step).hasMessageContaining("expected the 2 groups");
    plateau.step(1);
    assertThatThrownBy(() -> plateau.step(1)).hasMessageContaining("expected the 2 groups");
  }

  @Test
  void refusesInvalidOptions() {
    SGD o = sgd();
    IntToDoubleFunction one = epoch -> 1;
    assertThatThrownBy(() -> new StepLR(o, 0))
        .hasMessageContaining("stepSize: expected at least 1");
    assertThatThrownBy(() -> new ConstantLR(o, 1.5, 5)).hasMessageContaining("factor: expected");
    assertThatThrownBy(() -> new ConstantLR(o, 0, 5)).hasMessageContaining("factor: expected");
    assertThatThrownBy(() -> new LinearLR(o, 0, 1, 5)).hasMessageContaining("startFactor");
    assertThatThrownBy(() -> new LinearLR(o, 1, -1, 5)).hasMessageContaining("endFactor");
    assertThatThrownBy(() -> new PolynomialLR(o, -1, 1)).hasMessageContaining("totalIters");
    assertThatThrownBy(() -> new CosineAnnealingLR(o, 0)).hasMessageContaining("tMax");
    assertThatThrownBy(() -> new CosineAnnealingWarmRestarts(o, 0)).hasMessageContaining("t0");
    assertThatThrownBy(() -> new CosineAnnealingWarmRestarts(o, 1, 0, 0))
        .hasMessageContaining("tMult");
    assertThatThrownBy(() -> new CosineAnnealingWarmRestarts(o, 1).step(-1))
        .hasMessageContaining("epoch: expected");
    assertThatThrownBy(() -> new LambdaLR(o, List.of(one)))
        .hasMessageContaining("one for each of the 2 parameter groups, got 1");
    assertThatThrownBy(() -> new OneCycleLR(o, 0.1, 0)).hasMessageContaining("totalSteps");
    assertThatThrownBy(() -> OneCycleLR.builder(o, 5, 1, 2, 3).build())
        .hasMessageContaining("maxLr: expected one value, or one for each of the 2");
    assertThatThrownBy(() -> OneCycleLR.builder(o, 5, 1).pctStart(2))
        .hasMessageContaining("pctStart");
    assertThatThrownBy(() -> CyclicLR.builder(o, 0.1, 1).stepSizeUp(0))
        .hasMessageContaining("stepSizeUp");
    assertThatThrownBy(() -> ReduceLROnPlateau.builder(o).factor(1))
        .hasMessageContaining("factor: expected below 1");
    assertThatThrownBy(() -> ReduceLROnPlateau.builder(o).minLr(1, 2, 3).build())
        .hasMessageContaining("minLr");
    Adagrad adagrad = Adagrad.builder(List.of(Torch.zeros(1))).build();
    assertThatThrownBy(() -> new OneCycleLR(adagrad, 0.1, 5))
        .hasMessageContaining("Adagrad; use .cycleMomentum(false)");
    OneCycleLR.builder(adagrad, 5, 0.1).cycleMomentum(false).build();
  }

  @Test
  void refusesInvalidCombinationsOfSchedulers() {
    SGD o = sgd();
    LRScheduler step = new StepLR(o, 3);
    LRScheduler foreign = new StepLR(sgd(), 3);
    LRScheduler chain = new ChainedScheduler(List.of(step));
    assertThatThrownBy(() -> new ChainedScheduler(List.of()))
        .hasMessageContaining("expected at least one");
    assertThatThrownBy(() -> new ChainedScheduler(List.of(step, foreign)))
        .hasMessageContaining("one optimizer, got another at index 1");
    LRScheduler plateau = new ReduceLROnPlateau(o);
    assertThatThrownBy(() -> new ChainedScheduler(List.of(step, plateau)))
        .hasMessageContaining("got a ReduceLROnPlateau at index 1; call its step(metric)");
    assertThatThrownBy(() -> new SequentialLR(o, List.of(plateau, step), new int[] {1}))
        .hasMessageContaining("got a ReduceLROnPlateau at index 0");
    assertThatThrownBy(() -> new SequentialLR(o, List.of(step, step), new int[] {1, 2}))
        .hasMessageContaining("milestones: expected 1");
    assertThatThrownBy(() -> new SequentialLR(o, List.of(step, chain), new int[] {1}))
        .hasMessageContaining("ChainedScheduler only as the first");
  }

  @Test
  void anonymousSchedulersHaveAName() {
    LRScheduler schedule =
        new LRScheduler(sgd()) {
          @Override
          protected double nextLr(int group) {
            return baseLr(group);
          }
        };
    assertThat(schedule.toString()).startsWith("SchedulerTest$1(last_epoch=-1, ");
    assertThatThrownBy(() -> schedule.loadStateDict(Map.of()))
        .hasMessageContaining("does not fit SchedulerTest$1; expected")
        .hasMessageContaining("missing: last_epoch");
  }
}
