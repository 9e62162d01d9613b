package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.MultiheadAttention.Options;

/** Errors of layers, and behaviour that the golden numbers do not cover. */
@Tag("locale")
class LayersTest {
  private static void refuses(Runnable call, String... words) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContainingAll(words);
  }

  @Test
  void bilinearChecksBothInputs() {
    Bilinear layer = new Bilinear(3, 2, 4);
    refuses(() -> layer.forward(Torch.zeros(5, 2), Torch.zeros(5, 2)), "x1", "in1=3", "[5, 2]");
    refuses(() -> layer.forward(Torch.zeros(5, 3), Torch.zeros(5, 3)), "x2", "in2=2", "[5, 3]");
    refuses(() -> new Bilinear(0, 2, 4), "in1Features", "0");
  }

  @Test
  void embeddingsCheckTheirOptions() {
    refuses(() -> Embedding.builder(6, 3).paddingIdx(6), "paddingIdx", "-6 to 5", "6");
    refuses(() -> Embedding.builder(6, 3).weight(Torch.zeros(3, 6)), "V=6, H=3", "[3, 6]");
    refuses(() -> Embedding.fromPretrained(Torch.zeros(6)), "(V, H)", "[6]");
    refuses(() -> EmbeddingBag.fromPretrained(Torch.zeros(6)), "(V, H)", "[6]");
  }

  @Test
  void aPretrainedEmbeddingSharesItsDataAndLeavesTheTensorAlone() {
    Tensor vectors = Torch.ones(6, 3);
    Embedding layer = Embedding.fromPretrained(vectors, false);
    assertThat(layer.weight().requiresGrad()).isTrue();
    assertThat(vectors.requiresGrad()).isFalse();
    vectors.fill_(2);
    assertThat(layer.weight().sum().item()).isEqualTo(36);
    assertThat(Embedding.fromPretrained(vectors).weight().requiresGrad()).isFalse();
  }

  @Test
  void bagsCheckIndicesOffsetsAndWeights() {
    EmbeddingBag bag = new EmbeddingBag(6, 3);
    Tensor flat = Torch.tensor(new long[] {0, 1, 2});
    Tensor grid = Torch.tensor(new long[][] {{0, 1}, {2, 3}});
    refuses(() -> bag.forward(flat), "indices", "(N, B)", "[3]");
    refuses(() -> bag.forward(grid, flat), "indices", "one dimension", "[2, 2]");
    refuses(() -> bag.forward(flat, grid), "offsets", "[2, 2]");
    refuses(() -> bag.forward(Torch.zeros(2, 2)), "int64", "float32");
    refuses(() -> bag.forward(grid, null, Torch.ones(2, 2)), "perSampleWeights", "MEAN", "SUM");
    EmbeddingBag sum = EmbeddingBag.builder(6, 3).mode(EmbeddingBag.Mode.SUM).build();
    refuses(() -> sum.forward(grid, null, Torch.ones(2)), "perSampleWeights", "[2, 2]", "[2]");
    refuses(
        () -> EmbeddingBag.builder(6, 3).mode(EmbeddingBag.Mode.MAX).scaleGradByFreq(true).build(),
        "scaleGradByFreq",
        "MAX");
  }

  @Test
  void normalizationsCheckShapes() {
    refuses(() -> new LayerNorm(), "normalizedShape", "none");
    refuses(() -> new LayerNorm(3, 0), "normalizedShape", "0");
    refuses(() -> new LayerNorm(3, 4).forward(Torch.zeros(2, 4)), "[3, 4]", "[2, 4]");
    BatchNorm1d norm = new BatchNorm1d(3);
    refuses(() -> norm.forward(Torch.zeros(2, 4)), "C=3", "[2, 4]");
    refuses(() -> norm.forward(Torch.zeros(3)), "C=3", "[3]");
    refuses(() -> norm.forward(Torch.zeros(1, 3)), "more than 1 value", "[1, 3]", "eval()");
    assertThat(norm.eval()).isSameAs(norm);
    assertThat(norm.forward(Torch.ones(1, 3)).sum().item()).isCloseTo(3, within(1e-4));
    refuses(() -> BatchNorm1d.builder(3).eps(0), "eps", "0");
  }

  @Test
  void batchNormSavesItsAverages() {
    BatchNorm1d norm = new BatchNorm1d(3);
    norm.forward(Torch.randn(4, 3));
    assertThat(norm.stateDict().keySet())
        .containsExactly("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    assertThat(norm.stateDict().get("num_batches_tracked").itemLong()).isEqualTo(1);
    norm.to(DType.FLOAT64);
    assertThat(norm.stateDict().get("num_batches_tracked").dtype()).isEqualTo(DType.INT64);
  }

  @Test
  void convolutionsCheckTheirOptions() {
    refuses(() -> Conv1d.builder(3, 4, 3).groups(2).build(), "groups", "3", "4", "2");
    refuses(
        () -> Conv1d.builder(3, 4, 3).stride(2).padding(Conv1d.Padding.SAME).build(),
        "SAME",
        "stride 2");
    refuses(() -> Conv1d.builder(3, 4, 3).padding(-1), "padding", "-1");
    refuses(
        () -> new Conv1d(3, 4, 3).forward(Torch.zeros(2, 7, 3)),
        "C_in=3",
        "[2, 7, 3]",
        "transpose");
  }

  @Test
  void poolsCheckTheirOptions() {
    refuses(() -> MaxPool1d.builder(3).padding(2).build(), "padding", "3", "2");
    refuses(() -> AvgPool1d.builder(2).padding(-1).build(), "padding", "-1");
    refuses(() -> new MaxPool1d(0), "kernelSize", "0");
    refuses(() -> new AdaptiveAvgPool1d(0), "outputSize", "0");
    refuses(() -> new AdaptiveMaxPool1d(2).forward(Torch.zeros(7)), "(N, C, L)", "[7]");
  }

  @Test
  void attentionChecksItsArguments() {
    refuses(() -> new MultiheadAttention(5, 2), "numHeads", "5", "2");
    MultiheadAttention layer = new MultiheadAttention(4, 2);
    Tensor q = Torch.zeros(3, 2, 4);
    Tensor k = Torch.zeros(5, 2, 4);
    refuses(() -> layer.forward(Torch.zeros(3, 2, 5), k, k), "query", "E=4", "[3, 2, 5]");
    refuses(() -> layer.forward(q, Torch.zeros(5, 3, 4), k), "key", "[5, 3, 4]");
    refuses(() -> layer.forward(q, Torch.zeros(5, 4), k), "key", "[5, 4]");
    refuses(() -> layer.forward(q, k, Torch.zeros(5, 2, 3)), "value", "vdim=4", "[5, 2, 3]");
    refuses(() -> layer.forward(q, k, Torch.zeros(6, 2, 4)), "value", "S=5", "[6, 2, 4]");
    Tensor mask = Torch.zeros(2, 5).to(DType.BOOL);
    refuses(
        () -> layer.forward(q, k, k, new Options().keyPaddingMask(Torch.zeros(5, 2))),
        "keyPaddingMask",
        "N=2, S=5",
        "[5, 2]");
    refuses(() -> layer.forward(q, k, k, new Options().attnMask(mask)), "L=3, S=5", "[2, 5]");
    refuses(
        () -> layer.forward(q, k, k, new Options().keyPaddingMask(mask.to(DType.INT64))),
        "bool",
        "int64");
    refuses(() -> layer.forward(q, k, k, new Options().isCausal(true)), "isCausal", "attnMask");
  }

  @Test
  void attentionReturnsWeightsOnlyOnRequest() {
    MultiheadAttention layer = new MultiheadAttention(4, 2);
    Tensor x = Torch.randn(3, 2, 4);
    assertThat(layer.forward(x, x, x).weights()).isNotNull();
    assertThat(layer.forward(x, x, x, new Options().needWeights(false)).weights()).isNull();
  }

  @Test
  void listsAcceptNegativeIndices() {
    Linear last = new Linear(2, 2);
    ModuleList<Linear> list =
        new ModuleList<Linear>().append(new Linear(1, 1)).extend(List.of(new Linear(1, 2), last));
    assertThat(list.get(-1)).isSameAs(last).isSameAs(list.get(2));
    assertThat(list).hasSize(3);
    assertThat(list.namedParameters()).containsKeys("0.weight", "2.bias");
    assertThatThrownBy(() -> list.get(3))
        .isInstanceOf(IndexException.class)
        .hasMessageContainingAll("-3 to 2", "3");
  }

  @Test
  void dictionariesKeepTheirOrder() {
    ModuleDict<Linear> all = new ModuleDict<>(Map.of("b", new Linear(1, 1)));
    all.put("a", new Linear(1, 2));
    assertThat(all.keys()).containsExactly("b", "a");
    assertThat(all.size()).isEqualTo(2);
    assertThat(all.containsKey("c")).isFalse();
    refuses(() -> all.get("c"), "[b, a]", "'c'");
    refuses(() -> all.put("a", new Linear(1, 1)), "'a'", "already");
    refuses(() -> all.put("a.b", new Linear(1, 1)), "'a.b'", "dots");
    assertThat(all.get("a").weight().size(0)).isEqualTo(2);
  }

  @Test
  void layersOfASequentialAreRegisteredUnderTheirNames() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("z", new Linear(2, 2));
    layers.put("twice", x -> x.mul(2));
    layers.put("a", new Linear(2, 1));
    Sequential all = new Sequential(layers);
    assertThat(all.namedParameters().keySet())
        .containsExactly("z.weight", "z.bias", "a.weight", "a.bias");
    assertThat(all.forward(Torch.ones(3, 2)).shape().is(3, 1)).isTrue();
  }

  @Test
  void numbersArePrintedAsPythonPrintsThem() {
    assertThat(
            List.of(
                Repr.of(1e-5),
                Repr.of(0.1),
                Repr.of(1),
                Repr.of(1e16),
                Repr.of(1.5e-7),
                Repr.of(123456.5),
                Repr.of(0),
                Repr.of(Double.NEGATIVE_INFINITY),
                Repr.of(Double.NaN)))
        .containsExactly(
            "1e-05", "0.1", "1.0", "1e+16", "1.5e-07", "123456.5", "0.0", "-inf", "nan");
  }
}
