package panama.torch;

import panama.torch.internal.operators.Options;

/**
 * Where and of what type a tensor is made. Start from {@link #DEFAULT} or {@link #of}.
 *
 * @param dtype the type of the elements
 * @param device where they live
 * @param requiresGrad whether gradients are recorded; floating-point and complex types only
 */
public record TensorOptions(DType dtype, Device device, boolean requiresGrad) {
  /**
   * FLOAT32 on the CPU, without gradients. The default is no setting, unlike PyTorch's {@code
   * torch.set_default_dtype}: one part of a process would change the numbers of all others. Give
   * the type where it differs, as in {@code zeros(DType.FLOAT64, 2, 3)} and {@code tensor(data,
   * DType.FLOAT64)}, and convert modules with {@code module.to(DType.FLOAT64)}.
   */
  public static final TensorOptions DEFAULT = new TensorOptions(DType.FLOAT32, Device.CPU, false);

  /** This type on the CPU, without gradients. */
  public static TensorOptions of(DType dtype) {
    return DEFAULT.dtype(dtype);
  }

  /** The same with another type. */
  public TensorOptions dtype(DType dtype) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /** The same on another device. */
  public TensorOptions device(Device device) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /** The same with or without gradients. */
  public TensorOptions requiresGrad(boolean requiresGrad) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  Options toNative() {
    return new Options(dtype.code(), device.type().code(), device.index(), requiresGrad);
  }
}
