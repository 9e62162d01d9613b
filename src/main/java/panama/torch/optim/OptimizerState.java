package panama.torch.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import panama.torch.NamedTensors;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * What training needs to go on where it stopped, PyTorch's {@code optimizer.state_dict()} made
 * flat. The two maps are what a safetensors file holds:
 *
 * <pre>{@code
 * OptimizerState state = adam.stateDict();
 * SafeTensors.save(file, state.tensors(), state.options());
 * adam.loadStateDict(new OptimizerState(SafeTensors.load(file), SafeTensors.loadMetadata(file)));
 * }</pre>
 *
 * @param tensors such as {@code state.0.exp_avg}, 0 being the first parameter of the first group
 * @param options such as {@code param_groups.0.lr}, each as a JSON value, which loses no bit
 */
public record OptimizerState(Map<String, Tensor> tensors, Map<String, String> options)
    implements TensorHolder {
  /** Copies the maps, not the tensors. */
  public OptimizerState {
    tensors = Collections.unmodifiableMap(new NamedTensors(tensors));
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    tensors.values().forEach(action);
  }

  /** Returns types and shapes of the tensors, and the options, one a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("OptimizerState(\n  tensors=");
    text.append(tensors.toString().replace("\n", "\n  ")).append(",\n  options={\n");
    options.forEach((name, value) -> text.append("    " + name + ": " + value + "\n"));
    return text.append("  })").toString();
  }
}
