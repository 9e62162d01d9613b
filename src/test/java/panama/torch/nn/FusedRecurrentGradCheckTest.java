package panama.torch.nn;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import panama.torch.Backends;

/** The gradients of the fused kernels, and their gradients, are those of finite differences. */
class FusedRecurrentGradCheckTest extends RecurrentGradCheckTest {
  @BeforeAll
  static void fuse() {
    Backends.recurrent(Backends.Recurrent.AUTO);
  }

  @AfterAll
  static void restore() {
    Backends.recurrent(Backends.Recurrent.ATEN);
  }
}
