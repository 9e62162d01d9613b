package panama.torch.parity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Module;

/** Collects the losses of a training and the states of its modules. */
final class Trained {
  private final List<Module> modules;
  private final List<Tensor> losses = new ArrayList<>();

  Trained(Module... modules) {
    this.modules = List.of(modules);
  }

  /** Returns the parameters of all modules. */
  List<Tensor> parameters() {
    return modules.stream().flatMap(module -> module.parameters().stream()).toList();
  }

  void add(Tensor loss) {
    losses.add(TensorScope.exempt(loss.detach()));
  }

  /** Returns the losses, and the state dict of each module with its number as a prefix. */
  Map<String, Tensor> results() {
    Map<String, Tensor> results = new LinkedHashMap<>();
    results.put("losses", Torch.stack(losses, 0));
    for (int i = 0; i < modules.size(); i++) {
      int number = i;
      modules
          .get(i)
          .stateDict()
          .forEach((name, tensor) -> results.put(number + "." + name, tensor));
    }
    return results;
  }
}
