package panama.torch;

import java.util.Arrays;

/**
 * Selects the implementation of operations that have several, as {@code torch.backends} does. The
 * selection holds for the whole process; set it before other threads compute.
 */
public final class Backends {
  private static final Op SET_RECURRENT = Torch.op("panama_torch::set_recurrent_backend");
  private static final Op RECURRENT = Torch.op("panama_torch::recurrent_backend");
  private static final Op VECTOR_BITS = Torch.op("panama_torch::recurrent_vector_bits");

  /** The implementations of recurrent layers. */
  public enum Recurrent {
    /** libtorch's own, whose results equal PyTorch's bit for bit. */
    ATEN(0),
    /**
     * The kernels of this library, forward and backward: for float32 and float64 on the CPU, and
     * for bfloat16 without gradients, without autocast. In other cases a layer throws a {@link
     * TorchException} that names the reason. Results differ from PyTorch's by rounding; gradients
     * of gradients are computed by libtorch.
     */
    FUSED(1),
    /** {@link #FUSED} where it is possible, {@link #ATEN} elsewhere. The default. */
    AUTO(2);

    /** The number in native/src/recurrent.cpp. */
    private final long code;

    Recurrent(long code) {
      this.code = code;
    }
  }

  private Backends() {}

  /**
   * Selects the implementation of recurrent layers.
   *
   * @param backend the implementation from now on
   * @return the implementation until now
   */
  public static Recurrent recurrent(Recurrent backend) {
    return of(SET_RECURRENT.start().arg(backend.code));
  }

  /** Returns the implementation of recurrent layers. */
  public static Recurrent recurrent() {
    return of(RECURRENT.start());
  }

  /** Returns a line for {@link Torch#buildInfo}. */
  static String description() {
    long bits = VECTOR_BITS.start().call().integer(0);
    return "Recurrent layers: " + recurrent() + ", FUSED with vectors of " + bits + " bits\n";
  }

  private static Recurrent of(Op.Call call) {
    long code = call.call().integer(0);
    return Arrays.stream(Recurrent.values())
        .filter(backend -> backend.code == code)
        .findFirst()
        .orElseThrow();
  }
}
