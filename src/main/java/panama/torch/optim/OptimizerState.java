package panama.torch.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import panama.torch.NamedTensors;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * The state dict of an optimizer: all that it needs to continue a training. Unlike PyTorch's {@code
 * optimizer.state_dict()} it is not nested, so that a safetensors file holds both maps:
 *
 * <pre>{@code
 * OptimizerState state = adam.stateDict();
 * SafeTensors.save(file, state.tensors(), state.options());
 * adam.loadStateDict(new OptimizerState(SafeTensors.load(file), SafeTensors.loadMetadata(file)));
 * }</pre>
 *
 * @param tensors such as {@code state.0.exp_avg}, where 0 is the index of the parameter, counted
 *     through all groups
 * @param options such as {@code param_groups.0.lr}, each as a JSON value with all digits
 */
public record OptimizerState(Map<String, Tensor> tensors, Map<String, String> options)
    implements TensorHolder {
  /** Creates a state dict from copies of the maps; the tensors are not copied. */
  public OptimizerState {
    tensors = Collections.unmodifiableMap(new NamedTensors(tensors));
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    tensors.values().forEach(action);
  }

  /** Returns the element types and shapes of the tensors, and the options, one per line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("OptimizerState(\n  tensors=");
    text.append(tensors.toString().replace("\n", "\n  ")).append(",\n  options={\n");
    options.forEach((name, value) -> text.append("    " + name + ": " + value + "\n"));
    return text.append("  })").toString();
  }
}
