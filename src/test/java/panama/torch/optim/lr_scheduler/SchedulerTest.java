package panama.torch.optim.lr_scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
  void goesOnFromItsState(String name) {
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
  void plateauGoesOnFromItsState() {
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
  void namesWhatDoesNotFitAState() {
    StepLR scheduler = new StepLR(sgd(), 3);
    Map<String, Double> state = new HashMap<>(scheduler.stateDict());
    state.remove("base_lrs.1");
    state.put("T_cur", 1.0);
    assertThatThrownBy(() -> scheduler.loadStateDict(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit StepLR: missing [base_lrs.1], unexpected [T_cur]");
  }

  @Test
  void oneOfYourOwnIsShort() {
    final class InverseLR extends LRScheduler {
      InverseLR(Optimizer optimizer) {
        super(optimizer);
        initialStep();
      }

      @Override
      protected double nextLr(int group) {
        return baseLr(group) / (1 + lastEpoch());
      }
    }
    var scheduler = new InverseLR(sgd());
    scheduler.step();
    assertThat(scheduler.lastLr()).containsExactly(0.05, 0.15);
  }

  @Test
  void refusesAStepTooMany() {
    OneCycleLR scheduler = new OneCycleLR(sgd(), 0.01, 2);
    scheduler.step();
    scheduler.step();
    assertThatThrownBy(scheduler::step).hasMessageContaining("2 steps");
  }

  @Test
  void aPhaseWithoutStepsIsOverAtOnce() {
    SGD optimizer = sgd();
    OneCycleLR.builder(optimizer, 10, 1).pctStart(0.1).build();
    assertThat(optimizer.lr()).isEqualTo(1);
  }

  @Test
  void refusesGroupsThatCameLater() {
    SGD optimizer = sgd();
    StepLR scheduler = new StepLR(optimizer, 3);
    var plateau = ReduceLROnPlateau.builder(optimizer).patience(0).build();
    optimizer.addParamGroup(List.of(Torch.zeros(1).requiresGrad_(true)));
    assertThatThrownBy(scheduler::step).hasMessageContaining("expected the 2 groups");
    plateau.step(1);
    assertThatThrownBy(() -> plateau.step(1)).hasMessageContaining("expected the 2 groups");
  }

  @Test
  void refusesOptionsThatCannotBe() {
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
  void refusesSchedulesThatDoNotFitTogether() {
    SGD o = sgd();
    LRScheduler step = new StepLR(o, 3);
    LRScheduler foreign = new StepLR(sgd(), 3);
    LRScheduler chain = new ChainedScheduler(List.of(step));
    assertThatThrownBy(() -> new ChainedScheduler(List.of()))
        .hasMessageContaining("expected at least one");
    assertThatThrownBy(() -> new ChainedScheduler(List.of(step, foreign)))
        .hasMessageContaining("one optimizer, got another at 1");
    assertThatThrownBy(() -> new SequentialLR(o, List.of(step, step), new int[] {1, 2}))
        .hasMessageContaining("milestones: expected 1");
    assertThatThrownBy(() -> new SequentialLR(o, List.of(step, chain), new int[] {1}))
        .hasMessageContaining("ChainedScheduler only as the first");
  }

  @Test
  void anAnonymousScheduleHasAName() {
    LRScheduler schedule =
        new LRScheduler(sgd()) {
          @Override
          protected double nextLr(int group) {
            return baseLr(group);
          }
        };
    assertThat(schedule.toString()).startsWith("SchedulerTest$1(last_epoch=-1, ");
    assertThatThrownBy(() -> schedule.loadStateDict(Map.of()))
        .hasMessageContaining("does not fit SchedulerTest$1: missing");
  }
}
