package panama.torch;

import panama.torch.internal.operators.Options;

/**
 * The type and device of a new tensor, and whether it requires gradients. Start from {@link
 * #DEFAULT} or {@link #of}.
 *
 * @param dtype the type of the elements
 * @param device the device on which they are stored
 * @param requiresGrad whether autograd computes gradients; floating-point and complex types only
 */
public record TensorOptions(DType dtype, Device device, boolean requiresGrad) {
  /**
   * FLOAT32 on the CPU, without gradients. The default cannot be changed, unlike PyTorch's {@code
   * torch.set_default_dtype}, because one part of a process would change the results of all others.
   * Pass the type where it differs, as in {@code zeros(DType.FLOAT64, 2, 3)} and {@code
   * tensor(data, DType.FLOAT64)}, and convert modules with {@code module.to(DType.FLOAT64)}.
   */
  public static final TensorOptions DEFAULT = new TensorOptions(DType.FLOAT32, Device.CPU, false);

  /**
   * Returns options with the given type, on the CPU, without gradients.
   *
   * @param dtype the type of the elements
   */
  public static TensorOptions of(DType dtype) {
    return DEFAULT.dtype(dtype);
  }

  /**
   * Returns these options with another type.
   *
   * @param dtype the type of the elements
   */
  public TensorOptions dtype(DType dtype) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /**
   * Returns these options with another device.
   *
   * @param device the device of the tensor
   */
  public TensorOptions device(Device device) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /**
   * Returns these options with or without gradients.
   *
   * @param requiresGrad whether autograd computes gradients
   */
  public TensorOptions requiresGrad(boolean requiresGrad) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  Options toNative() {
    return new Options(dtype.code(), device.type().code(), device.index(), requiresGrad);
  }
}
