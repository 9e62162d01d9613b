package panama.torch.nn;

import org.jspecify.annotations.Nullable;

/** What {@link Module#registerForwardHook} is given: it sees every result, and may replace it. */
@FunctionalInterface
public interface ForwardHook {
  /**
   * Called after each forward.
   *
   * @param module whose forward it was
   * @param input its first argument
   * @param output its result
   * @return another result of the same class, or null to leave it
   */
  @Nullable Object after(Module module, Object input, Object output);
}
