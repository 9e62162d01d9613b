package panama.torch.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.Golden;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.Torch;

@Tag("locale")
class EmbeddingGoldenTest {
  @Test
  void agreesWithPyTorch() {
    Torch.manualSeed(0);
    Embedding layer = new Embedding(6, 3, 2);
    Tensor y = layer.forward(Torch.tensor(new long[][] {{0, 2, 5}, {5, 5, 1}}));
    Golden.weighted(y).backward();
    Golden.of("modules")
        .check("embedding", 1e-6, layer.weight(), y, requireNonNull(layer.weight().grad()));
  }

  @Test
  void countsANegativePaddingIndexFromTheEnd() {
    assertThat(new Embedding(6, 3, -4)).hasToString("Embedding(6, 3, padding_idx=2)");
    assertThat(new Embedding(6, 3).weight().select(0, 2).abs().sum().item()).isPositive();
  }

  @Test
  void refusesInvalidArguments() {
    Embedding layer = new Embedding(6, 3);
    assertThatThrownBy(() -> layer.forward(Torch.tensor(new long[] {6})))
        .isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> layer.forward(Torch.tensor(new long[] {-1})))
        .isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> layer.forward(Torch.zeros(2)))
        .hasMessageContainingAll("indices", "int64", "float32");
    assertThatThrownBy(() -> new Embedding(6, 3, 6)).hasMessageContaining("paddingIdx");
    assertThatThrownBy(() -> new Embedding(0, 3)).hasMessageContaining("numEmbeddings");
  }
}
