package panama.torch.nn;

import java.util.List;
import java.util.Map;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.internal.NearestName;
import panama.torch.internal.StateDictErrors;

/** Copies a state dict into parameters and buffers, for {@link Module#loadStateDict}. */
final class StateDictLoading {
  /** Comparing each of many names with each other would take long. */
  private static final int MOST_SUGGESTIONS = 10;

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
      addUnexpected(unexpected, missing, errors);
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

  /** Adds the unexpected names, the first ones with the most similar name that is missing. */
  private static void addUnexpected(
      List<String> unexpected, List<String> missing, StateDictErrors errors) {
    for (int i = 0; i < unexpected.size(); i++) {
      String name = unexpected.get(i);
      if (i < MOST_SUGGESTIONS && !missing.isEmpty()) {
        errors.unexpected(name, NearestName.to(name, missing));
      } else {
        errors.unexpected(name);
      }
    }
  }
}
