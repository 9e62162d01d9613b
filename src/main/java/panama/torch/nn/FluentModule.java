package panama.torch.nn;

import java.util.function.Consumer;
import panama.torch.DType;
import panama.torch.Device;

/**
 * A {@link Module} whose methods that return the module itself return it as its own class, so that
 * they can be chained (a fluent interface). All layers of this library extend it; a class of your
 * own that extends it gives itself as the type argument:
 *
 * <pre>{@code
 * final class Classifier extends FluentModule<Classifier> {
 *   private final Linear fc = register("fc", new Linear(16, 3));
 * }
 *
 * Classifier model = new Classifier().to(DType.FLOAT64).eval();
 * }</pre>
 *
 * @param <M> the module's own class
 */
public abstract class FluentModule<M extends FluentModule<M>> extends Module {
  /** Creates a module in training mode. */
  protected FluentModule() {}

  @SuppressWarnings("unchecked") // M is the class itself
  private M self() {
    return (M) this;
  }

  @Override
  public M apply(Consumer<? super Module> action) {
    super.apply(action);
    return self();
  }

  @Override
  public M train() {
    super.train();
    return self();
  }

  @Override
  public M eval() {
    super.eval();
    return self();
  }

  @Override
  public M train(boolean mode) {
    super.train(mode);
    return self();
  }

  @Override
  public M requiresGrad_(boolean requiresGrad) {
    super.requiresGrad_(requiresGrad);
    return self();
  }

  @Override
  public M to(DType dtype) {
    super.to(dtype);
    return self();
  }

  @Override
  public M to(Device device) {
    super.to(device);
    return self();
  }
}
