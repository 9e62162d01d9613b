package panama.torch.optim;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * The tensors that an optimizer keeps for one parameter between steps, such as moving averages of
 * its gradients, by PyTorch's names. Filled by {@link Optimizer#initState}, read by {@link
 * Optimizer#update}.
 *
 * <p>The tensors belong to no {@link TensorScope}. When the parameter gets another element type or
 * device, they are converted before the next step; scalars keep theirs.
 */
public final class ParameterState {
  /** The number of updates. */
  static final String STEP = "step";

  private final Tensor parameter;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Set<String> scalars = new HashSet<>();
  private DType dtype;
  private Device device;
  private boolean isNew = true;

  /** Creates an empty state. */
  ParameterState(Tensor parameter) {
    this.parameter = parameter;
    dtype = parameter.dtype();
    device = parameter.device();
  }

  /**
   * Returns the tensor of a name.
   *
   * @param name the name of the tensor, as in PyTorch
   * @throws IllegalArgumentException when there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "name: expected one of %s, got '%s'; initState creates the state"
              .formatted(tensors.keySet(), name));
    }
    return tensor;
  }

  /**
   * Returns whether there is a tensor of this name.
   *
   * @param name the name of the tensor, as in PyTorch
   */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * Puts a tensor under a name.
   *
   * @param name the name of the tensor, as in PyTorch
   * @param tensor of the parameter's element type, on its device; belongs to the state from now on
   * @return this state
   */
  public ParameterState put(String name, Tensor tensor) {
    tensors.put(name, TensorScope.exempt(tensor));
    scalars.remove(name);
    return this;
  }

  /**
   * Puts zeros of the parameter's shape, element type and device under a name.
   *
   * @param name the name of the tensor, as in PyTorch
   * @return this state
   */
  public ParameterState putZeros(String name) {
    return put(name, Torch.zerosLike(parameter));
  }

  /**
   * Puts a FLOAT32 tensor without dimensions under a name, such as {@code step}.
   *
   * @param name the name of the tensor, as in PyTorch
   * @param value the element of the tensor
   * @return this state
   */
  public ParameterState putScalar(String name, double value) {
    put(name, Torch.full(new long[0], value));
    scalars.add(name);
    return this;
  }

  /** Returns the tensor of a name, after putting zeros there if there is none. */
  Tensor getOrPutZeros(String name) {
    return has(name) ? get(name) : putZeros(name).get(name);
  }

  /** Returns the element type and the device of the parameter, as a key for maps. */
  List<Object> dtypeAndDevice() {
    return List.of(dtype, device);
  }

  /** Returns whether the parameter has never been updated with this state. */
  boolean isNew() {
    return isNew;
  }

  void setUpdated() {
    isNew = false;
  }

  Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Converts the tensors after the parameter was given another element type or device. */
  void followParameter() {
    DType newDType = parameter.dtype();
    Device newDevice = parameter.device();
    if (newDType != dtype || !newDevice.equals(device)) {
      tensors.replaceAll(
          (name, tensor) ->
              scalars.contains(name)
                  ? tensor
                  : TensorScope.exempt(tensor.to(newDType).to(newDevice)));
      dtype = newDType;
      device = newDevice;
    }
  }

  /** Returns the names with the element types and shapes of their tensors. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("ParameterState(");
    tensors.forEach(
        (name, tensor) ->
            text.append(text.charAt(text.length() - 1) == '(' ? "" : ", ")
                .append(name)
                .append('=')
                .append(tensor.dtype())
                .append(tensor.shape()));
    return text.append(')').toString();
  }
}
