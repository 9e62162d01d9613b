package panama.torch.internal.runtime;

import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.loading.NativeLibrary;

/** Settings of libtorch for the whole process or for an operating-system thread. */
public final class Settings {
  private Settings() {}

  public static boolean anomalyMode() {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_anomaly_mode();
  }

  public static void setAnomalyMode(boolean enabled, boolean checkNan) {
    NativeLibrary.ensureLoaded();
    PanamaTorch.pt_set_anomaly_mode(enabled, checkNan);
    ForwardCalls.setRecorded(enabled);
  }

  public static boolean deterministic() {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_deterministic();
  }

  public static void setDeterministic(boolean enabled, boolean warnOnly) {
    NativeLibrary.ensureLoaded();
    PanamaTorch.pt_set_deterministic(enabled, warnOnly);
  }

  public static boolean setFlushDenormal(boolean enabled) {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_set_flush_denormal(enabled);
  }
}
