package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.zeros;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.io.SafeTensors;
import panama.torch.nn.BatchNorm1d;
import panama.torch.nn.Linear;
import panama.torch.optim.Adam;

@Tag("locale")
class NamedTensorsTest {
  @Test
  void printsTypesAndShapesOneEntryPerLine() {
    Tensor closed = zeros(1);
    closed.close();
    NamedTensors tensors = new NamedTensors(Map.of("a", ones(DType.INT16, 2, 3)));
    tensors.put("b", closed);
    assertThat(tensors).hasToString("{\n  a: int16[2, 3]\n  b: closed\n}");
    assertThat(new NamedTensors()).hasToString("{}");
  }

  /** All methods that return tensors by name return a map with this string form. */
  @Test
  void mapsOfTensorsByNameAreNamedTensors(@TempDir Path folder) throws Exception {
    Linear layer = new Linear(20, 2);
    String printed = "{\n  weight: float32[2, 20]\n  bias: float32[2]\n}";
    assertThat(layer.namedParameters()).hasToString(printed);
    assertThat(layer.stateDict()).hasToString(printed);
    Path file = folder.resolve("layer.safetensors");
    SafeTensors.save(file, layer.stateDict());
    assertThat(SafeTensors.load(file).toString()).contains("\n  weight: float32[2, 20]\n");
    assertThat(new BatchNorm1d(2).namedBuffers())
        .hasToString(
            "{\n  running_mean: float32[2]\n  running_var: float32[2]\n"
                + "  num_batches_tracked: int64[]\n}");
  }

  @Test
  void optimizerStatePrintsOneEntryPerLine() {
    Linear layer = new Linear(20, 2);
    Adam adam = Adam.builder(layer.parameters()).build();
    layer.forward(ones(1, 20)).sum().backward();
    adam.step();
    assertThat(adam.stateDict().toString())
        .startsWith("OptimizerState(\n  tensors={\n    state.0.")
        .contains("\n    state.0.exp_avg: float32[2, 20]\n")
        .contains("\n  },\n  options={\n    param_groups.0.")
        .contains("\n    param_groups.0.lr: 0.001\n")
        .endsWith("\n  })");
  }
}
