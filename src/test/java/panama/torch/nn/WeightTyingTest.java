package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.nn.utils.parametrizations.Parametrizations;
import panama.torch.optim.SGD;

/** Tests {@code decoder.tie("weight", encoder.weight())}, which is an assignment in PyTorch. */
class WeightTyingTest {
  private static final class Model extends Module {
    final Embedding encoder = register("encoder", new Embedding(5, 3));
    final Linear decoder = register("decoder", new Linear(3, 5));

    Model() {
      decoder.tie("weight", encoder.weight());
    }

    Tensor forward(Tensor indices) {
      return decoder.forward(encoder.forward(indices));
    }
  }

  private static final Tensor INDICES = tensor(new long[] {1, 3, 3});

  @Test
  void parameterNamesEqualPyTorchs() {
    Model model = new Model();
    assertThat(model.decoder.weight()).isSameAs(model.encoder.weight());
    assertThat(model.namedParameters().keySet()).containsExactly("encoder.weight", "decoder.bias");
    assertThat(model.stateDict().keySet())
        .containsExactly("encoder.weight", "decoder.weight", "decoder.bias");
    assertThat(model.decoder.namedParameters().keySet()).containsExactly("weight", "bias");
  }

  @Test
  void gradientsSumAndTheOptimizerStepsOnce() {
    Model model = new Model();
    Tensor weight = model.encoder.weight();
    Tensor before = weight.detach().clone();

    // The same computation with two separate weights.
    Tensor first = before.clone().requiresGrad_();
    Tensor second = before.clone().requiresGrad_();
    Tensor bias = model.decoder.bias().detach();
    first.indexSelect(0, INDICES).matmul(second.transpose(0, 1)).add(bias).pow(2).sum().backward();
    Tensor expected = first.grad().add(second.grad());

    SGD optimizer = SGD.builder(model.parameters()).lr(0.5).build();
    assertThat(optimizer.parameters()).hasSize(2);
    model.forward(INDICES).pow(2).sum().backward();
    assertThat(weight.grad().sub(expected).abs().max().item()).isLessThan(1e-4);
    Tensor gradient = weight.grad().clone();
    optimizer.step();
    assertThat(weight.detach().toFloatArray())
        .isEqualTo(before.sub(gradient.mul(0.5)).toFloatArray());
    assertThat(model.decoder.weight()).isSameAs(weight);
  }

  @Test
  void staysTiedWhenConvertedAndLoaded() {
    Model model = new Model();
    model.to(DType.FLOAT64);
    assertThat(model.decoder.weight()).isSameAs(model.encoder.weight());
    assertThat(model.forward(INDICES).dtype()).isEqualTo(DType.FLOAT64);

    Map<String, Tensor> state = new LinkedHashMap<>(model.stateDict());
    state.put("encoder.weight", zeros(5, 3));
    state.put("decoder.weight", ones(5, 3));
    model.loadStateDict(state);
    assertThat(model.encoder.weight().sum().item())
        .isEqualTo(15); // the entry of the last name is used
    Model other = new Model();
    other.loadStateDict(model.stateDict());
    assertThat(other.decoder.weight()).isSameAs(other.encoder.weight());
    assertThat(other.encoder.weight().sum().item()).isEqualTo(15);
  }

  @Test
  void recurrentLayersAndCellsUseTiedWeights() {
    GRU layer = GRU.builder(3, 3).build();
    Tensor input = layer.namedParameters().get("weight_ih_l0");
    layer.tie("weight_hh_l0", input);
    layer.tie("weight_ih_l0", randn(9, 3));
    layer.tie("weight_ih_l0", input);
    layer.to(DType.FLOAT64);
    assertThat(layer.allWeights().getFirst().get(1)).isSameAs(input);
    layer.forward(randn(2, 1, 3).to(DType.FLOAT64)).output().sum().backward();
    assertThat(input.grad()).isNotNull();

    RNNCell cell = new RNNCell(3, 3);
    RNNCell other = new RNNCell(3, 3);
    cell.tie("weight_ih", other.weightIh());
    cell.tie("weight_hh", other.weightHh());
    cell.to(DType.FLOAT64);
    assertThat(cell.forward(randn(3).to(DType.FLOAT64)).dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void aTiedWeightCanBeParametrized() {
    Model model = new Model();
    Parametrizations.weightNorm(model.decoder);
    model.forward(INDICES).sum().backward();
    assertThat(model.decoder.namedParameters().get("parametrizations.weight.original0").grad())
        .isNotNull();
  }

  @Test
  void tyingKeepsRequiresGrad() {
    Linear decoder = new Linear(3, 5);
    decoder.tie("weight", Embedding.fromPretrained(randn(5, 3)).weight());
    assertThat(decoder.weight().requiresGrad()).isFalse();
    decoder.tie("weight", randn(5, 3));
    assertThat(decoder.weight().requiresGrad()).isTrue();
  }

  @Test
  void refusesInvalidArguments() {
    Linear decoder = new Linear(3, 5);
    assertThatThrownBy(() -> decoder.tie("weight", randn(3, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected float32[5, 3] like 'weight', got float32[3, 5]");
    assertThatThrownBy(() -> decoder.tie("weights", randn(5, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one of [weight, bias], got 'weights'");
    Linear normed = Parametrizations.weightNorm(new Linear(3, 5));
    assertThatThrownBy(() -> decoder.tie("weight", normed.weight()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leaf");
    assertThat(decoder.parameters()).hasSize(2);
  }
}
