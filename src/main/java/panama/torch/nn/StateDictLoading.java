package panama.torch.nn;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import panama.torch.ArgumentException;
import panama.torch.Tensor;

/** Copies a state dict into parameters and buffers, for {@link Module#loadStateDict}. */
final class StateDictLoading {
  private StateDictLoading() {}

  /** Copies all entries that both have, or throws before anything is changed. */
  static IncompatibleKeys load(
      Map<String, Tensor> own, Map<String, Tensor> state, boolean strict, String module) {
    List<String> missing = own.keySet().stream().filter(name -> !state.containsKey(name)).toList();
    List<String> unexpected =
        state.keySet().stream().filter(name -> !own.containsKey(name)).toList();
    StringJoiner problems = new StringJoiner("\n  ", "\n  ", "").setEmptyValue("");
    if (strict) {
      missing.forEach(name -> problems.add("missing: " + name));
    }
    own.forEach(
        (name, tensor) -> {
          Tensor given = state.get(name);
          if (given != null && !given.shape().equals(tensor.shape())) {
            problems.add(
                "%s: expected shape %s, got %s".formatted(name, tensor.shape(), given.shape()));
          }
        });
    if (strict) {
      unexpected.forEach(name -> problems.add("unexpected: " + name));
    }
    if (problems.length() > 0) {
      throw new ArgumentException("the state dict does not fit %s:%s".formatted(module, problems));
    }
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
