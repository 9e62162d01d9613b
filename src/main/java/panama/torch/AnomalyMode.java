package panama.torch;

import panama.torch.internal.runtime.Settings;

/**
 * A guard under which backward passes are checked for NaN, from {@link Torch#detectAnomaly} to
 * {@link #close}. The first NaN in a gradient throws an exception that names the operation and the
 * line of the program that called it under the guard; its cause has the complete stack trace. The
 * mode is slow and, as in libtorch, applies to the whole process.
 */
public final class AnomalyMode implements AutoCloseable {
  private final boolean before = Settings.anomalyMode();

  AnomalyMode(boolean checkNan) {
    Settings.setAnomalyMode(true, checkNan);
  }

  /** Returns whether the mode is enabled, and the usual way to end it. */
  @Override
  public String toString() {
    return Settings.anomalyMode()
        ? "detectAnomaly(on in the whole process until this is closed; best: try (var _ ="
            + " detectAnomaly()) { ... })"
        : "detectAnomaly(off)";
  }

  /** Restores the mode that was set before. */
  @Override
  public void close() {
    Settings.setAnomalyMode(before, true);
  }
}
