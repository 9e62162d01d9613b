package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import org.junit.jupiter.api.Test;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;

class ModesTest {
  @Test
  void autocastLowersThePrecisionOfProducts() {
    Linear layer = new Linear(4, 2);
    try (var cast = Torch.autocast(DType.BFLOAT16)) {
      assertThat(Torch.isAutocastEnabled(Device.Type.CPU)).isTrue();
      assertThat(layer.forward(ones(1, 4)).dtype()).isEqualTo(DType.BFLOAT16);
      try (var not = Torch.autocast(Device.Type.CPU, DType.BFLOAT16, false)) {
        assertThat(layer.forward(ones(1, 4)).dtype()).isEqualTo(DType.FLOAT32);
      }
      assertThat(Torch.isAutocastEnabled(Device.Type.CPU)).isTrue();
    }
    assertThat(layer.forward(ones(1, 4)).dtype()).isEqualTo(DType.FLOAT32);
    assertThatThrownBy(() -> Torch.autocast(DType.INT8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bfloat16");
  }

  @Test
  void gradientsFlowThroughAutocast() {
    Linear layer = new Linear(4, 2);
    Tensor loss;
    try (var cast = Torch.autocast(DType.BFLOAT16)) {
      loss = layer.forward(ones(1, 4)).sum();
    }
    loss.backward();
    assertThat(layer.weight().grad().dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void recurrentLayersAcceptInputOfAutocast() {
    Linear front = new Linear(4, 3);
    LSTM lstm = LSTM.builder(3, 2).batchFirst(true).build();
    try (var cast = Torch.autocast(DType.BFLOAT16)) {
      Tensor x = front.forward(ones(2, 5, 4));
      assertThat(lstm.forward(x).output().shape()).isEqualTo(Shape.of(2, 5, 2));
    }
  }

  @Test
  void anomalyModeFindsTheFirstNan() {
    Tensor x = Torch.zeros(1).requiresGrad_(true);
    Tensor bad = x.sqrt().mul(0);
    bad.backward();
    assertThat(x.grad().item()).isNaN();
    try (var watch = Torch.detectAnomaly()) {
      assertThatThrownBy(() -> x.sqrt().mul(0).backward())
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("SqrtBackward0");
    }
    x.sqrt().mul(0).backward();
  }

  @Test
  void deterministicAlgorithmsCanBeEnabled() {
    assertThat(Torch.areDeterministicAlgorithmsEnabled()).isFalse();
    Torch.useDeterministicAlgorithms(true);
    try {
      assertThat(Torch.areDeterministicAlgorithmsEnabled()).isTrue();
    } finally {
      Torch.useDeterministicAlgorithms(false);
    }
  }

  @Test
  void denormalsAreFlushed() {
    Tensor tiny = Torch.tensor(new float[] {1e-40f});
    if (Torch.setFlushDenormal(true)) {
      try {
        assertThat(tiny.mul(1).item()).isZero();
      } finally {
        Torch.setFlushDenormal(false);
      }
      assertThat(tiny.mul(1).item()).isNotZero();
    }
  }
}
