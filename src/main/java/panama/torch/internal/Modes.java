package panama.torch.internal;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_autocast;

/** Ways of working of libtorch that are switched on and off. */
public final class Modes {
  private Modes() {}

  /** pt_autocast: how operators are cast on a thread. */
  public record Autocast(int deviceType, int dtype, boolean enabled, boolean cacheEnabled) {
    private MemorySegment write(CallFrame frame) {
      MemorySegment segment = frame.allocate(pt_autocast.layout().byteSize());
      pt_autocast.device_type(segment, deviceType);
      pt_autocast.dtype(segment, dtype);
      pt_autocast.enabled(segment, enabled);
      pt_autocast.cache_enabled(segment, cacheEnabled);
      return segment;
    }

    private static Autocast read(MemorySegment segment) {
      return new Autocast(
          pt_autocast.device_type(segment),
          pt_autocast.dtype(segment),
          pt_autocast.enabled(segment),
          pt_autocast.cache_enabled(segment));
    }
  }

  /** Returns what it was. */
  public static Autocast enterAutocast(Autocast wanted) {
    CallFrame frame = CallFrame.enter();
    MemorySegment before = frame.allocate(pt_autocast.layout().byteSize());
    frame.check(
        "autocast", PanamaTorch.pt_autocast_enter(wanted.write(frame), before, frame.error()));
    return Autocast.read(before);
  }

  public static void leaveAutocast(Autocast before) {
    PanamaTorch.pt_autocast_leave(before.write(CallFrame.enter()));
  }

  public static boolean autocastEnabled(int deviceType) {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_autocast_enabled(deviceType);
  }

  public static boolean anomalyMode() {
    NativeLibrary.ensureLoaded();
    return PanamaTorch.pt_anomaly_mode();
  }

  public static void setAnomalyMode(boolean enabled, boolean checkNan) {
    NativeLibrary.ensureLoaded();
    PanamaTorch.pt_set_anomaly_mode(enabled, checkNan);
    ForwardCalls.note(enabled);
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
