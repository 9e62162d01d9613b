package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Index.all;
import static panama.torch.Index.at;
import static panama.torch.Index.ellipsis;
import static panama.torch.Index.mask;
import static panama.torch.Index.newAxis;
import static panama.torch.Index.range;
import static panama.torch.Index.rangeFrom;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Indexing that has no equivalent in Python. TensorGoldenTest compares the numbers. */
@Tag("locale")
class IndexTest {
  private static final Tensor GRID = arange(6).reshape(2, 3);

  @Test
  void rangesAndNumbersGiveViewsAndTensorsGiveCopies() {
    Tensor x = zeros(2, 3);
    x.get(at(1), rangeFrom(1)).fill_(5);
    x.get(ellipsis(), newAxis()).select(0, 0).add_(1);
    x.get().slice(1, 0, 1).add_(1);
    x.get(at(tensor(0))).add_(10);
    assertThat(x.toFloatArray()).containsExactly(12, 11, 11, 1, 5, 5);
    x.get(at(new long[] {0})).fill_(0);
    x.get(mask(x.gt(4))).fill_(0);
    assertThat(x.toFloatArray()).containsExactly(12, 11, 11, 1, 5, 5);
  }

  @Test
  void settingChangesTheTensorItselfAndReturnsIt() {
    Tensor x = zeros(2, 3);
    assertThat(x.set_(4.0, all(), at(-1))).isSameAs(x);
    assertThat(x.toFloatArray()).containsExactly(0, 0, 4, 0, 0, 4);
  }

  @Test
  void gradientsFlowThroughBothDirections() {
    Tensor x = ones(2, 3).requiresGrad_();
    x.get(at(1), at(new long[] {0, 0, 2})).sum().backward();
    assertThat(x.grad().toFloatArray()).containsExactly(0, 0, 0, 2, 0, 1);
    Tensor value = ones(2).requiresGrad_();
    zeros(2, 3).set_(value.mul(2), all(), at(1)).sum().backward();
    assertThat(value.grad().toFloatArray()).containsExactly(2, 2);
  }

  @Test
  void temporariesAreFreedAndTheResultIsNot() {
    Tensor rows = tensor(new int[] {1, 0});
    Tensor columns = tensor(new boolean[] {true, false, true});
    Tensor copy = GRID.clone();
    long before = LiveTensors.settled();
    Tensor chosen = GRID.get(newAxis(), at(rows), mask(columns));
    copy.set_(1L, all(), mask(columns)).set_(chosen, at(rows), mask(columns));
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(before + 1);
    assertThat(chosen.toLongArray()).containsExactly(3, 2);
    assertThat(copy.toLongArray()).containsExactly(1, 1, 2, 3, 4, 1);
  }

  @Test
  void anIndexCanBeUsedAfterItsScope() {
    Index index;
    try (TensorScope scope = new TensorScope()) {
      index = at(new long[] {2});
      assertThat(GRID.get(at(0), index).toLongArray()).containsExactly(2);
    }
    assertThat(GRID.get(at(1), index).toLongArray()).containsExactly(5);
  }

  @Test
  void indicesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> GRID.get(at(0), at(0), at(0)))
        .isInstanceOf(IndexException.class)
        .hasMessage("indices: expected at most 2 for shape [2, 3], got 3");
    assertThatThrownBy(() -> GRID.get(all(), at(3)))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected -3 to 2 for dimension 1 of shape [2, 3], got 3");
    assertThatThrownBy(() -> GRID.get(at(1), at(-4)))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected -3 to 2 for dimension 1 of shape [2, 3], got -4");
    assertThatThrownBy(() -> GRID.get(at(new long[] {2})))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("out of bounds");
    assertThatThrownBy(() -> GRID.get(ellipsis(), ellipsis()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one ellipsis()");
  }

  @Test
  void invalidIndicesAreRefusedWithAFix() {
    assertThatThrownBy(() -> all().step(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("step: expected at least 1, got -1; use flip(dim) to reverse");
    assertThatThrownBy(() -> at(ones(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected integers, got float32");
    assertThatThrownBy(() -> mask(GRID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected bool, got int64; compare first");
    assertThatThrownBy(() -> GRID.get(all(), mask(GRID.gt(1).select(0, 0).slice(0, 0, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessage("mask: expected size 3 in dimension 0 for shape [2, 3], got shape [2]");
    assertThatThrownBy(() -> GRID.clone().set_(arange(4), range(0, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("4");
  }
}
