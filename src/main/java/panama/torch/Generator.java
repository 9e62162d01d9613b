package panama.torch;

import panama.torch.internal.runtime.GeneratorHandle;

/**
 * A pseudorandom number generator, PyTorch's {@code torch.Generator}: equal seeds yield equal
 * numbers.
 *
 * <p>Generators are freed by the garbage collector and may be shared by threads.
 */
public final class Generator {
  static {
    TorchException.install();
  }

  private final GeneratorHandle handle;

  private Generator(GeneratorHandle handle) {
    this.handle = handle;
  }

  /** Creates a generator for the CPU with PyTorch's default seed. */
  public Generator() {
    this(Device.CPU);
  }

  /**
   * Creates a generator for a device with PyTorch's default seed.
   *
   * @param device the device
   * @throws DeviceException if libtorch does not support the device
   */
  public Generator(Device device) {
    this(GeneratorHandle.create(device.type().code(), device.index()));
  }

  /** Returns the generator that operators on the CPU use by default. */
  public static Generator defaultGenerator() {
    return new Generator(GeneratorHandle.standard(Device.CPU.type().code(), Device.CPU.index()));
  }

  GeneratorHandle handle() {
    return handle;
  }

  /**
   * Seeds this generator.
   *
   * @param seed the seed
   * @return this generator
   */
  public Generator manualSeed(long seed) {
    handle.seed(seed);
    return this;
  }

  /** Returns the last seed of this generator. */
  public long initialSeed() {
    return handle.initialSeed();
  }

  /** Returns the seed, such as {@code Generator(initial_seed=0)}. */
  @Override
  public String toString() {
    return "Generator(initial_seed=%s)".formatted(initialSeed());
  }

  /** Returns the state of this generator as a UINT8 tensor, for {@link #setState}. */
  public Tensor getState() {
    return new Tensor(handle.state());
  }

  /**
   * Restores a state of this generator.
   *
   * @param state the result of {@link #getState} of a generator for the same device type
   * @throws ArgumentException if the tensor is not such a state
   */
  public void setState(Tensor state) {
    handle.setState(state.handle());
  }
}
