package panama.torch.nn;

import org.jspecify.annotations.Nullable;

/** What {@link Module#registerForwardPreHook} is given: it sees every input, and may replace it. */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * Called before each forward.
   *
   * @param module whose forward it is
   * @param input its first argument
   * @return another input of the same class, or null to leave it
   */
  @Nullable Object before(Module module, Object input);
}
