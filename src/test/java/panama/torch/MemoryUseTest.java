package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryUseTest {
  private static final long FLOATS = 1 << 20;

  @BeforeEach
  void empty() {
    Torch.ones(1).close();
    Torch.emptyCache();
  }

  @Test
  void freedBlocksAreReused() {
    assertThat(Torch.memory().keptBytes()).isZero();
    Torch.zeros(FLOATS).close();
    assertThat(Torch.memory().keptBytes()).isBetween(4 * FLOATS, 5 * FLOATS);
    try (Tensor same = Torch.zeros(FLOATS)) {
      assertThat(Torch.memory().keptBytes()).isZero();
    }
  }

  @Test
  void emptyCacheReleasesKeptBlocks() {
    Torch.zeros(FLOATS).close();
    Torch.emptyCache();
    assertThat(Torch.memory().keptBytes()).isZero();
  }

  @Test
  void smallBlocksAreNotKept() {
    Torch.zeros(1000).close();
    assertThat(Torch.memory().keptBytes()).isZero();
  }
}
