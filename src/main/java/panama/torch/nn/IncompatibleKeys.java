package panama.torch.nn;

import java.util.List;

/**
 * Where a state dict and a module differ, from {@link Module#loadStateDict(java.util.Map,
 * boolean)}.
 *
 * @param missingKeys names that the module has and the state dict has not
 * @param unexpectedKeys names that the state dict has and the module has not
 */
public record IncompatibleKeys(List<String> missingKeys, List<String> unexpectedKeys) {
  /** Copies the lists. */
  public IncompatibleKeys {
    missingKeys = List.copyOf(missingKeys);
    unexpectedKeys = List.copyOf(unexpectedKeys);
  }

  /** Whether both lists are empty. */
  public boolean isEmpty() {
    return missingKeys.isEmpty() && unexpectedKeys.isEmpty();
  }

  /** As PyTorch prints it. */
  @Override
  public String toString() {
    return isEmpty()
        ? "<All keys matched successfully>"
        : "IncompatibleKeys(missing_keys=%s, unexpected_keys=%s)"
            .formatted(missingKeys, unexpectedKeys);
  }
}
