package panama.torch.optim.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.LiveTensors;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.io.SafeTensors;
import panama.torch.optim.Optimizer;
import panama.torch.optim.OptimizerState;
import panama.torch.optim.ParamGroup;
import panama.torch.optim.ParameterState;
import panama.torch.optim.lr_scheduler.CosineAnnealingLR;

/** An optimizer and a scheduler outside the library work as documented. */
@Tag("locale")
class CustomOptimizerTest {
  private static List<Tensor> parameters(DType dtype) {
    Torch.manualSeed(0);
    return List.of(
        Torch.randn(2, 3).to(dtype).requiresGrad_(true),
        Torch.randn(4).to(dtype).requiresGrad_(true),
        Torch.randn(2).to(dtype).requiresGrad_(true));
  }

  /** Returns a loss of all parameters except the last, which gets no gradient. */
  private static Tensor loss(List<Tensor> p) {
    return p.get(0).pow(4).sum().add(p.get(1).tanh().sum());
  }

  private static void train(Optimizer optimizer, List<Tensor> p, int steps) {
    for (int i = 0; i < steps; i++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        loss(p).backward();
        optimizer.step();
      }
    }
  }

  private static double[] values(List<Tensor> tensors) {
    return Torch.cat(tensors.stream().map(x -> x.detach().to(DType.FLOAT64).flatten()).toList(), 0)
        .toDoubleArray();
  }

  @ParameterizedTest
  @CsvSource({"Optimizer, Lion", "lr_scheduler/LRScheduler, InverseLR"})
  void theDocumentationShowsThisClass(String documented, String name) throws IOException {
    String javadoc =
        Files.readString(Path.of("src/main/java/panama/torch/optim/" + documented + ".java"))
            .replaceAll("(?m)^ \\* ?", "");
    String source =
        Files.readString(Path.of("src/test/java/panama/torch/optim/custom/" + name + ".java"));
    String type = source.substring(source.indexOf("public final class"));
    assertThat(javadoc).containsIgnoringWhitespaces("<pre>{@code " + type + "}</pre>");
  }

  @Test
  void lionFollowsThePaper() {
    List<Tensor> p = parameters(DType.FLOAT64);
    double[] expected = values(p.subList(1, 2));
    double[] average = new double[expected.length];
    double lr = 0.125;
    double weightDecay = 0.5;
    Lion lion = new Lion(p.subList(0, 1), lr);
    lion.addParamGroup(p.subList(1, 2), Map.of("weight_decay", weightDecay));
    for (int step = 0; step < 20; step++) {
      train(lion, p, 1);
      for (int i = 0; i < expected.length; i++) {
        double gradient = 1 - Math.pow(Math.tanh(expected[i]), 2);
        double direction = Math.signum(0.9 * average[i] + 0.1 * gradient);
        average[i] = 0.99 * average[i] + 0.01 * gradient;
        expected[i] -= lr * (direction + weightDecay * expected[i]);
      }
    }
    assertThat(values(p.subList(1, 2))).containsExactly(expected, within(1e-12));
    Tensor state = lion.stateDict().tensors().get("state.1.exp_avg");
    assertThat(state.toDoubleArray()).containsExactly(average, within(1e-12));
  }

  @Test
  void continuesFromAFileBitForBit(@TempDir Path folder) throws IOException {
    List<Tensor> p = parameters(DType.FLOAT32);
    Lion lion = new Lion(p, 0.01);
    assertThat(lion.stateDict().tensors()).isEmpty();
    train(lion, p, 3);
    OptimizerState state = lion.stateDict();
    assertThat(state.tensors()).containsOnlyKeys("state.0.exp_avg", "state.1.exp_avg");
    assertThat(state.options())
        .containsEntry("param_groups.0.lr", "0.01")
        .containsEntry("param_groups.0.betas", "[0.9, 0.99]")
        .containsEntry("param_groups.0.weight_decay", "0.0")
        .containsEntry("param_groups.0.params", "[0, 1, 2]");

    Path file = folder.resolve("lion.safetensors");
    SafeTensors.save(file, state.tensors(), state.options());
    List<Tensor> copies = p.stream().map(x -> x.detach().clone().requiresGrad_(true)).toList();
    Lion other = new Lion(copies, 1);
    other.loadStateDict(new OptimizerState(SafeTensors.load(file), SafeTensors.loadMetadata(file)));
    assertThat(other.lr()).isEqualTo(0.01);
    train(lion, p, 3);
    train(other, copies, 3);
    assertThat(values(copies)).isEqualTo(values(p));
  }

  @Test
  void aStateDictOfAnotherOptimizerIsRefused() {
    List<Tensor> p = parameters(DType.FLOAT32);
    Lion lion = new Lion(p, 0.01);
    train(lion, p, 1);
    OptimizerState state = lion.stateDict();
    Map<String, Tensor> tensors = new HashMap<>(state.tensors());
    tensors.put("state.0.exp_avg_sq", Torch.zeros(2, 3));
    tensors.put("state.1.exp_avg", Torch.zeros(5));
    assertThatThrownBy(() -> lion.loadStateDict(new OptimizerState(tensors, state.options())))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("does not fit Lion")
        .hasMessageContaining("unexpected: state.0.exp_avg_sq")
        .hasMessageContaining("state.1.exp_avg: expected shape [4], got [5]");
  }

  @Test
  void stateFollowsParametersToAnotherType() {
    List<Tensor> p = parameters(DType.FLOAT32);
    Lion lion = new Lion(p, 0.01);
    train(lion, p, 1);
    lion.zeroGrad();
    p.forEach(x -> x.setData(x.detach().to(DType.FLOAT64)));
    train(lion, p, 1);
    assertThat(lion.stateDict().tensors().values())
        .extracting(Tensor::dtype)
        .containsOnly(DType.FLOAT64);
  }

  @Test
  void stepsLeaveNoTensorBehind() {
    List<Tensor> p = parameters(DType.FLOAT32);
    Lion lion = new Lion(p, 0.01);
    train(lion, p, 1);
    long handles = LiveTensors.settled();
    for (int i = 0; i < 5; i++) {
      lion.step(); // with gradients created outside all scopes
    }
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(handles);
  }

  @Test
  void stepsAreOutsideTheGraphAndCountVersions() {
    List<Tensor> p = parameters(DType.FLOAT32);
    Lion lion = new Lion(p, 0.01);
    Tensor before = loss(p);
    Tensor loss =
        lion.step(
            () -> {
              lion.zeroGrad();
              Tensor now = loss(p);
              now.backward();
              return now;
            });
    assertThat(loss.item()).isEqualTo(before.item());
    assertThat(p).allMatch(Tensor::isLeaf).allMatch(Tensor::requiresGrad);
    assertThat(lion.stateDict().tensors().values()).noneMatch(Tensor::requiresGrad);
    assertThatThrownBy(before::backward)
        .isInstanceOf(TorchException.class)
        .hasMessageMatching("(?s).*modified by an in-?place operation.*");
  }

  @Test
  void closuresRecordGradientsInsideNoGrad() {
    List<Tensor> p = parameters(DType.FLOAT32);
    double[] before = values(p);
    Lion lion = new Lion(p, 0.01);
    try (var guard = Torch.noGrad()) {
      lion.step(
          () -> {
            Tensor loss = loss(p);
            loss.backward();
            return loss;
          });
    }
    assertThat(values(p)).isNotEqualTo(before);
  }

  @Test
  void schedulersChangeItsLearningRate() {
    List<Tensor> p = parameters(DType.FLOAT32);
    Lion lion = new Lion(p.subList(0, 1), 0.1);
    lion.addParamGroup(p.subList(1, 2), Map.of("lr", 0.3));
    var inverse = new InverseLR(lion);
    inverse.step();
    assertThat(inverse.lastLr()).containsExactly(0.05, 0.15);
    assertThat(lion.paramGroups()).extracting(ParamGroup::lr).containsExactly(0.05, 0.15);
    var other = new InverseLR(new Lion(p, 1));
    assertThatThrownBy(() -> other.loadStateDict(inverse.stateDict()))
        .hasMessageContaining("does not fit InverseLR")
        .hasMessageContaining("unexpected: base_lrs.1");
    new CosineAnnealingLR(lion, 1).step();
    assertThat(lion.lr()).isZero();
  }

  @Test
  void printsItsGroupsAsPyTorchDoes() {
    assertThat(new Lion(parameters(DType.FLOAT32), 1e-5))
        .hasToString(
            """
            Lion (
            Parameter Group 0
                betas: (0.9, 0.99)
                lr: 1e-05
                weight_decay: 0
            )\
            """);
  }

  /**
   * An optimizer that steps along the normalized gradient of all parameters and counts its steps.
   */
  private static final class NormalizedSGD extends Optimizer {
    NormalizedSGD(List<Tensor> parameters) {
      super(parameters, Map.of("lr", 1, "history", 3, "mode", "l2", "centered", false));
    }

    @Override
    protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
      state.putScalar("step", 0);
    }

    ParameterState read(Tensor parameter) {
      return state(parameter);
    }

    @Override
    public void step() {
      try (var scope = new TensorScope()) {
        List<Tensor> updated = new ArrayList<>(parameters());
        updated.removeIf(p -> p.grad() == null);
        double squares = 0;
        for (Tensor p : updated) {
          squares += Objects.requireNonNull(p.grad()).square().sum().item();
        }
        for (Tensor p : updated) {
          p.detach().sub_(Objects.requireNonNull(p.grad()), lr() / Math.sqrt(squares));
          state(p).get("step").add_(1);
        }
      }
    }
  }

  @Test
  void stepCanUseAllParametersAtOnce() {
    List<Tensor> p = parameters(DType.FLOAT64);
    NormalizedSGD optimizer = new NormalizedSGD(p);
    double[] before = values(p);
    train(optimizer, p, 1);
    double[] after = values(p);
    double squares = 0;
    for (int i = 0; i < after.length; i++) {
      squares += Math.pow(after[i] - before[i], 2);
    }
    assertThat(squares).isCloseTo(1, within(1e-12));
    train(optimizer, p, 1);
    p.forEach(x -> x.setData(x.detach().to(DType.FLOAT32)));
    optimizer.zeroGrad();
    train(optimizer, p, 1);
    OptimizerState state = optimizer.stateDict();
    assertThat(state.tensors()).containsOnlyKeys("state.0.step", "state.1.step");
    assertThat(state.tensors().get("state.1.step").item()).isEqualTo(3);
    assertThat(state.options())
        .containsEntry("param_groups.0.lr", "1.0")
        .containsEntry("param_groups.0.history", "3")
        .containsEntry("param_groups.0.mode", "l2")
        .containsEntry("param_groups.0.centered", "false");
    NormalizedSGD other = new NormalizedSGD(p);
    other.loadStateDict(state);
    assertThat(other.stateDict().options()).isEqualTo(state.options());
    assertThatThrownBy(() -> optimizer.read(p.getFirst().detach()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter: expected one of the tensors of paramGroups()");
  }

  @Test
  void errorsOfIncompleteOptimizersNameTheFix() {
    List<Tensor> p = parameters(DType.FLOAT32);
    final class Unfinished extends Optimizer {
      Unfinished(Map<String, ?> defaults) {
        super(p, defaults);
      }
    }
    Unfinished optimizer = new Unfinished(Map.of("lr", 0.1));
    loss(p).backward();
    assertThatThrownBy(optimizer::step)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "step: expected Unfinished to override update(group, parameter, gradient, state) or"
                + " step()");
    assertThatThrownBy(() -> new Unfinished(Map.of("learning_rate", 0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("defaults: expected the learning rate under 'lr'");
    assertThatThrownBy(() -> new Unfinished(Map.of("lr", -0.1)))
        .hasMessageContaining("lr: expected a finite number");
    assertThatThrownBy(() -> new Unfinished(Map.of("lr", 0.1, "when", new Object())))
        .hasMessageContaining("options: expected for 'when' a number, a boolean, a string");
    assertThatThrownBy(() -> new Lion(List.of(), 0.1))
        .hasMessageContaining("parameters: expected at least one");

    final class Forgetful extends Optimizer {
      Forgetful() {
        super(p, Map.of("lr", 0.1));
      }

      ParameterState read(Tensor parameter) {
        return state(parameter);
      }

      @Override
      protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
        state.putZeros("exp_avg");
      }

      @Override
      protected void update(
          ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
        assertThat(state.has("exp_avg")).isTrue();
        state.get("exp_avg_sq").add_(1);
      }
    }
    Forgetful forgetful = new Forgetful();
    assertThatThrownBy(forgetful::step)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name: expected one of [exp_avg], got 'exp_avg_sq'");
    assertThat(forgetful.read(p.getFirst())).hasToString("ParameterState(exp_avg=float32[2, 3])");
  }
}
