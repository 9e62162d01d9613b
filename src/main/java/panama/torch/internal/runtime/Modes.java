package panama.torch.internal.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_autocast;
import panama.torch.internal.ffi.pt_modes;

/**
 * The modes that a thread's native calls run in: pt_modes. They belong to the Java thread, virtual
 * ones included: every call brings them along, and native code puts the operating-system thread
 * into them for that call alone.
 *
 * @param grad pt_mode
 * @param inference pt_mode
 */
public record Modes(int grad, int inference, Autocast cpu, Autocast cuda) {
  /** Casting for one type of device. */
  public record Autocast(int mode, int dtype) {
    private static final Autocast INHERITED = new Autocast(PanamaTorch.PT_MODE_INHERIT(), 0);

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

  /** In native memory, for the life of the process: there are a few hundred at most. */
  private static final ConcurrentHashMap<Modes, MemorySegment> WRITTEN = new ConcurrentHashMap<>();

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

  /** Returns these modes with casting on or off for one type of device. */
  public Modes withAutocast(int deviceType, int dtype, boolean enabled) {
    Autocast autocast = new Autocast(mode(enabled), dtype);
    return deviceType == PanamaTorch.PT_CPU()
        ? new Modes(grad, inference, autocast, cuda)
        : new Modes(grad, inference, cpu, autocast);
  }

  /** Returns what this thread has set, and inherited modes for the rest. */
  public static Modes ofThread() {
    return CallFrame.current().modes();
  }

  /** Sets the modes of this thread. */
  public static void setOfThread(Modes modes) {
    CallFrame.current().setModes(modes);
  }

  /** Returns the modes of this thread as they work out: none of them inherited. */
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

  public boolean recordsGradients() {
    return grad == PanamaTorch.PT_MODE_ON();
  }

  /** Returns the casting for a type of device. */
  public Autocast autocast(int deviceType) {
    return deviceType == PanamaTorch.PT_CPU() ? cpu : cuda;
  }

  /** Drops the casts of parameters that autocast has kept. */
  public static void clearAutocastCache() {
    CallFrame frame = CallFrame.enter();
    frame.check("autocast", PanamaTorch.pt_autocast_clear_cache(frame.call()));
  }

  /** Returns pt_modes in memory that is never freed; NULL where all are inherited. */
  MemorySegment written() {
    return equals(INHERITED) ? MemorySegment.NULL : WRITTEN.computeIfAbsent(this, Modes::write);
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
