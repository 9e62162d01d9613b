package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * A native random number generator. The garbage collector frees it: programs have few of them, and
 * they are small.
 */
public final class GeneratorHandle {
  private static final Cleaner CLEANER = Cleaner.create();

  private final MemorySegment address;

  private GeneratorHandle(MemorySegment address) {
    this.address = address;
    CLEANER.register(this, () -> PanamaTorch.pt_generator_free(address));
  }

  /** Returns a new generator with libtorch's default seed. */
  public static GeneratorHandle create(int deviceType, int deviceIndex) {
    CallFrame frame = CallFrame.enter();
    return own(frame, PanamaTorch.pt_generator_new(deviceType, deviceIndex, frame.call()));
  }

  /** Returns the default generator of a device. */
  public static GeneratorHandle standard(int deviceType, int deviceIndex) {
    CallFrame frame = CallFrame.enter();
    return own(frame, PanamaTorch.pt_generator_default(deviceType, deviceIndex, frame.call()));
  }

  private static GeneratorHandle own(CallFrame frame, MemorySegment address) {
    frame.check("Generator", address.address() == 0 ? 1 : 0);
    return new GeneratorHandle(address);
  }

  /** Returns the native address, which is valid while this object is reachable. */
  MemorySegment address() {
    return address;
  }

  /** Seeds this generator. */
  public void seed(long seed) {
    CallFrame frame = CallFrame.enter();
    try {
      frame.check("manualSeed", PanamaTorch.pt_generator_seed_(address, seed, frame.call()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Returns the seed that this generator was last seeded with. */
  public long initialSeed() {
    CallFrame frame = CallFrame.enter();
    MemorySegment seed = frame.allocate(JAVA_LONG.byteSize());
    try {
      frame.check(
          "initialSeed", PanamaTorch.pt_generator_initial_seed(address, seed, frame.call()));
    } finally {
      Reference.reachabilityFence(this);
    }
    return seed.get(JAVA_LONG, 0);
  }

  /** Returns a copy of the state, a one-dimensional tensor of uint8. */
  public TensorHandle state() {
    CallFrame frame = CallFrame.enter();
    try {
      return frame.own("getState", PanamaTorch.pt_generator_state(address, frame.call()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Sets the state, which must be from {@link #state} of a generator for the same type of device.
   */
  public void setState(TensorHandle state) {
    try {
      Calls.effect(
          CallFrame.enter(),
          "setState",
          state,
          (ps, call) -> PanamaTorch.pt_generator_set_state_(address, ps, call));
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
