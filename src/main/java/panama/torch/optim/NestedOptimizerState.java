package panama.torch.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;
import panama.torch.internal.NestedStateDict;
import panama.torch.internal.StateDictErrors;

/** Conversions of state dicts of optimizers from and to the form that PyTorch's have. */
final class NestedOptimizerState {
  private static final String STATE = "state";
  private static final String GROUPS = "param_groups";

  /** The names of the parameters, which PyTorch keeps if it is given them. */
  private static final String PARAM_NAMES = "param_names";

  private NestedOptimizerState() {}

  /**
   * Returns a state dict in PyTorch's form.
   *
   * @param states the tensors of each parameter that has a state, by its index
   * @param groups the options of each group
   */
  static Map<String, @Nullable Object> of(
      Map<Long, Map<String, Tensor>> states, List<Map<String, @Nullable Object>> groups) {
    Map<Long, Object> nested = new LinkedHashMap<>();
    states.forEach((index, tensors) -> nested.put(index, NestedStateDict.nest(tensors)));
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put(STATE, nested);
    all.put(GROUPS, groups);
    return all;
  }

  /**
   * Returns the state dict that PyTorch's form stands for. Numbers in it become new tensors.
   *
   * @throws ArgumentException if it does not have PyTorch's form
   */
  static OptimizerState flatten(Map<?, ?> nested) {
    if (!(nested.get(STATE) instanceof Map<?, ?> state)
        || !(nested.get(GROUPS) instanceof List<?> groups)
        || !groups.stream().allMatch(Map.class::isInstance)) {
      throw new ArgumentException(
          "state: expected PyTorch's optimizer.state_dict(), with a map 'state' and a list of maps 'param_groups', got the keys %s"
              .formatted(
                  nested.keySet().stream()
                      .limit(10)
                      .map(String::valueOf)
                      .collect(Collectors.joining(", ", "[", "]"))));
    }
    StateDictErrors errors = new StateDictErrors();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    NestedStateDict.flatten(Map.of(STATE, state))
        .forEach((name, value) -> putTensor(tensors, name, value, errors));
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      String prefix = GROUPS + "." + i + ".";
      ((Map<?, ?>) groups.get(i))
          .forEach(
              (name, value) -> {
                if (!PARAM_NAMES.equals(name)) {
                  options.put(prefix + name, json(prefix + name, value, errors));
                }
              });
    }
    errors.throwIfAny(
        "state: expected tensors, numbers and options in PyTorch's optimizer.state_dict()",
        ArgumentException::new);
    return new OptimizerState(tensors, options);
  }

  private static void putTensor(
      Map<String, Tensor> tensors, String name, Object value, StateDictErrors errors) {
    switch (value) {
      case Tensor tensor -> tensors.put(name, tensor);
      case Long _, Integer _ -> tensors.put(name, Torch.tensor(((Number) value).longValue()));
      case Number number ->
          tensors.put(
              name, Torch.full(new long[0], number.doubleValue(), TensorOptions.of(DType.FLOAT64)));
      default -> errors.mismatch(name, "a tensor or a number", value.getClass().getSimpleName());
    }
  }

  private static String json(String name, @Nullable Object option, StateDictErrors errors) {
    return switch (option) {
      case null ->
          name.endsWith("." + ParamGroup.FUSED) ? ParamGroup.toJson(null) : ParamGroup.NONE;
      case Tensor tensor when tensor.numel() == 1 -> ParamGroup.toJson(tensor.item());
      case Number _, Boolean _, String _ -> ParamGroup.toJson(option);
      case List<?> list when list.stream().allMatch(Number.class::isInstance) ->
          ParamGroup.toJson(option);
      default -> {
        errors.mismatch(
            name,
            "a number, a boolean, a text or a list of numbers",
            option.getClass().getSimpleName());
        yield ParamGroup.NONE;
      }
    };
  }
}
