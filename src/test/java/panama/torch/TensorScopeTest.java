package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import panama.torch.nn.Linear;

class TensorScopeTest {
  @Test
  void freesWhatWasMadeInside() {
    MemoryUse before = Torch.memory();
    Tensor x;
    try (var scope = new TensorScope()) {
      x = ones(100, 100);
      x.add(1).mul(2);
    }
    assertThat(x.isClosed()).isTrue();
    assertThat(x).hasToString("tensor(closed)");
    assertNothingIsLeft(before);
  }

  /** The collector may free tensors of other tests meanwhile, so that there are fewer. */
  private static void assertNothingIsLeft(MemoryUse before) {
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(before.liveTensors());
    assertThat(Torch.memory().liveBytes()).isLessThanOrEqualTo(before.liveBytes());
  }

  @Test
  void keepsWhatIsMovedOut() {
    Tensor outer;
    Tensor inner;
    try (var first = new TensorScope()) {
      try (var second = new TensorScope()) {
        inner = second.keep(ones(1));
        outer = TensorScope.exempt(ones(1));
        assertThat(second.keep(inner)).as("already out").isSameAs(inner);
      }
      assertThat(inner.isClosed()).isFalse();
    }
    assertThat(inner.isClosed()).isTrue();
    assertThat(outer.isClosed()).isFalse();
    outer.close();
    outer.close();
  }

  @Test
  void neverFreesParameters() {
    Linear layer;
    try (var scope = new TensorScope()) {
      layer = new Linear(2, 3);
    }
    assertThat(layer.forward(ones(1, 2)).shape()).isEqualTo(Shape.of(1, 3));
  }

  @Test
  void freesOnAnException() {
    MemoryUse before = Torch.memory();
    assertThatThrownBy(
            () -> {
              try (var scope = new TensorScope()) {
                ones(3).add(ones(4));
              }
            })
        .isInstanceOf(TorchException.class);
    assertNothingIsLeft(before);
  }

  @Test
  void useAfterTheEndNamesTheOperation() {
    Tensor x = ones(2);
    x.close();
    assertThatThrownBy(() -> x.add(x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("add: the tensor has been closed");
    assertThatThrownBy(x::shape)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("shape");
    assertThatThrownBy(() -> ones(2).add(x)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Torch.op("aten::relu").arg(x).call())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @SuppressWarnings("MustBeClosed")
  void closesInOrderAndOnItsThreadAlone() throws InterruptedException {
    TensorScope outer = new TensorScope();
    TensorScope inner = new TensorScope();
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("opened later");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .name("other")
            .start(
                () -> {
                  try {
                    inner.close();
                  } catch (IllegalStateException e) {
                    thrown.set(e);
                  }
                });
    other.join();
    assertThat(thrown.get()).hasMessageContaining("thread other");
    inner.close();
    outer.close();
    outer.close();
    assertThatThrownBy(() -> inner.keep(ones(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
