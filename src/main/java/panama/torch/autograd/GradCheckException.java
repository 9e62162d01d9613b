package panama.torch.autograd;

/**
 * A gradient is not the derivative: PyTorch's {@code GradcheckError}. The message names output,
 * input, elements and both values.
 */
public final class GradCheckException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GradCheckException(String message) {
    super(message);
  }
}
