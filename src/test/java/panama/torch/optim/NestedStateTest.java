package panama.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.optim.lr_scheduler.CosineAnnealingWarmRestarts;
import panama.torch.optim.lr_scheduler.ExponentialLR;
import panama.torch.optim.lr_scheduler.LRScheduler;
import panama.torch.optim.lr_scheduler.LinearLR;
import panama.torch.optim.lr_scheduler.ReduceLROnPlateau;
import panama.torch.optim.lr_scheduler.SequentialLR;
import panama.torch.optim.lr_scheduler.StepLR;

/** State dicts of Python's optimizers and schedulers, of golden/nested_states.py, and back. */
class NestedStateTest {
  private static final Path FILE =
      Path.of("src", "test", "resources", "golden", "nested_states.pt");

  private static final Map<String, Function<List<Tensor>, Optimizer>> OPTIMIZERS =
      new LinkedHashMap<>();
  private static final Map<String, Function<Optimizer, LRScheduler>> SCHEDULERS =
      new LinkedHashMap<>();

  // Built with other options than in Python, which the state dict replaces.
  static {
    OPTIMIZERS.put("adam", Adam::new);
    OPTIMIZERS.put("adam amsgrad", p -> Adam.builder(p).lr(0.5).amsgrad(false).build());
    OPTIMIZERS.put("adamw", p -> AdamW.builder(p).lr(0.5).build());
    OPTIMIZERS.put("sgd", p -> SGD.builder(p).lr(0.5).momentum(0.5).build());
    OPTIMIZERS.put("sgd momentum", p -> SGD.builder(p).lr(0.5).build());
    OPTIMIZERS.put("rmsprop", RMSprop::new);
    OPTIMIZERS.put("adagrad", p -> Adagrad.builder(p).lr(0.5).build());
    OPTIMIZERS.put("adadelta", p -> Adadelta.builder(p).lr(0.5).build());
    OPTIMIZERS.put("adamax", p -> Adamax.builder(p).lr(0.5).build());
    OPTIMIZERS.put("nadam", p -> NAdam.builder(p).lr(0.5).build());
    OPTIMIZERS.put("radam", p -> RAdam.builder(p).lr(0.5).build());
    OPTIMIZERS.put("lbfgs", p -> LBFGS.builder(p).strongWolfe(true).build());
    OPTIMIZERS.put("lbfgs strong_wolfe", p -> LBFGS.builder(p).build());

    SCHEDULERS.put("step", o -> new StepLR(o, 3));
    SCHEDULERS.put("plateau", o -> ReduceLROnPlateau.builder(o).patience(1).build());
    SCHEDULERS.put("restarts", o -> new CosineAnnealingWarmRestarts(o, 3, 2));
    SCHEDULERS.put(
        "sequential",
        o ->
            new SequentialLR(
                o, List.of(new LinearLR(o, 0.1, 1, 4), new ExponentialLR(o, 0.9)), new int[] {4}));
  }

  @TempDir Path temporary;

  @SuppressWarnings("unchecked")
  private static Map<String, Object> load(String kind, String name) throws IOException {
    Map<String, Map<String, Map<String, Object>>> all = Torch.load(FILE);
    return all.get(kind).get(name);
  }

  @SuppressWarnings("unchecked")
  private static List<Tensor> tensors(Map<String, Object> golden, String name) {
    return (List<Tensor>) golden.get(name);
  }

  private static List<Tensor> parameters(Map<String, Object> golden) {
    List<Tensor> all = new ArrayList<>();
    tensors(golden, "before").forEach(p -> all.add(p.clone().requiresGrad_(true)));
    all.add(Torch.ones(2).requiresGrad_(true)); // has no gradient
    return all;
  }

  private static void steps(Optimizer optimizer, List<Tensor> parameters, int count) {
    for (int i = 0; i < count; i++) {
      try (TensorScope scope = new TensorScope()) {
        optimizer.step(
            () -> {
              optimizer.zeroGrad();
              Tensor loss = Torch.zeros();
              for (Tensor p : parameters.subList(0, 2)) {
                loss = loss.add(p.mul(p).mul(p).mul(p).sum().add(p.sum()));
              }
              loss.backward();
              return loss;
            });
      }
    }
  }

