package panama.torch.nn;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import panama.torch.ArgumentException;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** Copies the state of a module to one that was built like it, for {@link Module#copy}. */
final class ModuleCopy {
  private ModuleCopy() {}

  /** Creates a module, then restores the state of the default generator. */
  static <M extends Module> M draw(Supplier<M> factory) {
    Generator generator = Generator.defaultGenerator();
    try (Tensor state = TensorScope.exempt(generator.getState())) {
      try {
        return factory.get();
      } finally {
        generator.setState(state);
      }
    }
  }

  /** Copies parameters, buffers and modes to a module of the same structure. */
  static void fill(Module copy, Module original) {
    check(copy, original);
    Map<String, Tensor> tensors = original.everything();
    try (TensorScope scope = new TensorScope()) {
      copy.everything()
          .forEach(
              (name, tensor) -> {
                Tensor from = Objects.requireNonNull(tensors.get(name));
                tensor.setData(from.detach().clone()).requiresGrad_(from.requiresGrad());
              });
    }
    Map<String, Module> modules = original.namedModules();
    copy.namedModules()
        .forEach((name, module) -> module.takeMode(Objects.requireNonNull(modules.get(name))));
  }

  private static void check(Module copy, Module original) {
    StringJoiner problems = new StringJoiner("\n  ", "\n  ", "").setEmptyValue("");
    Map<String, Module> modules = copy.namedModules();
    original
        .namedModules()
        .forEach(
            (name, module) -> {
              Module own = modules.get(name);
              if (own == null || own.getClass() != module.getClass()) {
                problems.add(
                    "%s: expected a %s, got %s"
                        .formatted(
                            name.isEmpty() ? "the module" : name,
                            Repr.name(module.getClass()),
                            own == null ? "none" : "a " + Repr.name(own.getClass())));
              }
            });
    Set<String> names = original.namedModules().keySet();
    modules.forEach(
        (name, module) -> {
          if (!names.contains(name)) {
            problems.add("unexpected: " + name + ", a " + Repr.name(module.getClass()));
          }
        });
    Map<String, Tensor> tensors = copy.everything();
    Map<String, Tensor> expected = original.everything();
    Map<String, String> owners = owners(tensors);
    Map<String, String> expectedOwners = owners(expected);
    expected.forEach(
        (name, tensor) -> {
          Tensor own = tensors.get(name);
          if (own == null) {
            problems.add("missing: " + name);
          } else if (!own.shape().equals(tensor.shape())) {
            problems.add(
                "%s: expected shape %s, got %s".formatted(name, tensor.shape(), own.shape()));
          } else if (expected.containsValue(own)) {
            problems.add(name + ": expected a new tensor, got the original's");
          } else if (!Objects.equals(owners.get(name), expectedOwners.get(name))) {
            problems.add(
                "%s: expected the tensor of %s, got that of %s"
                    .formatted(name, expectedOwners.get(name), owners.get(name)));
          }
        });
    tensors.keySet().stream()
        .filter(name -> !expected.containsKey(name))
        .forEach(name -> problems.add("unexpected: " + name));
    if (problems.length() > 0) {
      throw new ArgumentException(
          "factory: expected a %s built with the same options as the original, got one that differs:%s"
              .formatted(Repr.name(original.getClass()), problems));
    }
  }

  /** Returns, for each name, the first name of its tensor. */
  private static Map<String, String> owners(Map<String, Tensor> entries) {
    IdentityHashMap<Tensor, String> first = new IdentityHashMap<>();
    Map<String, String> owners = new LinkedHashMap<>();
    entries.forEach(
        (name, tensor) -> {
          first.putIfAbsent(tensor, name);
          owners.put(name, Objects.requireNonNull(first.get(tensor)));
        });
    return owners;
  }
}
