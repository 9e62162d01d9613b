package panama.torch.nn;

/**
 * A builder whose setters return it as its own class, also those of its superclasses.
 *
 * @param <B> the builder's own class
 */
abstract class FluentBuilder<B extends FluentBuilder<B>> {
  FluentBuilder() {}

  @SuppressWarnings("unchecked") // B is the class itself
  final B self() {
    return (B) this;
  }
}
