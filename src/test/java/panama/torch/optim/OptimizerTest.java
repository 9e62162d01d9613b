package panama.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.LiveTensors;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;
import panama.torch.nn.Linear;
import panama.torch.optim.lr_scheduler.StepLR;

@Tag("locale")
class OptimizerTest {
  private static final Map<String, Function<List<Tensor>, Optimizer>> MAKERS = new HashMap<>();

  static {
    MAKERS.put("sgd", p -> SGD.builder(p).momentum(0.9).build());
    MAKERS.put("sgd fused", p -> SGD.builder(p).momentum(0.9).fused(true).build());
    MAKERS.put("sgd without momentum", p -> SGD.builder(p).build());
    MAKERS.put("adam", p -> Adam.builder(p).amsgrad(true).build());
    MAKERS.put("adam fused", p -> Adam.builder(p).fused(true).build());
    MAKERS.put("adagrad fused", p -> Adagrad.builder(p).fused(true).build());
    MAKERS.put("adamw", p -> AdamW.builder(p).build());
    MAKERS.put("nadam", p -> NAdam.builder(p).build());
    MAKERS.put("radam", p -> RAdam.builder(p).build());
    MAKERS.put("adamax", p -> Adamax.builder(p).build());
    MAKERS.put("rmsprop", p -> RMSprop.builder(p).centered(true).momentum(0.9).build());
    MAKERS.put("adagrad", p -> Adagrad.builder(p).initialAccumulatorValue(0.1).build());
    MAKERS.put("adadelta", p -> Adadelta.builder(p).build());
    MAKERS.put("lbfgs", p -> LBFGS.builder(p).maxIter(2).strongWolfe(true).build());
  }

  static Stream<Named<Function<List<Tensor>, Optimizer>>> optimizers() {
    return MAKERS.entrySet().stream().map(e -> Named.of(e.getKey(), e.getValue()));
  }

  /** All except L-BFGS, whose history grows and is a vector of one type. */
  static Stream<Named<Function<List<Tensor>, Optimizer>>> elementwiseOptimizers() {
    return optimizers().filter(maker -> !maker.getName().equals("lbfgs"));
  }

  /** Constructors and the builders with the same options. */
  private static final Map<Function<List<Tensor>, Optimizer>, Function<List<Tensor>, Optimizer>>
      CONSTRUCTORS = new LinkedHashMap<>();

