package panama.torch.optim.swa_utils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.BatchNorm1d;
import panama.torch.nn.Linear;
import panama.torch.nn.Sequential;

/** Compares averages with PyTorch bit for bit. */
class AveragedModelGoldenTest {
  private static final Golden GOLDEN = Golden.of("averaged");

  private static Sequential network() {
    return new Sequential(new Linear(2, 3), new BatchNorm1d(3));
  }

  private static AveragedModel<Sequential> averages(
      Sequential model, @Nullable Double decay, boolean useBuffers) {
    var builder =
        AveragedModel.builder(model, AveragedModelGoldenTest::network).useBuffers(useBuffers);
    return decay == null ? builder.build() : builder.ema(decay).build();
  }

  @ParameterizedTest
  @CsvSource({
    "float32,,false", "float32,,true", "float32,0.9,false", "float32,0.9,true",
    "float32,0.999,false", "float32,0.999,true", "float64,,false", "float64,,true",
    "float64,0.9,false", "float64,0.9,true", "float64,0.999,false", "float64,0.999,true",
    "bfloat16,,false", "bfloat16,,true", "bfloat16,0.9,false", "bfloat16,0.9,true",
    "bfloat16,0.999,false", "bfloat16,0.999,true"
  })
  void averagesEqualPyTorchsAfterFiveUpdates(
      String type, @Nullable Double decay, boolean useBuffers) {
    DType dtype =
        switch (type) {
          case "float32" -> DType.FLOAT32;
          case "float64" -> DType.FLOAT64;
          default -> DType.BFLOAT16;
        };
    manualSeed(0);
    Sequential model = network();
    model.to(dtype);
    AveragedModel<Sequential> averaged = averages(model, decay, useBuffers);
    for (int i = 0; i < 5; i++) {
      List<Tensor> changed = new ArrayList<>(model.parameters());
      changed.addAll(model.buffers());
      for (Tensor tensor : changed) {
        Tensor data = tensor.detach();
        if (dtype == data.dtype()) {
          data.add_(randn(data.shape().toArray()).to(dtype));
        } else {
          data.add_(3);
        }
      }
      averaged.updateParameters(model);
    }
    Tensor actual =
        Torch.cat(
            averaged.stateDict().values().stream()
                .map(tensor -> tensor.to(DType.FLOAT64).flatten())
                .toList(),
            0);
    String name =
        "%s decay=%s buffers=%s".formatted(type, decay == null ? "None" : decay, useBuffers);
    assertThat(actual.toDoubleArray()).isEqualTo(GOLDEN.get(name).toDoubleArray());
    assertThat(averaged.nAveraged()).isEqualTo(5);
  }

  @Test
  void stateDictHasPyTorchsNames() {
    AveragedModel<Sequential> averaged = averages(network(), 0.9, false);
    assertThat(averaged.stateDict().keySet())
        .containsExactly(
            "n_averaged",
            "module.0.weight",
            "module.0.bias",
            "module.1.weight",
            "module.1.bias",
            "module.1.running_mean",
            "module.1.running_var",
            "module.1.num_batches_tracked");
    assertThat(averaged.parameters()).doesNotContainAnyElementsOf(network().parameters());
  }

  @Test
  void refusesAnInvalidDecayAndAnotherModel() {
    assertThatThrownBy(() -> averages(network(), 1.5, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decay: expected a number from 0 to 1, got 1.5");
    assertThatThrownBy(() -> averages(network(), Double.NaN, false)).hasMessageContaining("decay");
    Sequential other = new Sequential(new Linear(2, 3));
    AveragedModel<Sequential> averaged = averages(network(), null, false);
    assertThatThrownBy(() -> averaged.updateParameters(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("as many parameters and buffers");
  }
}
