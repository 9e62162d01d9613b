package panama.torch.nn;

import org.jspecify.annotations.Nullable;

/**
 * A function for {@link Module#registerForwardHook}: it is called with every result of a module and
 * may replace it.
 */
@FunctionalInterface
public interface ForwardHook {
  /**
   * Is called after each forward.
   *
   * @param module the module whose forward it was
   * @param input its first argument
   * @param output its result
   * @return a result of the same class that replaces {@code output}, or null to keep it
   */
  @Nullable Object after(Module module, Object input, Object output);
}
