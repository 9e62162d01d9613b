package panama.torch.nn;

import java.util.List;
import java.util.Map;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.internal.StateDictErrors;

/** Copies a state dict into parameters and buffers, for {@link Module#loadStateDict}. */
final class StateDictLoading {
  private StateDictLoading() {}

  /** Copies all entries that both have, or throws before anything is changed. */
  static IncompatibleKeys load(
      Map<String, Tensor> own, Map<String, Tensor> state, boolean strict, String module) {
    List<String> missing = own.keySet().stream().filter(name -> !state.containsKey(name)).toList();
    List<String> unexpected =
        state.keySet().stream().filter(name -> !own.containsKey(name)).toList();
    StateDictErrors errors = new StateDictErrors();
    if (strict) {
      missing.forEach(errors::missing);
    }
    own.forEach(
        (name, tensor) -> {
          Tensor given = state.get(name);
          if (given != null && !given.shape().equals(tensor.shape())) {
            errors.mismatch(name, "shape " + tensor.shape(), given.shape());
          }
        });
    if (strict) {
      unexpected.forEach(errors::unexpected);
    }
    errors.throwIfAny("the state dict does not fit " + module, ArgumentException::new);
    own.forEach(
        (name, tensor) -> {
          Tensor given = state.get(name);
          if (given != null) {
            try (Tensor target = tensor.detach()) {
              target.copy_(given);
            }
          }
        });
    return new IncompatibleKeys(missing, unexpected);
  }
}
