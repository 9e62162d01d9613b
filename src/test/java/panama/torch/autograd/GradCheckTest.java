package panama.torch.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.autograd.GradCheck.gradcheck;
import static panama.torch.autograd.GradCheck.gradgradcheck;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;

@Tag("locale")
class GradCheckTest {
  private static final TensorOptions DOUBLE = TensorOptions.of(DType.FLOAT64);

  @BeforeEach
  void seed() {
    Torch.manualSeed(0);
  }

  private static Tensor input(long... sizes) {
    return Torch.randn(sizes, DOUBLE).requiresGrad_(true);
  }

  @Test
  void correctGradientsPass() {
    assertThat(gradcheck(Tensor::tanh, input(2, 3))).isTrue();
    assertThat(gradgradcheck(Tensor::tanh, input(2, 3))).isTrue();
    List<Tensor> matrices = List.of(input(2, 3), input(3, 2), Torch.randn(new long[] {2}, DOUBLE));
    assertThat(
            gradcheck(
                in -> {
                  Tensor product = in.get(0).matmul(in.get(1));
                  return List.of(product.add(in.get(2)), product.sum(), in.get(2));
                },
                matrices))
        .isTrue();
    assertThat(
            gradgradcheck(in -> List.of(in.get(0).matmul(in.get(1)).exp()), matrices.subList(0, 2)))
        .isTrue();
  }

  @Test
  void inputsAreNotChanged() {
    Tensor x = input(2, 3).transpose(0, 1);
    Tensor before = x.detach().clone();
    Tensor recorded = x.mul(x).sum();
    gradcheck(y -> y.mul(y), x);
    assertThat(x.detach().toDoubleArray()).containsExactly(before.toDoubleArray());
    recorded.backward();
    assertThatThrownBy(() -> gradcheck(y -> y.mul(y.detach()), x))
        .isInstanceOf(GradCheckException.class);
    assertThat(x.detach().toDoubleArray()).containsExactly(before.toDoubleArray());
  }

  /** The derivative of x² is 2x; detach drops half of it. */
  @Test
  void aWrongGradientIsNamed() {
    List<Tensor> inputs =
        List.of(
            input(2),
            Torch.tensor(new double[] {1, 2, 3, 4}, DType.FLOAT64, 2, 2).requiresGrad_(true));
    assertThatThrownBy(
            () ->
                gradcheck(
                    in -> List.of(in.get(0).exp(), in.get(1).mul(in.get(1).detach())), inputs))
        .isInstanceOf(GradCheckException.class)
        .hasMessageMatching(
            "the gradient of output 1 at \\[0, 0] by input 1 at \\[0, 0]: numerical"
                + " (2\\.0|1\\.99)\\d*, analytical 1\\.0; expected a difference of at most"
                + " 0\\.0020.*");
    assertThat(
            gradcheck(
                in -> List.of(in.get(1).mul(in.get(1).detach())),
                inputs,
                GradCheckOptions.DEFAULT.raiseException(false)))
        .isFalse();
    assertThat(
            gradcheck(
                in -> List.of(in.get(1).mul(in.get(1).detach())),
                inputs,
                GradCheckOptions.DEFAULT.raiseException(false).rtol(0.51)))
        .isTrue();
  }

  /** The gradient 3 x.detach() depends on x, but autograd does not record that. */
  @Test
  void aWrongSecondDerivativeIsNamed() {
    List<Tensor> inputs = List.of(input(3));
    assertThatThrownBy(
            () ->
                gradgradcheck(
                    in -> List.of(in.getFirst().mul(in.getFirst().detach().mul(3))), inputs))
        .isInstanceOf(GradCheckException.class)
        .hasMessageContaining("by input 0");
    assertThat(
            gradgradcheck(
                in -> List.of(in.getFirst().mul(in.getFirst().detach().mul(3))),
                inputs,
                GradCheckOptions.DEFAULT.raiseException(false)))
        .isFalse();
  }

  @Test
  void anOutputWithoutAGradientIsNamed() {
    assertThatThrownBy(() -> gradcheck(y -> y.detach().exp(), input(2)))
        .isInstanceOf(GradCheckException.class)
        .hasMessageContaining("output 0 at [0] by input 0 at [0]")
        .hasMessageContaining("no output requires gradients");
    assertThat(gradcheck(y -> Torch.ones(2), input(2))).isTrue();
  }

  @Test
  void refusesInvalidFunctionsAndInputs() {
    assertThatThrownBy(() -> gradcheck(Tensor::exp, Torch.randn(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".requiresGrad_(true)");
    assertThatThrownBy(() -> gradcheck(Tensor::exp, input(1, 2).expand(3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("stride 0 in dimension 0 of shape [3, 2] at 0", ".contiguous()");
    assertThatThrownBy(
            () -> gradcheck(Tensor::abs, Torch.zeros(2).to(DType.COMPLEX128).requiresGrad_(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("complex128 at 0");
    assertThatThrownBy(() -> gradgradcheck(Tensor::detach, input(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("detach");
    assertThatThrownBy(() -> GradCheckOptions.DEFAULT.eps(0))
        .hasMessage("eps: expected a number above 0, got 0.0");
    assertThatThrownBy(() -> GradCheckOptions.DEFAULT.atol(-1))
        .hasMessage("atol: expected at least 0, got -1.0");
  }
}
