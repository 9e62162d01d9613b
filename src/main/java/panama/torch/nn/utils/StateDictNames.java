package panama.torch.nn.utils;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panama.torch.ArgumentException;
import panama.torch.NamedTensors;
import panama.torch.Tensor;
import panama.torch.internal.StateDictErrors;

/**
 * Changes the names of a state dict, where those of a file differ from those of a module:
 *
 * <pre>{@code
 * model.loadStateDict(StateDictNames.rename(Torch.load(path), Map.of("module", "")));
 * }</pre>
 */
public final class StateDictNames {
  private StateDictNames() {}

  /**
   * Returns a state dict with other names and the same tensors. A name consists of parts between
   * dots; each key stands for one part or several, wherever they are:
   *
   * <ul>
   *   <li>{@code Map.of("module", "")} removes the prefix of {@code DataParallel}, {@code
   *       Map.of("_orig_mod", "")} that of {@code torch.compile};
   *   <li>{@code Map.of("encoder.rnn", "gru")} changes {@code encoder.rnn.bias_hh_l0} to {@code
   *       gru.bias_hh_l0};
   *   <li>{@code Map.of("weight_g", "parametrizations.weight.original0", "weight_v",
   *       "parametrizations.weight.original1")} changes the names of {@code
   *       torch.nn.utils.weight_norm} to those of {@code parametrizations.weight_norm}.
   * </ul>
   *
   * <p>Where several keys match, the one with the most parts is taken. What has been replaced is
   * not replaced again.
   *
   * @param state tensors by their names
   * @param names for each part, its replacement; an empty one removes it
   * @throws ArgumentException if a key is empty, if a name would be empty, or naming all tensors
   *     that would get the same name
   */
  public static Map<String, Tensor> rename(Map<String, Tensor> state, Map<String, String> names) {
    Map<List<String>, List<String>> replacements = new LinkedHashMap<>();
    names.forEach((from, to) -> replacements.put(parts(from), parts(to)));
    StateDictErrors errors = new StateDictErrors();
    if (replacements.containsKey(List.of())) {
      errors.mismatch("names", "keys such as 'module'", "an empty key");
    }
    Map<String, String> origins = new LinkedHashMap<>();
    NamedTensors renamed = new NamedTensors();
    state.forEach(
        (name, tensor) -> {
          String to = String.join(".", replace(parts(name), replacements));
          String other = origins.putIfAbsent(to, name);
          if (to.isEmpty()) {
            errors.mismatch(name, "a name", "nothing left of it");
          } else if (other != null) {
            errors.mismatch(name, "a name of its own", to + ", as " + other);
          } else {
            renamed.put(to, tensor);
          }
        });
    errors.throwIfAny("the state dict cannot be renamed by " + names, ArgumentException::new);
    return renamed;
  }

  private static List<String> parts(String name) {
    return Arrays.stream(name.split("\\.", -1)).filter(part -> !part.isEmpty()).toList();
  }

  private static List<String> replace(
      List<String> parts, Map<List<String>, List<String>> replacements) {
    List<String> replaced = new ArrayList<>();
    int i = 0;
    while (i < parts.size()) {
      int length = longestMatch(parts.subList(i, parts.size()), replacements);
      if (length == 0) {
        replaced.add(parts.get(i++));
      } else {
        replaced.addAll(replacements.get(parts.subList(i, i + length)));
        i += length;
      }
    }
    return replaced;
  }

  /** Returns how many of the first parts a key has; 0 if there is none. */
  private static int longestMatch(
      List<String> parts, Map<List<String>, List<String>> replacements) {
    return IntStream.rangeClosed(1, parts.size())
        .filter(length -> replacements.containsKey(parts.subList(0, length)))
        .max()
        .orElse(0);
  }
}
