package panama.torch.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.autograd.GradCheck;
import panama.torch.nn.EmbeddingBag;
import panama.torch.nn.Functional;
import panama.torch.nn.LSTM;
import panama.torch.nn.Module;
import panama.torch.nn.ModuleList;

/** Calls that crashed, hung or gave wrong results in the hostile run. */
class FindingsTest {
  private static final Tensor INDICES = Torch.tensor(new long[] {0, 1, 2, 3});

  private static void assertOffsetsRefused(EmbeddingBag bag, long... offsets) {
    assertThatThrownBy(() -> bag.forward(INDICES, Torch.tensor(offsets)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("offsets: expected");
  }

  @Test
  void invalidOffsetsOfBagsAreRefused() {
    for (EmbeddingBag.Mode mode : EmbeddingBag.Mode.values()) {
      EmbeddingBag bag = EmbeddingBag.builder(4, 2).mode(mode).build();
      assertOffsetsRefused(bag);
      assertOffsetsRefused(bag, 1);
      assertOffsetsRefused(bag, 0, 3, 2);
      assertOffsetsRefused(bag, 0, 5);
      assertOffsetsRefused(bag, 0, -1);
      assertOffsetsRefused(
          EmbeddingBag.builder(4, 2).mode(mode).includeLastOffset(true).build(), 0);
      assertThatThrownBy(() -> bag.forward(INDICES, ones(2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("int64");
      assertThat(bag.forward(INDICES, Torch.tensor(new int[] {0, 2, 2}).to(DType.INT64)).size(0))
          .isEqualTo(3);
    }
  }

  @Test
  void negativeSizesAreRefused() {
    assertThatThrownBy(() -> ones(1, 1).expand(2, 0, -7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none below 0 but -1");
    assertThat(ones(1, 3).expand(2, -1).size(1)).isEqualTo(3);
  }

  @Test
  void freedSegmentsAreNotRead() throws Exception {
    Arena arena = Arena.ofConfined();
    MemorySegment segment = arena.allocate(8);
    List<RuntimeException> elsewhere = new ArrayList<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                ones(2).copyFrom_(segment);
              } catch (IllegalStateException e) {
                elsewhere.add(e);
              }
            })
        .join();
    assertThat(elsewhere).hasSize(1);
    assertThat(elsewhere.getFirst()).hasMessageContaining("another thread");
    arena.close();
    assertThatThrownBy(() -> ones(2).copyFrom_(segment))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("freed");
    assertThatThrownBy(() -> Torch.tensor(segment, DType.FLOAT32, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("freed");
  }

  @Test
  void sizesThatOverflowAreRefused() {
    assertThatThrownBy(() -> Torch.tensor(new float[1], 1L << 60, 65))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("74939897799445053440");
    assertThatThrownBy(() -> Torch.tensordot(ones(2), ones(2), Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dims: expected 0 to 1");
    assertThatThrownBy(() -> LSTM.builder(1, 1).numLayers(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numLayers: expected 1 to 10000");
  }

  @Test
  void gradcheckRefusesAFunctionWithChangingOutputs() {
    Tensor x = ones(1).to(DType.FLOAT64).requiresGrad_(true);
    List<Tensor> none = new ArrayList<>();
    assertThatThrownBy(
            () ->
                GradCheck.gradcheck(
                    in -> {
                      none.add(in.getFirst());
                      return List.copyOf(none);
                    },
                    List.of(x)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same shapes at every call");
  }

  @Test
  void gradgradcheckRefusesAFunctionThatLosesAnOutput() {
    Tensor x = ones(1).to(DType.FLOAT64).requiresGrad_(true);
    List<Integer> calls = new ArrayList<>();
    assertThatThrownBy(
            () ->
                GradCheck.gradgradcheck(
                    in -> {
                      calls.add(calls.size());
                      Tensor y = in.getFirst().pow(2);
                      return calls.size() == 1 ? List.of(y) : List.of(y, y.mul(2));
                    },
                    List.of(x)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 1 and then 2");
  }

  @Test
  void adaptivePoolsDoNotLoopOverAnEmptyOutput() {
    long huge = 1L << 40;
    assertThatThrownBy(() -> Functional.adaptiveMaxPool2d(ones(5, 1, 1), new long[] {huge, 0}))
        .hasMessageContaining("output_size: expected sizes up to 1048576 beside a 0, got " + huge);
    assertThatThrownBy(
            () -> Functional.adaptiveAvgPool3d(ones(5, 1, 1, 1), new long[] {0, 3, huge}))
        .hasMessageContaining("beside a 0");
    assertThat(Functional.adaptiveMaxPool2d(ones(5, 2, 2), new long[] {3, 0}).shape())
        .isEqualTo(Shape.of(5, 3, 0));
  }

  @Test
  void modulesCannotContainThemselves() {
    ModuleList<Module> a = new ModuleList<>();
    ModuleList<Module> b = new ModuleList<>();
    a.append(b);
    assertThatThrownBy(() -> b.append(a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got one that contains it");
  }
}
