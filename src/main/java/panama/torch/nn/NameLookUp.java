package panama.torch.nn;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import panama.torch.Tensor;

/**
 * Finds submodules, parameters and buffers by their full names, such as {@code rnn.weight_ih_l0}.
 */
final class NameLookUp {
  private NameLookUp() {}

  /** Returns the submodule of a name; "" is the module itself. */
  static Module submodule(Module root, String target) {
    Module module = root;
    String path = "";
    for (String name : target.isEmpty() ? new String[0] : target.split("\\.", -1)) {
      Module child = module.children().get(name);
      if (child == null) {
        throw unknown("submodule", target, module, path, module.children().keySet());
      }
      module = child;
      path = Module.join(path, name);
    }
    return module;
  }

  /**
   * Returns the tensor of a name.
   *
   * @param kind "parameter" or "buffer", for errors
   * @param tensors returns the tensors of this kind of a module itself
   */
  static Tensor tensor(
      Module root, String kind, String target, Function<Module, Map<String, Tensor>> tensors) {
    int dot = target.lastIndexOf('.');
    String path = target.substring(0, Math.max(dot, 0));
    Module owner = submodule(root, path);
    Map<String, Tensor> known = tensors.apply(owner);
    Tensor tensor = known.get(target.substring(dot + 1));
    if (tensor == null) {
      throw unknown(kind, target, owner, path, known.keySet());
    }
    return tensor;
  }

  private static IllegalArgumentException unknown(
      String kind, String target, Module owner, String path, Set<String> names) {
    String type = Repr.name(owner.getClass());
    return new IllegalArgumentException(
        "target: expected the name of a %s, got '%s': %s has %s%s"
            .formatted(
                kind,
                target,
                path.isEmpty() ? type : path + ", " + type + ",",
                names.isEmpty() ? "no " + kind + "s" : "the " + kind + "s " + names,
                parametrized(owner, target.substring(target.lastIndexOf('.') + 1))));
  }

  private static String parametrized(Module owner, String name) {
    return owner.children().get("parametrizations") instanceof ModuleDict<?> all
            && all.containsKey(name)
        ? "; a parametrization computes '%s' from parametrizations.%s.original"
            .formatted(name, name)
        : "";
  }
}
