package panama.torch.nn;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import panama.torch.Backends;
import panama.torch.Backends.Recurrent;

/** Runs the tests of a class with the fused recurrent kernels where they can be used. */
final class AutoBackend implements BeforeAllCallback, AfterAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Backends.recurrent(Recurrent.AUTO);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Backends.recurrent(Recurrent.ATEN);
  }
}
