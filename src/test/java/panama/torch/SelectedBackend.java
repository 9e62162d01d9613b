package panama.torch;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import panama.torch.Backends.Recurrent;

/** Runs the tests of a class with one backend of recurrent layers, and restores the one before. */
public abstract class SelectedBackend implements BeforeAllCallback, AfterAllCallback {
  private final Recurrent backend;
  private Recurrent before = Recurrent.AUTO;

  SelectedBackend(Recurrent backend) {
    this.backend = backend;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Backends.recurrent(backend);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Backends.recurrent(before);
  }

  /** libtorch's own implementation, for tests that compare bits with PyTorch's. */
  public static final class Aten extends SelectedBackend {
    Aten() {
      super(Recurrent.ATEN);
    }
  }

  /** The kernels of this library where they can be used. */
  public static final class Auto extends SelectedBackend {
    Auto() {
      super(Recurrent.AUTO);
    }
  }
}
