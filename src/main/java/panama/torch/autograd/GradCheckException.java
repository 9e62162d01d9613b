package panama.torch.autograd;

/**
 * Thrown when a gradient differs from the numerical derivative; {@code GradcheckError} in PyTorch.
 * The message names the output, the input, their elements and both values.
 */
public final class GradCheckException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GradCheckException(String message) {
    super(message);
  }
}
