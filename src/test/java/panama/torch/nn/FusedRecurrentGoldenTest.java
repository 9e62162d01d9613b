package panama.torch.nn;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import panama.torch.Backends;

/** The fused kernels have the results and gradients of PyTorch within the bounds of its own. */
class FusedRecurrentGoldenTest extends RecurrentGoldenTest {
  @BeforeAll
  static void fuse() {
    Backends.recurrent(Backends.Recurrent.AUTO);
  }

  @AfterAll
  static void restore() {
    Backends.recurrent(Backends.Recurrent.ATEN);
  }
}
