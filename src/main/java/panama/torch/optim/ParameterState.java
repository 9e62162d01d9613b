package panama.torch.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** What is remembered of a parameter between steps, by PyTorch's names. */
final class ParameterState {
  /** How many steps there were: a number of its own type, whatever the parameter's. */
  static final String STEP = "step";

  static final String MU_PRODUCT = "mu_product";

  private static final Set<String> NUMBERS = Set.of(STEP, MU_PRODUCT);

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private DType dtype;
  private Device device;

  /** Nothing yet, of a parameter with these elements. */
  ParameterState(Tensor data) {
    dtype = data.dtype();
    device = data.device();
  }

  ParameterState with(String name, Tensor tensor) {
    tensors.put(name, TensorScope.exempt(tensor));
    return this;
  }

  ParameterState withZeros(String name, Tensor data) {
    return with(name, Torch.zerosLike(data));
  }

  ParameterState withStep() {
    return with(STEP, Torch.zeros());
  }

  Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  Tensor get(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  @Nullable Tensor find(String name) {
    return tensors.get(name);
  }

  /** Follows a parameter that was given another type or device. */
  void follow(DType newDType, Device newDevice) {
    if (newDType != dtype || !newDevice.equals(device)) {
      tensors.replaceAll(
          (name, tensor) ->
              NUMBERS.contains(name)
                  ? tensor
                  : TensorScope.exempt(tensor.to(newDType).to(newDevice)));
      dtype = newDType;
      device = newDevice;
    }
  }
}
