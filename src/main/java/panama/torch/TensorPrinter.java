package panama.torch;

/** Prints a tensor as PyTorch prints it. */
final class TensorPrinter {
  private TensorPrinter() {}

  static String print(Tensor tensor) {
    return "tensor(..., size=%s)".formatted(tensor.shape());
  }
}