  static {
    CONSTRUCTORS.put(SGD::new, p -> SGD.builder(p).build());
    CONSTRUCTORS.put(p -> new SGD(p, 0.1), p -> SGD.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(p -> new SGD(p, 0.1, 0.9), p -> SGD.builder(p).lr(0.1).momentum(0.9).build());
    CONSTRUCTORS.put(Adam::new, p -> Adam.builder(p).build());
    CONSTRUCTORS.put(p -> new Adam(p, 0.1), p -> Adam.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(AdamW::new, p -> AdamW.builder(p).build());
    CONSTRUCTORS.put(p -> new AdamW(p, 0.1), p -> AdamW.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(NAdam::new, p -> NAdam.builder(p).build());
    CONSTRUCTORS.put(p -> new NAdam(p, 0.1), p -> NAdam.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(RAdam::new, p -> RAdam.builder(p).build());
    CONSTRUCTORS.put(p -> new RAdam(p, 0.1), p -> RAdam.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(Adamax::new, p -> Adamax.builder(p).build());
    CONSTRUCTORS.put(p -> new Adamax(p, 0.1), p -> Adamax.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(RMSprop::new, p -> RMSprop.builder(p).build());
    CONSTRUCTORS.put(p -> new RMSprop(p, 0.1), p -> RMSprop.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(
        p -> new RMSprop(p, 0.1, 0.9), p -> RMSprop.builder(p).lr(0.1).alpha(0.9).build());
    CONSTRUCTORS.put(Adagrad::new, p -> Adagrad.builder(p).build());
    CONSTRUCTORS.put(p -> new Adagrad(p, 0.1), p -> Adagrad.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(
        p -> new Adagrad(p, 0.1, 0.2), p -> Adagrad.builder(p).lr(0.1).lrDecay(0.2).build());
    CONSTRUCTORS.put(Adadelta::new, p -> Adadelta.builder(p).build());
    CONSTRUCTORS.put(p -> new Adadelta(p, 0.1), p -> Adadelta.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(
        p -> new Adadelta(p, 0.1, 0.8), p -> Adadelta.builder(p).lr(0.1).rho(0.8).build());
    CONSTRUCTORS.put(LBFGS::new, p -> LBFGS.builder(p).build());
    CONSTRUCTORS.put(p -> new LBFGS(p, 0.1), p -> LBFGS.builder(p).lr(0.1).build());
    CONSTRUCTORS.put(
        p -> new LBFGS(p, 0.1, 8), p -> LBFGS.builder(p).lr(0.1).maxIter(8).maxEval(10).build());
  }

  private static List<Tensor> parameters() {
    return OptimizerGoldenTest.parameters(DType.FLOAT32);
  }

  private static void train(Optimizer optimizer, List<Tensor> p, int steps) {
    for (int i = 0; i < steps; i++) {
      try (var scope = new TensorScope()) {
        optimizer.step(
            () -> {
              optimizer.zeroGrad();
              Tensor loss = OptimizerGoldenTest.loss(p);
              loss.backward();
              return loss;
            });
      }
    }
  }

  private static float[] values(List<Tensor> p) {
    return Torch.cat(p.stream().map(x -> x.detach().to(DType.FLOAT32).flatten()).toList(), 0)
        .toFloatArray();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void continuesFromAFileBitForBit(Function<List<Tensor>, Optimizer> make, @TempDir Path folder)
      throws IOException {
    List<Tensor> p = parameters();
    Optimizer optimizer = make.apply(p);
    optimizer.setLr(optimizer.lr() / 2);
    train(optimizer, p, 3);

    Path file = folder.resolve("optimizer.safetensors");
    OptimizerState state = optimizer.stateDict();
    SafeTensors.save(file, state.tensors(), state.options());
    List<Tensor> copies = p.stream().map(x -> x.detach().clone().requiresGrad_(true)).toList();
    Optimizer other = make.apply(copies);
    other.loadStateDict(new OptimizerState(SafeTensors.load(file), SafeTensors.loadMetadata(file)));
    assertThat(other.lr()).isEqualTo(optimizer.lr());
    assertThat(other.stateDict().options()).isEqualTo(state.options());
    assertThat(other.stateDict().tensors()).containsOnlyKeys(state.tensors().keySet());

    train(optimizer, p, 3);
    train(other, copies, 3);
    assertThat(values(copies)).isEqualTo(values(p));
  }

  @ParameterizedTest
  @MethodSource("elementwiseOptimizers")
  void stateFollowsParametersToAnotherType(Function<List<Tensor>, Optimizer> make) {
    List<Tensor> p = parameters();
    Optimizer optimizer = make.apply(p);
    train(optimizer, p, 2);
    List<Tensor> copies = p.stream().map(x -> x.detach().clone().requiresGrad_(true)).toList();
    Optimizer other = make.apply(copies);
    other.loadStateDict(optimizer.stateDict());
    optimizer.zeroGrad();
    p.forEach(x -> x.setData(x.detach().to(DType.FLOAT64)));
    train(optimizer, p, 2);
    train(other, copies, 2);
    assertThat(p.getFirst().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(values(p)).usingComparatorWithPrecision(1e-5f).containsExactly(values(copies));
  }

  @ParameterizedTest
  @MethodSource("elementwiseOptimizers")
  void leavesNoTensorBehind(Function<List<Tensor>, Optimizer> make) {
    List<Tensor> p = parameters();
    Optimizer optimizer = make.apply(p);
    train(optimizer, p, 1);
    long handles = LiveTensors.settled();
    train(optimizer, p, 5);
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(handles);
  }

  @Test
  void lbfgsDropsTheOldestEntriesOfItsHistory() {
    List<Tensor> p = parameters();
    LBFGS optimizer = LBFGS.builder(p).lr(0.01).historySize(2).maxIter(2).build();
    train(optimizer, p, 4);
    long handles = LiveTensors.settled();
    train(optimizer, p, 4);
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(handles);
    assertThat(optimizer.stateDict().tensors())
        .containsKey("state.0.ro.1")
        .doesNotContainKey("state.0.ro.2");
  }

  @Test
  void stateDictHasPyTorchsNames() {
    List<Tensor> p = parameters();
    Adam optimizer = Adam.builder(p).amsgrad(true).build();
    assertThat(optimizer.stateDict().tensors()).isEmpty();
    train(optimizer, p, 2);
    OptimizerState state = optimizer.stateDict();
    assertThat(state.tensors())
        .hasSize(12)
        .containsKeys(
            "state.0.step", "state.1.exp_avg", "state.2.exp_avg_sq", "state.2.max_exp_avg_sq");
    assertThat(state.tensors().get("state.0.step").item()).isEqualTo(2);
    assertThat(state.options())
        .containsEntry("param_groups.0.lr", "0.001")
        .containsEntry("param_groups.0.betas", "[0.9, 0.999]")
        .containsEntry("param_groups.0.amsgrad", "true")
        .containsEntry("param_groups.0.params", "[0, 1, 2, 3]");
  }

  /** As in PyTorch, the option of a state dict replaces that of the optimizer. */
  @Test
  void stateDictKeepsWhetherItIsFused() {
    List<Tensor> p = parameters();
    Map<String, Adam> optimizers =
        Map.of(
            "null", Adam.builder(p).build(),
            "true", Adam.builder(p).fused(true).build(),
            "false", Adam.builder(p).fused(false).build());
    optimizers.forEach(
        (json, optimizer) -> {
          OptimizerState state = optimizer.stateDict();
          assertThat(state.options()).containsEntry("param_groups.0.fused", json);
          for (boolean before : new boolean[] {true, false}) {
            Adam other = Adam.builder(p).fused(before).build();
            other.loadStateDict(state);
            assertThat(other.stateDict().options()).isEqualTo(state.options());
          }
        });
    Adam other = Adam.builder(p).fused(true).build();
    Map<String, String> options = new HashMap<>(other.stateDict().options());
    options.remove("param_groups.0.fused");
    other.loadStateDict(new OptimizerState(Map.of(), options));
    assertThat(other.paramGroups().getFirst().options()).containsEntry("fused", null);
    options.put("param_groups.0.fused", "perhaps");
    assertThatThrownBy(() -> other.loadStateDict(new OptimizerState(Map.of(), options)))
        .hasMessageContaining("param_groups.0.fused: expected a value like");
    other.addParamGroup(List.of(Torch.ones(1).requiresGrad_()), Map.of("fused", true));
    assertThat(other.paramGroups().getLast().isFused()).isTrue();
  }

  @Test
  void namesEveryEntryThatDoesNotMatch() {
    List<Tensor> p = parameters();
    Adam optimizer = Adam.builder(p).build();
    train(optimizer, p, 1);
    OptimizerState good = optimizer.stateDict();
    Map<String, Tensor> tensors = new HashMap<>(good.tensors());
    tensors.remove("state.0.exp_avg");
    tensors.put("state.1.exp_avg", Torch.zeros(5));
    tensors.put("state.2.momentum_buffer", Torch.zeros(5));
    tensors.put("state.9.step", Torch.zeros());
    Map<String, String> options = new HashMap<>(good.options());
    options.remove("param_groups.0.eps");
    options.put("param_groups.0.amsgrad", "perhaps");
    options.put("param_groups.0.params", "[0, 1]");
    options.put("param_groups.1.lr", "0.1");
    float[] before = values(List.of(good.tensors().get("state.2.exp_avg")));
    assertThatThrownBy(() -> optimizer.loadStateDict(new OptimizerState(tensors, options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit Adam")
        .hasMessageContaining("missing: state.0.exp_avg")
        .hasMessageContaining("state.1.exp_avg: expected shape [4], got [5]")
        .hasMessageContaining("unexpected: state.2.momentum_buffer")
        .hasMessageContaining("unexpected: state.9.step")
        .hasMessageContaining("missing: param_groups.0.eps")
        .hasMessageContaining("param_groups.0.amsgrad: expected a value like false, got perhaps")
        .hasMessageContaining("param_groups.0.params: expected [0, 1, 2, 3], got [0, 1]")
        .hasMessageContaining("unexpected: param_groups.1.lr");
    assertThat(values(List.of(optimizer.stateDict().tensors().get("state.2.exp_avg"))))
        .isEqualTo(before);
  }

  @Test
  void stateDictKeepsOptionsOfSchedulers() {
    Adam optimizer = Adam.builder(parameters()).build();
    OptimizerState without = optimizer.stateDict();
    optimizer.paramGroups().getFirst().set("initial_lr", 0.5);
    OptimizerState with = optimizer.stateDict();
    optimizer.loadStateDict(without);
    assertThat(optimizer.paramGroups().getFirst().has("initial_lr")).isFalse();
    optimizer.loadStateDict(with);
    assertThat(optimizer.paramGroups().getFirst().number("initial_lr")).isEqualTo(0.5);
  }

  @Test
  void stateDictKeepsOptionsOfCustomSchedulers() {
    Adam optimizer = Adam.builder(parameters()).build();
    ParamGroup group = optimizer.paramGroups().getFirst();
    OptimizerState without = optimizer.stateDict();
    group.add("warmed_up_to", 3);
    OptimizerState with = optimizer.stateDict();
    group.set("warmed_up_to", 4);
    assertThat(group.number("warmed_up_to")).isEqualTo(4);
    optimizer.loadStateDict(with);
    assertThat(group.number("warmed_up_to")).isEqualTo(3);
    optimizer.loadStateDict(without);
    assertThat(group.has("warmed_up_to")).isFalse();
    assertThatThrownBy(() -> optimizer.loadStateDict(with))
        .hasMessageContaining("unexpected: param_groups.0.warmed_up_to");
    assertThatThrownBy(() -> group.add("betas", 1)).hasMessageContaining("got 'betas'");
  }

  @Test
  void refusesUnknownOptions() {
    Adam optimizer = Adam.builder(parameters()).build();
    ParamGroup group = optimizer.paramGroups().getFirst();
    Map.of(
            "weight-decay", "weight_decay",
            "weightDecay", "weight_decay",
            "LR", "lr",
            "beta1", "betas",
            "initial_rate", "initial_lr",
            "epsilon", "eps")
        .forEach(
            (wrong, right) ->
                assertThatThrownBy(() -> group.set(wrong, 0.5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("'" + wrong + "'", "nearest is '" + right + "'"));
    OptimizerState state = optimizer.stateDict();
    Map<String, String> options = new LinkedHashMap<>(state.options());
    options.put("param_groups.0.weight-decay", "0.1");
    assertThatThrownBy(() -> optimizer.loadStateDict(new OptimizerState(state.tensors(), options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "unexpected: param_groups.0.weight-decay; the nearest name is 'weight_decay'");
    assertThat(group.options().keySet()).doesNotContain("weight-decay");
  }

  @Test
  void printsItsGroupsAsPyTorchDoes() {
    List<Tensor> p = parameters();
    SGD optimizer =
        SGD.builder(p.subList(0, 2))
            .momentum(0.9)
            .addParamGroup(p.subList(2, 4), group -> group.lr(2e-5).nesterov(true))
            .build();
    assertThat(optimizer)
        .hasToString(
            """
            SGD (
            Parameter Group 0
                dampening: 0
                differentiable: False
                foreach: None
                fused: None
                lr: 0.001
                maximize: False
                momentum: 0.9
                nesterov: False
                weight_decay: 0

            Parameter Group 1
                dampening: 0
                differentiable: False
                foreach: None
                fused: None
                lr: 2e-05
                maximize: False
                momentum: 0.9
                nesterov: True
                weight_decay: 0
            )\
            """);
    assertThat(Adam.builder(p).lr(1).eps(1e-16).build().toString())
        .contains("betas: (0.9, 0.999)\n", "eps: 1e-16\n", "lr: 1.0\n");
    assertThat(optimizer.paramGroups().getLast())
        .hasToString(
            "ParamGroup(2 parameters, dampening=0, fused=None, lr=2e-05, maximize=False,"
                + " momentum=0.9, nesterov=True, weight_decay=0)");
  }

  @Test
  void everyOptimizerPrintsAsPyTorchDoes() throws IOException {
    List<Tensor> p = parameters();
    Map<String, String> printed =
        SafeTensors.loadMetadata(Path.of("src/test/resources/golden/reprs.safetensors"));
    for (Optimizer optimizer :
        List.of(
            SGD.builder(p).build(),
            Adam.builder(p).amsgrad(true).build(),
            AdamW.builder(p).build(),
            NAdam.builder(p).build(),
            RAdam.builder(p).build(),
            Adamax.builder(p).build(),
            RMSprop.builder(p).momentum(0.9).centered(true).build(),
            Adagrad.builder(p).build(),
            Adadelta.builder(p).build(),
            LBFGS.builder(p).lr(0.5).build())) {
      String kind = optimizer.getClass().getSimpleName();
      assertThat(optimizer).hasToString(printed.get(kind));
    }
    Adam adam = Adam.builder(p).fused(false).build();
    StepLR schedule = new StepLR(adam, 5);
    assertThat(adam).hasToString(printed.get("Adam scheduled"));
    assertThat(schedule).hasToString("StepLR(last_epoch=0, last_lr=[0.001])");
  }

  @Test
  void constructorsSetTheOptionsOfTheBuilder() {
    List<Tensor> p = parameters();
    CONSTRUCTORS.forEach(
        (constructor, builder) ->
            assertThat(constructor.apply(p)).hasToString(builder.apply(p).toString()));
    assertThat(new SGD(p, 0.1, 0.9).paramGroups().getFirst().options())
        .containsEntry("lr", 0.1)
        .containsEntry("momentum", 0.9);
    assertThatThrownBy(() -> new Adam(p, -1)).hasMessageContaining("lr: expected");
    assertThatThrownBy(() -> new SGD(p, 0.1, -1)).hasMessageContaining("momentum: expected");
    assertThatThrownBy(() -> new LBFGS(p, 1, 0)).hasMessageContaining("maxIter: expected");
  }

  @Test
  void laterGroupsCanHaveOtherOptions() {
    List<Tensor> p = parameters();
    Adam optimizer = new Adam(p.subList(0, 1), 0.5);
    ParamGroup group =
        optimizer.addParamGroup(
            p.subList(1, 2),
            Map.of("lr", 1, "betas", List.of(0, 0.5), "amsgrad", true, "weight_decay", 0.25f));
    assertThat(group.lr()).isEqualTo(1);
    assertThat(group.numbers("betas")).containsExactly(0.0, 0.5);
    assertThat(group.flag("amsgrad")).isTrue();
    assertThat(group.number("weight_decay")).isEqualTo(0.25);
    assertThat(group.number("eps")).isEqualTo(1e-8);
    assertThat(optimizer.paramGroups().getFirst().flag("amsgrad")).isFalse();
    train(optimizer, p, 1);
    assertThat(optimizer.stateDict().tensors().keySet())
        .contains("state.1.max_exp_avg_sq")
        .doesNotContain("state.0.max_exp_avg_sq");

    List<Tensor> more = p.subList(2, 3);
    assertThatThrownBy(() -> optimizer.addParamGroup(more, Map.of("weightDecay", 0.1)))
        .hasMessageContaining("options: no option 'weightDecay'; the nearest is 'weight_decay'");
    assertThatThrownBy(() -> optimizer.addParamGroup(more, Map.of("eps", true)))
        .hasMessageContaining("for 'eps' a value like 1.0E-8, got true");
    assertThatThrownBy(() -> optimizer.addParamGroup(more, Map.of("betas", List.of(0.1))))
        .hasMessageContaining("for 'betas' a value like [0.9, 0.999], got [0.1]");
    assertThatThrownBy(() -> optimizer.addParamGroup(more, Map.of("lr", -1)))
        .hasMessageContaining("lr: expected");
    assertThatThrownBy(() -> optimizer.addParamGroup(more, Map.of("eps", List.of("a"))))
        .hasMessageContaining("a string or a list of numbers");
    assertThat(optimizer.paramGroups()).hasSize(2);
  }

  @Test
  void setLrSetsTheLearningRateOfAllGroups() {
    List<Tensor> p = parameters();
    Adam optimizer =
        Adam.builder(p.subList(0, 1)).addParamGroup(p.subList(1, 2), g -> g.lr(0.1)).build();
    assertThat(optimizer.lr()).isEqualTo(1e-3);
    optimizer.setLr(0.5);
    assertThat(optimizer.paramGroups()).extracting(ParamGroup::lr).containsExactly(0.5, 0.5);
  }

  @Test
  void groupsCanBeAddedLater() {
    List<Tensor> p = parameters();
    AdamW optimizer = AdamW.builder(p.subList(0, 2)).weightDecay(0.3).build();
    ParamGroup group = optimizer.addParamGroup(p.subList(2, 3));
    group.setLr(0.5);
    assertThat(group.number("weight_decay")).isEqualTo(0.3);
    float[] before = values(p.subList(2, 3));
    train(optimizer, p, 1);
    assertThat(values(p.subList(2, 3))).isNotEqualTo(before);
    assertThatThrownBy(() -> optimizer.addParamGroup(p.subList(0, 1)))
        .hasMessageContaining("expected each tensor once");
  }

  @Test
  void momentumCanBeSetLater() {
    for (boolean fused : new boolean[] {true, false}) {
      List<Tensor> p = parameters();
      SGD optimizer = SGD.builder(p).fused(fused).build(); // false as by default
      train(optimizer, p, 1);
      optimizer.paramGroups().getFirst().setMomentum(0.9);
      train(optimizer, p, 2);
      assertThat(optimizer.stateDict().tensors()).containsKey("state.2.momentum_buffer");
    }
  }

  @Test
  void acceptsGradientsWithAnyStrides() {
    Tensor p = Torch.zeros(2, 3).requiresGrad_(true);
    p.setGrad(Torch.arange(0, 6, 1.0).view(3, 2).transpose(0, 1));
    SGD.builder(List.of(p)).lr(1).build().step();
    assertThat(p.detach().toFloatArray()).containsExactly(0, -2, -4, -1, -3, -5);
  }

  @Test
  void aClosureRecordsGradientsInsideNoGrad() {
    Linear layer = new Linear(2, 1);
    SGD optimizer = SGD.builder(layer.parameters()).lr(0.1).build();
    try (var guard = Torch.noGrad()) {
      optimizer.step(
          () -> {
            Tensor loss = layer.forward(Torch.ones(1, 2)).sum();
            loss.backward();
            return loss;
          });
    }
    assertThat(layer.parameters().getFirst().grad()).isNotNull();
  }

  @Test
  void refusesInvalidOptions() {
    List<Tensor> p = parameters();
    assertThatThrownBy(() -> Adam.builder(List.of()).build())
        .hasMessageContaining("parameters: expected at least one");
    assertThatThrownBy(() -> Adam.builder(List.of(p.get(0), p.get(0))).build())
        .hasMessageContaining("expected each tensor once, got the one at index 1 a second time");
    assertThatThrownBy(() -> Adam.builder(List.of(p.get(0).mul(2))).build())
        .hasMessageContaining("expected leaf tensors, got at index 0");
    assertThatThrownBy(() -> Adam.builder(List.of(Torch.arange(3))).build())
        .hasMessageContaining("expected a floating-point type, got int64");
    assertThatThrownBy(() -> Adam.builder(p).addParamGroup(p, group -> {}).build())
        .hasMessageContaining("expected each tensor once");
    assertThatThrownBy(() -> SGD.builder(p).lr(-1)).hasMessageContaining("lr: expected");
    assertThatThrownBy(() -> SGD.builder(p).lr(Double.NaN)).hasMessageContaining("lr: expected");
    assertThatThrownBy(() -> SGD.builder(p).build().setLr(-1)).hasMessageContaining("lr: expected");
    assertThatThrownBy(() -> SGD.builder(p).momentum(-1))
        .hasMessageContaining("momentum: expected");
    assertThatThrownBy(() -> SGD.builder(p).weightDecay(-1)).hasMessageContaining("weightDecay");
    assertThatThrownBy(() -> SGD.builder(p).nesterov(true).build())
        .hasMessageContaining("nesterov: expected momentum > 0");
    assertThatThrownBy(() -> SGD.builder(p).nesterov(true).momentum(1).dampening(1).build())
        .hasMessageContaining("dampening=1.0");
    assertThatThrownBy(() -> Adam.builder(p).betas(1, 0.9)).hasMessageContaining("beta1");
    assertThatThrownBy(() -> AdamW.builder(p).betas(0.9, 1)).hasMessageContaining("beta2");
    assertThatThrownBy(() -> RAdam.builder(p).eps(-1)).hasMessageContaining("eps: expected");
    assertThatThrownBy(() -> NAdam.builder(p).momentumDecay(-1))
        .hasMessageContaining("momentumDecay");
    assertThatThrownBy(() -> RMSprop.builder(p).alpha(-1)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> Adagrad.builder(p).lrDecay(-1)).hasMessageContaining("lrDecay");
    assertThatThrownBy(() -> Adagrad.builder(p).initialAccumulatorValue(-1))
        .hasMessageContaining("initialAccumulatorValue");
    assertThatThrownBy(() -> Adadelta.builder(p).rho(1.5)).hasMessageContaining("rho: expected");
    assertThatThrownBy(() -> LBFGS.builder(p).maxIter(0)).hasMessageContaining("maxIter");
    assertThatThrownBy(() -> LBFGS.builder(p).build().step()).hasMessageContaining("step(() ->");
    assertThatThrownBy(() -> LBFGS.builder(p.subList(0, 1)).build().addParamGroup(p.subList(1, 2)))
        .hasMessageContaining("one group");
    ParamGroup group = Adam.builder(p).build().paramGroups().getFirst();
    assertThatThrownBy(() -> group.number("momentum")).hasMessageContaining("got 'momentum'");
    assertThatThrownBy(() -> group.set("amsgrad", 1)).hasMessageContaining("got 'amsgrad'");
    assertThatThrownBy(() -> group.flag("lr")).hasMessageContaining("of a boolean among");
    assertThatThrownBy(() -> group.numbers("lr")).hasMessageContaining("of a list of numbers");
  }
}