  private static void assertSame(List<Tensor> actual, List<Tensor> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).toByteArray()).isEqualTo(expected.get(i).toByteArray());
    }
  }

  static List<String> optimizers() {
    return List.copyOf(OPTIMIZERS.keySet());
  }

  static List<String> schedulers() {
    return List.copyOf(SCHEDULERS.keySet());
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void continuesATrainingOfPython(String name) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Map<String, Object> golden = load("optimizers", name);
      List<Tensor> parameters = parameters(golden);
      Optimizer optimizer = OPTIMIZERS.get(name).apply(parameters);
      optimizer.loadNestedStateDict((Map<?, ?>) golden.get("state"));
      steps(optimizer, parameters, 2);
      assertSame(parameters, tensors(golden, "after"));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void continuesFromAFileOfItsOwn(String name) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Map<String, Object> golden = load("optimizers", name);
      List<Tensor> parameters = parameters(golden);
      Optimizer optimizer = OPTIMIZERS.get(name).apply(parameters);
      steps(optimizer, parameters, 3);
      Path file = temporary.resolve("state.pt");
      Torch.save(file, optimizer.nestedStateDict());

      List<Tensor> others = parameters.stream().map(p -> p.detach().clone()).toList();
      others.forEach(p -> p.requiresGrad_(true));
      Optimizer other = OPTIMIZERS.get(name).apply(others);
      other.loadNestedStateDict(Torch.<Map<?, ?>>load(file));
      steps(optimizer, parameters, 3);
      steps(other, others, 3);
      assertSame(others, parameters);
      assertThat(other.stateDict().options()).isEqualTo(optimizer.stateDict().options());
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void hasTheEntriesOfPython(String name) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Map<String, Object> golden = load("optimizers", name);
      Map<?, ?> theirs = (Map<?, ?>) golden.get("state");
      Optimizer optimizer = OPTIMIZERS.get(name).apply(parameters(golden));
      optimizer.loadNestedStateDict(theirs);
      Map<?, ?> ours = optimizer.nestedStateDict();

      Set<Object> options = names(group(theirs));
      options.remove("param_names");
      assertThat(names(group(ours))).isEqualTo(options);

      Map<?, ?> states = (Map<?, ?>) ours.get("state");
      ((Map<?, ?>) theirs.get("state"))
          .forEach(
              (index, state) -> {
                Set<Object> expected = names((Map<?, ?>) state);
                expected.remove("al"); // LBFGS computes it again
                assertThat(states.containsKey(index)).isEqualTo(!expected.isEmpty());
                if (!expected.isEmpty()) {
                  assertThat(names((Map<?, ?>) states.get(index))).isEqualTo(expected);
                }
              });
    }
  }

  private static Map<?, ?> group(Map<?, ?> state) {
    return (Map<?, ?>) ((List<?>) state.get("param_groups")).getFirst();
  }

  /** Returns the keys whose values are not those that an optimizer has without a state. */
  private static Set<Object> names(Map<?, ?> map) {
    Set<Object> names = new HashSet<>(map.keySet());
    names.removeIf(name -> name.equals("momentum_buffer") && map.get(name) == null);
    return names;
  }

  @ParameterizedTest
  @MethodSource("schedulers")
  @SuppressWarnings("unchecked")
  void continuesAScheduleOfPython(String name) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Map<String, Object> golden = load("schedulers", name);
      Optimizer optimizer = SGD.builder(List.of(Torch.ones(1).requiresGrad_(true))).lr(0.5).build();
      LRScheduler scheduler = SCHEDULERS.get(name).apply(optimizer);
      optimizer.loadNestedStateDict((Map<?, ?>) golden.get("optimizer"));
      scheduler.loadNestedStateDict((Map<String, ?>) golden.get("scheduler"));
      Path file = temporary.resolve("state.pt");
      Torch.save(file, scheduler.nestedStateDict());
      scheduler.loadNestedStateDict(Torch.<Map<String, ?>>load(file));
      List<Double> lrs = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        optimizer.step();
        if (scheduler instanceof ReduceLROnPlateau plateau) {
          plateau.step(1);
        } else {
          scheduler.step();
        }
        lrs.add(optimizer.paramGroups().getFirst().lr());
      }
      assertThat(lrs).isEqualTo(golden.get("lrs"));
    }
  }

  @Test
  void takesALearningRateThatIsATensorAndAbsentFlags() {
    try (TensorScope scope = new TensorScope()) {
      Adam adam = Adam.builder(List.of(Torch.ones(2).requiresGrad_(true))).amsgrad(true).build();
      Map<String, Object> state = new LinkedHashMap<>(adam.nestedStateDict());
      Map<Object, Object> group =
          new LinkedHashMap<>((Map<?, ?>) ((List<?>) state.get("param_groups")).getFirst());
      group.put("lr", Torch.full(new long[0], 0.25));
      List.of("amsgrad", "maximize", "fused", "foreach", "decoupled_weight_decay")
          .forEach(group::remove);
      state.put("param_groups", List.of(group));
      adam.loadNestedStateDict(state);
      assertThat(adam.paramGroups().getFirst().lr()).isEqualTo(0.25);
      assertThat(adam.paramGroups().getFirst().flag("amsgrad")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "flat",
        "text",
        "shape",
        "name",
        "option",
        "endless",
        "doubling",
        "cycle",
        "lists"
      })
  void refusesAnotherForm(String damage) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> parameters = List.of(Torch.ones(2).requiresGrad_(true));
      Adam adam = new Adam(parameters);
      parameters.getFirst().sum().backward();
      adam.step();
      Map<String, Object> state = new LinkedHashMap<>(adam.nestedStateDict());
      Map<Object, Object> own =
          new LinkedHashMap<>((Map<?, ?>) ((Map<?, ?>) state.get("state")).get(0L));
      Map<Object, Object> group =
          new LinkedHashMap<>((Map<?, ?>) ((List<?>) state.get("param_groups")).getFirst());
      switch (damage) {
        case "nothing" -> state.clear();
        case "flat" -> state = new LinkedHashMap<>(adam.stateDict().options());
        case "text" -> own.put("exp_avg", "text");
        case "shape" -> own.put("exp_avg", Torch.ones(3));
        case "name" -> own.put("momentum_buffer", Torch.ones(2));
        case "option" -> group.put("momentum", 0.9);
        case "endless" -> own.put("exp_avg", own);
        case "doubling" -> own.put("exp_avg", doubling());
        case "cycle" -> {
          List<Object> list = new ArrayList<>();
          list.add(new ArrayList<>(List.of(list)));
          group.put("betas", list);
        }
        default -> group.put("betas", doubling());
      }
      if (state.containsKey("state")) {
        state.put("state", Map.of(0L, own));
        state.put("param_groups", List.of(group));
      }
      String before = adam.stateDict().toString();
      Map<String, Object> damaged = state;
      assertThatThrownBy(() -> adam.loadNestedStateDict(damaged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("state");
      assertThat(adam.stateDict()).hasToString(before);
    }
  }

  /** Returns lists that are small in memory, and would have 2^90 elements side by side. */
  private static List<Object> doubling() {
    List<Object> list = List.of(1L);
    for (int i = 0; i < 90; i++) {
      list = List.of(list, list);
    }
    return list;
  }

  @Test
  void aScheduleNamesWhatIsNoNumber() {
    Optimizer optimizer = SGD.builder(List.of(Torch.ones(1).requiresGrad_(true))).lr(0.5).build();
    StepLR schedule = new StepLR(optimizer, 2);
    Map<String, Object> state = schedule.nestedStateDict();
    state.put("last_epoch", "three");
    assertThatThrownBy(() -> schedule.loadNestedStateDict(state))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("last_epoch: expected a number, got String");
  }

  @Test
  void textsOfOptionsStayTexts() {
    class Named extends Optimizer {
      Named(List<Tensor> parameters) {
        super(parameters, Map.of("lr", 0.1, "no", "False", "nothing", "null"));
      }
    }
    Optimizer optimizer = new Named(List.of(Torch.ones(1).requiresGrad_(true)));
    optimizer.loadStateDict(optimizer.stateDict());
    optimizer.loadNestedStateDict(optimizer.nestedStateDict());
    assertThat(optimizer.paramGroups().getFirst().options())
        .containsEntry("no", "False")
        .containsEntry("nothing", "null");
  }

  @Test
  void aScheduleNamesWhatIsMissing() {
    Optimizer optimizer = SGD.builder(List.of(Torch.ones(1).requiresGrad_(true))).lr(0.5).build();
    assertThatThrownBy(
            () -> new StepLR(optimizer, 2).loadNestedStateDict(Map.of("base_lrs", List.of(0.5))))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("missing: last_epoch")
        .hasMessageContaining("missing: _last_lr.0");
  }
}
