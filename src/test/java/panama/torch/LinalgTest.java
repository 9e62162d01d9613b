package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.eye;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Errors and gradients; TensorGoldenTest compares the numbers. */
@Tag("locale")
class LinalgTest {
  @Test
  void singularMatricesAreRefused() {
    assertThatThrownBy(() -> Linalg.inv(ones(2, 2)))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("float32[2, 2]")
        .hasMessageContaining("singular");
    assertThatThrownBy(() -> Linalg.solve(zeros(2, 2), ones(2))).hasMessageContaining("singular");
    assertThatThrownBy(() -> Linalg.cholesky(eye(2).neg()))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("positive-definite");
  }

  @Test
  void invalidMatricesAreRefused() {
    assertThatThrownBy(() -> Linalg.det(ones(2, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("square");
    assertThatThrownBy(() -> Linalg.qr(ones(3))).hasMessageContaining("at least 2 dimensions");
    assertThatThrownBy(() -> Linalg.matrixNorm(ones(2, 2), "max")).hasMessageContaining("max");
    assertThatThrownBy(() -> Linalg.inv(tensor(new long[][] {{1}})))
        .isInstanceOf(DTypeException.class);
  }

  @Test
  void gradientsFlow() {
    Tensor a = tensor(new double[][] {{2, 0}, {0, 4}}, DType.FLOAT64).requiresGrad_();
    Linalg.slogdet(a).logabsdet().backward();
    assertThat(a.grad().toDoubleArray()).containsExactly(0.5, 0, 0, 0.25);
  }
}
