package panama.torch.nn;

import java.util.List;

/**
 * The names in which a state dict and a module differ, returned by {@link
 * Module#loadStateDict(java.util.Map, boolean)}.
 *
 * @param missingKeys names that only the module has
 * @param unexpectedKeys names that only the state dict has
 */
public record IncompatibleKeys(List<String> missingKeys, List<String> unexpectedKeys) {
  /** Copies the lists. */
  public IncompatibleKeys {
    missingKeys = List.copyOf(missingKeys);
    unexpectedKeys = List.copyOf(unexpectedKeys);
  }

  /** Returns whether both lists are empty. */
  public boolean isEmpty() {
    return missingKeys.isEmpty() && unexpectedKeys.isEmpty();
  }

  /** Returns the text that PyTorch prints. */
  @Override
  public String toString() {
    return isEmpty()
        ? "<All keys matched successfully>"
        : "IncompatibleKeys(missing_keys=%s, unexpected_keys=%s)"
            .formatted(missingKeys, unexpectedKeys);
  }
}
