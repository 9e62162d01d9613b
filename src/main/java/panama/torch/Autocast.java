package panama.torch;

import panama.torch.internal.runtime.Modes;

/**
 * A guard for automatic mixed precision on one thread, from {@link Torch#autocast} to {@link
 * #close}.
 *
 * <p>Parameters keep their type; operators cast their arguments according to libtorch's lists. The
 * mode belongs to the platform or virtual thread, and is not inherited by threads that it starts.
 */
public final class Autocast extends ThreadModes {
  private final Device.Type device;
  private final DType dtype;
  private final boolean enabled;

  Autocast(Device.Type device, DType dtype, boolean enabled) {
    if (dtype != DType.BFLOAT16 && dtype != DType.FLOAT16) {
      throw new DTypeException("dtype: expected bfloat16 or float16, got " + dtype);
    }
    this.device = device;
    this.dtype = dtype;
    this.enabled = enabled;
    set(before().withAutocast(device.code(), dtype.code(), enabled));
  }

  /** Returns the mode, how long it lasts, and the usual way to end it. */
  @Override
  public String toString() {
    return describe(
        "autocast", "%s, %s, ".formatted(device, enabled ? dtype : "off"), "autocast(...)");
  }

  /**
   * Restores the modes that were set before; the outermost guard also clears the cache of cast
   * parameters. Closing twice has no effect.
   *
   * @throws IllegalStateException on another thread
   */
  @Override
  public void close() {
    super.close();
    if (!before().cpu().isOn() && !before().cuda().isOn()) {
      Modes.clearAutocastCache();
    }
  }
}
