package panama.torch.internal.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_autocast;
import panama.torch.internal.ffi.pt_modes;

/**
 * The modes that a thread's native calls run in: pt_modes. They belong to the Java thread, which
 * may be a virtual one: each call passes them, and native code sets them on the operating-system
 * thread for the duration of that call.
 *
 * @param grad whether operators record the autograd graph, a pt_mode
 * @param inference whether inference mode is on, a pt_mode
 * @param cpu autocast on the CPU
 * @param cuda autocast on CUDA devices
 */
public record Modes(int grad, int inference, Autocast cpu, Autocast cuda) {
  /**
   * Autocast for one type of device.
   *
   * @param mode a pt_mode
   * @param dtype the pt_dtype that operators cast to
   */
  public record Autocast(int mode, int dtype) {
    private static final Autocast INHERITED = new Autocast(PanamaTorch.PT_MODE_INHERIT(), 0);

    /** Returns whether autocast is on. */
    public boolean isOn() {
      return mode == PanamaTorch.PT_MODE_ON();
    }

    private void write(MemorySegment target) {
      pt_autocast.mode(target, mode);
      pt_autocast.dtype(target, dtype);
    }

    private static Autocast read(MemorySegment source) {
      return new Autocast(pt_autocast.mode(source), pt_autocast.dtype(source));
    }
  }

  /** The modes of the operating-system thread: libtorch's defaults, or those of a backward pass. */
  static final Modes INHERITED =
      new Modes(
          PanamaTorch.PT_MODE_INHERIT(),
          PanamaTorch.PT_MODE_INHERIT(),
          Autocast.INHERITED,
          Autocast.INHERITED);

  /** Native copies, which are never freed: there are a few hundred combinations at most. */
  private static final ConcurrentHashMap<Modes, MemorySegment> NATIVE_COPIES =
      new ConcurrentHashMap<>();

  private static int mode(boolean on) {
    return on ? PanamaTorch.PT_MODE_ON() : PanamaTorch.PT_MODE_OFF();
  }

  /** Returns these modes with the recording of gradients on or off. */
  public Modes withGrad(boolean enabled) {
    return new Modes(mode(enabled), inference, cpu, cuda);
  }

  /** Returns these modes with inference mode on, which turns off the recording of gradients. */
  public Modes withInference() {
    return new Modes(mode(false), mode(true), cpu, cuda);
  }

  /** Returns these modes with autocast on or off for one type of device. */
  public Modes withAutocast(int deviceType, int dtype, boolean enabled) {
    Autocast autocast = new Autocast(mode(enabled), dtype);
    return deviceType == PanamaTorch.PT_CPU()
        ? new Modes(grad, inference, autocast, cuda)
        : new Modes(grad, inference, cpu, autocast);
  }

  /** Returns the modes that this thread has set; those that it has not set are inherited. */
  public static Modes ofThread() {
    return CallFrame.current().modes();
  }

  /** Sets the modes of this thread. */
  public static void setOfThread(Modes modes) {
    CallFrame.current().setModes(modes);
  }

  /** Returns the modes in effect on this thread, none of which is inherited. */
  public static Modes inEffect() {
    CallFrame frame = CallFrame.enter();
    MemorySegment modes = frame.allocate(pt_modes.layout().byteSize());
    frame.check("modes", PanamaTorch.pt_modes_read(modes, frame.call()));
    return new Modes(
        pt_modes.grad(modes),
        pt_modes.inference(modes),
        Autocast.read(pt_modes.autocast_cpu(modes)),
        Autocast.read(pt_modes.autocast_cuda(modes)));
  }

  /** Returns whether operators record the autograd graph. */
  public boolean recordsGradients() {
    return grad == PanamaTorch.PT_MODE_ON();
  }

  /** Returns autocast for a type of device. */
  public Autocast autocast(int deviceType) {
    return deviceType == PanamaTorch.PT_CPU() ? cpu : cuda;
  }

  /** Clears autocast's cache of parameters that it has cast. */
  public static void clearAutocastCache() {
    CallFrame frame = CallFrame.enter();
    frame.check("autocast", PanamaTorch.pt_autocast_clear_cache(frame.call()));
  }

  /** Returns a pt_modes that is never freed; NULL if all modes are inherited. */
  MemorySegment nativeCopy() {
    return equals(INHERITED)
        ? MemorySegment.NULL
        : NATIVE_COPIES.computeIfAbsent(this, Modes::write);
  }

  private static MemorySegment write(Modes modes) {
    MemorySegment memory = Arena.global().allocate(pt_modes.layout());
    pt_modes.grad(memory, modes.grad);
    pt_modes.inference(memory, modes.inference);
    modes.cpu.write(pt_modes.autocast_cpu(memory));
    modes.cuda.write(pt_modes.autocast_cuda(memory));
    return memory;
  }
}
