package panama.torch.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.DType;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.Torch;

/** The states of the generators from which a loader and its sampler draw, in this order. */
record GeneratorStates(List<byte[]> states) {
  static GeneratorStates of(List<Generator> generators) {
    List<byte[]> states = new ArrayList<>();
    for (Generator generator : generators) {
      try (Tensor state = generator.getState()) {
        states.add(state.toByteArray());
      }
    }
    return new GeneratorStates(states);
  }

  void restore(List<Generator> generators) {
    for (int i = 0; i < states.size(); i++) {
      try (Tensor state = tensor(states.get(i))) {
        generators.get(i).setState(state);
      }
    }
  }

  Map<String, Tensor> toTensors(String prefix) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < states.size(); i++) {
      tensors.put(prefix + "." + i, tensor(states.get(i)));
    }
    return tensors;
  }

  static GeneratorStates fromTensors(String prefix, Map<String, Tensor> tensors) {
    List<byte[]> states = new ArrayList<>();
    Tensor state = tensors.get(prefix + ".0");
    while (state != null) {
      states.add(state.toByteArray());
      state = tensors.get(prefix + "." + states.size());
    }
    return new GeneratorStates(states);
  }

  private static Tensor tensor(byte[] state) {
    try (Tensor signed = Torch.tensor(state)) {
      return signed.view(DType.UINT8);
    }
  }
}
