package panama.torch;

import panama.torch.internal.runtime.GeneratorHandle;

/**
 * A stream of random numbers beside the default one, PyTorch's {@code torch.Generator}: the same
 * seed gives the same numbers.
 *
 * <p>Freed by the garbage collector. May be used by many threads, which then share one stream.
 */
public final class Generator {
  static {
    TorchException.install();
  }

  private final GeneratorHandle handle;

  private Generator(GeneratorHandle handle) {
    this.handle = handle;
  }

  /** A stream for the CPU, with PyTorch's default seed. */
  public Generator() {
    this(Device.CPU);
  }

  /**
   * A stream for a device, with PyTorch's default seed.
   *
   * @throws DeviceException where this libtorch knows no such device
   */
  public Generator(Device device) {
    this(GeneratorHandle.create(device.type().code(), device.index()));
  }

  /** The stream of everything random that is given none, on the CPU. */
  public static Generator defaultGenerator() {
    return new Generator(GeneratorHandle.standard(Device.CPU.type().code(), Device.CPU.index()));
  }

  GeneratorHandle handle() {
    return handle;
  }

  /**
   * Starts the stream anew.
   *
   * @return this
   */
  public Generator manualSeed(long seed) {
    handle.seed(seed);
    return this;
  }

  /** The seed that the stream was last started from. */
  public long initialSeed() {
    return handle.initialSeed();
  }

  /** The seed, such as {@code Generator(initial_seed=0)}. */
  @Override
  public String toString() {
    return "Generator(initial_seed=%s)".formatted(initialSeed());
  }

  /** Where the stream stands: UINT8, for {@link #setState}. */
  public Tensor getState() {
    return new Tensor(handle.state());
  }

  /**
   * Puts the stream where it stood.
   *
   * @param state from {@link #getState} of a generator of the same kind of device
   * @throws ArgumentException for another tensor
   */
  public void setState(Tensor state) {
    handle.setState(state.handle());
  }
}
