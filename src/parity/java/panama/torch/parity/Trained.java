package panama.torch.parity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Module;

/** The modules of a training, and the loss of each step. */
final class Trained {
  private final List<Module> modules;
  private final List<Tensor> losses = new ArrayList<>();

  Trained(Module... modules) {
    this.modules = List.of(modules);
  }

  /** All of them, module by module. */
  List<Tensor> parameters() {
    return modules.stream().flatMap(module -> module.parameters().stream()).toList();
  }

  void add(Tensor loss) {
    losses.add(TensorScope.exempt(loss.detach()));
  }

  /** The losses, and the state of each module under its number. */
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
