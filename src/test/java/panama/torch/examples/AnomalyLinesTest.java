package panama.torch.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.nn.CrossEntropyLoss;

/**
 * In the package of the examples, since anomaly mode omits frames of the packages of the library.
 */
class AnomalyLinesTest {
  private static final Tensor NEGATIVE = Torch.ones(2).neg().requiresGrad_();

  private static Tensor root(Tensor x) {
    return x.mul(2).sqrt();
  }

  private static void isCalledAt(Throwable thrown, String method) {
    String called = AnomalyLinesTest.class.getName() + "." + method + "(AnomalyLinesTest.java:";
    assertThat(thrown)
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("The operation was called at " + called);
    assertThat(thrown.getCause().getStackTrace()[0].toString()).startsWith(called);
    assertThat(thrown.getCause().getStackTrace()).hasSizeGreaterThan(2);
  }

  @Test
  void theLineThatCalledTheOperationIsNamed() {
    try (var watch = Torch.detectAnomaly()) {
      Tensor loss = root(NEGATIVE).sum().mul(3);
      Throwable thrown = catchThrowable(loss::backward);
      isCalledAt(thrown, "root");
      assertThat(thrown).hasMessageContaining("SqrtBackward0");
    }
  }

  @Test
  void theLineThatCalledAnInPlaceOperationIsNamed() {
    try (var watch = Torch.detectAnomaly()) {
      Tensor x = NEGATIVE.mul(1);
      rootInPlace(x);
      Tensor loss = x.sum();
      isCalledAt(catchThrowable(loss::backward), "rootInPlace");
    }
  }

  private static void rootInPlace(Tensor x) {
    x.sqrt_();
  }

  @Test
  void theLineThatCalledACompositeOperationIsNamed() {
    try (var watch = Torch.detectAnomaly()) {
      Tensor x = Torch.full(new long[] {1, 2}, Double.NaN).requiresGrad_();
      Tensor loss = entropy(x);
      isCalledAt(catchThrowable(loss::backward), "entropy");
    }
  }

  private static Tensor entropy(Tensor x) {
    return new CrossEntropyLoss().forward(x, Torch.zeros(1).to(DType.INT64));
  }

  @Test
  void withoutAnomalyModeNoLineIsNamed() {
    Tensor before = root(NEGATIVE).sum();
    try (var watch = Torch.detectAnomaly()) {
      assertThatThrownBy(before::backward)
          .isInstanceOf(TorchException.class)
          .hasNoCause()
          .message()
          .doesNotContain("called at");
    }
  }
}
