package panama.torch;

/**
 * A guard that sets whether one thread records gradients, from {@link Torch#noGrad}, {@link
 * Torch#enableGrad} or {@link Torch#inferenceMode} to {@link #close}.
 *
 * <p>The mode belongs to the platform or virtual thread, and is not inherited by threads that it
 * starts.
 */
public final class GradMode extends ThreadModes {
  private final String operation;

  private GradMode(String operation) {
    this.operation = operation;
  }

  static GradMode set(String operation, boolean enabled) {
    GradMode mode = new GradMode(operation);
    mode.set(mode.before().withGrad(enabled));
    return mode;
  }

  static GradMode inference() {
    GradMode mode = new GradMode("inferenceMode");
    mode.set(mode.before().withInference());
    return mode;
  }

  /** Returns the mode, how long it lasts, and the usual way to end it. */
  @Override
  public String toString() {
    return describe(operation, "", operation + "()");
  }
}
