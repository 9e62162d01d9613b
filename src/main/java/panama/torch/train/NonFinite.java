package panama.torch.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Module;

/** A search for the first tensor of a forward pass that has NaN or infinite elements. */
final class NonFinite {
  private @Nullable String first;

  private NonFinite() {}

  /**
   * Runs a forward pass and describes the first tensor that is not finite: a parameter, the input
   * or the output of a layer, or else the loss.
   */
  static String find(Module model, Runnable forward) {
    NonFinite search = new NonFinite();
    List<Runnable> hooks = new ArrayList<>();
    try (TensorScope scope = new TensorScope();
        var noGrad = Torch.noGrad()) {
      model
          .namedParameters()
          .forEach((name, value) -> search.check("parameter '" + name + "'", value));
      for (Map.Entry<String, Module> named : model.namedModules().entrySet()) {
        String layer =
            "layer '%s' (%s)"
                .formatted(named.getKey(), named.getValue().getClass().getSimpleName());
        hooks.add(
            named
                .getValue()
                .registerForwardHook(
                    (module, input, output) -> {
                      search.check("the input of " + layer, input);
                      search.check("the output of " + layer, output);
                      return null;
                    }));
      }
      if (search.first == null) {
        forward.run();
      }
    } finally {
      hooks.forEach(Runnable::run);
    }
    return search.first == null ? "the loss" : search.first;
  }

  private void check(String description, @Nullable Object value) {
    switch (value) {
      case Tensor tensor when first == null && !isFinite(tensor) -> first = description;
      case TensorHolder holder -> holder.forEachTensor(tensor -> check(description, tensor));
      case null, default -> {}
    }
  }

  private static boolean isFinite(Tensor tensor) {
    return !tensor.dtype().isFloatingPoint() || tensor.isfinite().all().itemBoolean();
  }
}
