package panama.torch.nn;

import org.jspecify.annotations.Nullable;

/**
 * A function for {@link Module#registerForwardPreHook}: it is called with every input of a module
 * and may replace it.
 */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * Is called before each forward.
   *
   * @param module the module whose forward it is
   * @param input its first argument
   * @return an input of the same class that replaces {@code input}, or null to keep it
   */
  @Nullable Object before(Module module, Object input);
}
