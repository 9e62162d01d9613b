package panama.torch;

import panama.torch.internal.Settings;

/**
 * A stretch of work in which backward passes are watched, from {@link Torch#detectAnomaly} to
 * {@link #close}: the first NaN in a gradient is an error that names the operation, and the line of
 * the program that called it within this mode; its cause has the whole stack trace. Slow; for the
 * whole process, as in libtorch.
 */
public final class AnomalyMode implements AutoCloseable {
  private final boolean before = Settings.anomalyMode();

  AnomalyMode(boolean checkNan) {
    Settings.setAnomalyMode(true, checkNan);
  }

  /** Returns whether backward passes are watched now, and the usual way to end it. */
  @Override
  public String toString() {
    return Settings.anomalyMode()
        ? "detectAnomaly(on in the whole process until this is closed; best: try (var _ ="
            + " detectAnomaly()) { ... })"
        : "detectAnomaly(off)";
  }

  /** Restores what was before. */
  @Override
  public void close() {
    Settings.setAnomalyMode(before, true);
  }
}
