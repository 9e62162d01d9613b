package panama.torch.nn.utils;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.nn.utils.ParameterVector.parametersToVector;
import static panama.torch.nn.utils.ParameterVector.vectorToParameters;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.Linear;

@Tag("locale")
class ParameterVectorTest {
  @Test
  void convertsToAVectorAndBack() {
    Linear from = new Linear(3, 2);
    Linear to = new Linear(3, 2);
    Tensor vector = parametersToVector(from.parameters());
    assertThat(vector.shape().is(8)).isTrue();
    vectorToParameters(vector, to.parameters());
    assertThat(to.weight().toFloatArray()).isEqualTo(from.weight().toFloatArray());
    assertThat(requireNonNull(to.bias()).toFloatArray())
        .isEqualTo(requireNonNull(from.bias()).toFloatArray());
    assertThat(to.weight().isLeaf()).isTrue();
    assertThat(to.weight().requiresGrad()).isTrue();
  }

  @Test
  void gradientsFlow() {
    Tensor a = Torch.ones(2).requiresGrad_(true);
    Tensor b = Torch.ones(1, 1).requiresGrad_(true);
    parametersToVector(List.of(a, b)).mul(Torch.tensor(new float[] {1, 2, 3})).sum().backward();
    assertThat(requireNonNull(a.grad()).toFloatArray()).containsExactly(1, 2);
    assertThat(requireNonNull(b.grad()).toFloatArray()).containsExactly(3);
  }

  @Test
  void parametersShareTheMemoryOfTheVector() {
    Tensor vector = Torch.arange(4).to(DType.FLOAT32);
    Tensor a = Torch.zeros(2, 2).requiresGrad_(true);
    vectorToParameters(vector, List.of(a));
    vector.fill_(7);
    assertThat(a.detach().toFloatArray()).containsExactly(7, 7, 7, 7);
  }

  @Test
  void refusesInvalidArguments() {
    List<Tensor> parameters = new Linear(3, 2).parameters();
    assertThatThrownBy(() -> vectorToParameters(Torch.zeros(7), parameters))
        .hasMessageContainingAll("[8]", "[7]");
    assertThatThrownBy(() -> parametersToVector(List.of())).hasMessageContaining("at least one");
  }
}
