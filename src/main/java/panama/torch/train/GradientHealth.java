package panama.torch.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Module;
import panama.torch.nn.RNNCellBase;
import panama.torch.nn.RecurrentLayer;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * A recorder of the norms of gradients: for each recurrent layer and cell of a model, the norm of
 * the gradient of the loss with respect to its input at each time step, and the norm of the
 * gradient of each parameter.
 *
 * <p>Vanishing gradients are near 0 at the first time steps and larger at the last ones; exploding
 * gradients grow towards the first steps: Pascanu, Mikolov and Bengio, "On the difficulty of
 * training recurrent neural networks" (2013).
 *
 * <pre>{@code
 * try (var health = new GradientHealth(model)) {
 *   criterion.forward(model.forward(x), y).backward();
 *   System.out.println(health.report());
 * }
 * }</pre>
 *
 * <p>As a {@link Callback} of a {@link Trainer} it logs warnings with the logger {@code
 * panama.torch}, each kind once for each layer. Each backward pass then computes a norm for each
 * time step and layer.
 */
public final class GradientHealth implements Callback, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("panama.torch");

  private final Module model;
  private final List<Runnable> hooks = new ArrayList<>();
  private final Map<String, List<Double>> norms = new LinkedHashMap<>();
  private final List<String> logged = new ArrayList<>();

  /** Cells called since the last report: each call is a time step. */
  private final Map<String, Integer> calls = new LinkedHashMap<>();

  /**
   * Creates a recorder, and registers its hooks with the model.
   *
   * @param model a model with recurrent layers or cells
   * @throws IllegalArgumentException if it has none
   */
  public GradientHealth(Module model) {
    this.model = model;
    model
        .namedModules()
        .forEach(
            (name, module) -> {
              String layer = name.isEmpty() ? module.getClass().getSimpleName() : name;
              if (module instanceof RecurrentLayer<?> recurrent) {
                hooks.add(
                    module.registerForwardPreHook(
                        (m, input) -> watchLayer(layer, recurrent.batchFirst(), input)));
              } else if (module instanceof RNNCellBase<?>) {
                hooks.add(
                    module.registerForwardPreHook((m, input) -> watchCell(layer, (Tensor) input)));
              }
            });
    if (hooks.isEmpty()) {
      throw new IllegalArgumentException(
          "model: expected recurrent layers or cells, got " + model.getClass().getSimpleName());
    }
  }

  private @Nullable Object watchLayer(String layer, boolean batchFirst, Object input) {
    if (!Torch.isGradEnabled()) {
      return null;
    }
    if (input instanceof PackedSequence packed) {
      long[] sizes = packed.batchSizes().toLongArray();
      return packed.withData(watch(packed.data(), gradient -> put(layer, gradient.split(sizes))));
    }
    Tensor x = (Tensor) input;
    int time = x.dim() == 3 && batchFirst ? 1 : 0;
    return watch(x, gradient -> put(layer, gradient.unbind(time)));
  }

  private @Nullable Object watchCell(String layer, Tensor input) {
    if (!Torch.isGradEnabled()) {
      return null;
    }
    int step = calls.merge(layer, 1, Integer::sum) - 1;
    return watch(
        input,
        gradient -> {
          List<Double> steps = norms.computeIfAbsent(layer, key -> new ArrayList<>());
          while (steps.size() <= step) {
            steps.add(0.0);
          }
          steps.set(step, norm(gradient));
        });
  }

  private interface Observer {
    void see(Tensor gradient);
  }

  /** Returns the tensor, or one with the same elements that requires a gradient, with a hook. */
  private static Tensor watch(Tensor tensor, Observer observer) {
    Tensor watched = tensor.requiresGrad() ? tensor : tensor.detach().requiresGrad_(true);
    watched.registerHook(
        gradient -> {
          try (TensorScope scope = new TensorScope();
              var noGrad = Torch.noGrad()) {
            observer.see(gradient);
          }
          return null;
        });
    return watched;
  }

  private void put(String layer, List<Tensor> gradients) {
    norms.put(layer, new ArrayList<>(gradients.stream().map(GradientHealth::norm).toList()));
  }

  /** Returns the L2 norm, in FLOAT64, where the squares of FLOAT32 do not overflow. */
  private static double norm(Tensor tensor) {
    return tensor.to(DType.FLOAT64).square().sum().sqrt().item();
  }

  /**
   * Returns the norms of the last backward pass, and clears them.
   *
   * @throws IllegalStateException if there was no backward pass since the last report
   */
  public GradientReport report() {
    if (norms.isEmpty()) {
      throw new IllegalStateException(
          "report: expected a backward pass through the recurrent layers since the last report, got"
              + " none");
    }
    Map<String, double[]> steps = new LinkedHashMap<>();
    norms.forEach(
        (layer, values) ->
            steps.put(layer, values.stream().mapToDouble(Double::doubleValue).toArray()));
    Map<String, Double> parameters = new LinkedHashMap<>();
    try (TensorScope scope = new TensorScope();
        var noGrad = Torch.noGrad()) {
      model
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                Tensor gradient = parameter.grad();
                if (gradient != null) {
                  parameters.put(name, norm(gradient));
                }
              });
    }
    norms.clear();
    calls.clear();
    return new GradientReport(steps, parameters);
  }

  @Override
  public void stepEnds(int epoch, long step, double loss) {
    for (GradientReport.Warning warning : report().warnings()) {
      String kind = warning.kind() + " " + warning.layer();
      if (!logged.contains(kind)) {
        logged.add(kind);
        LOGGER.log(
            System.Logger.Level.WARNING, "epoch " + epoch + ", batch " + step + ": " + warning);
      }
    }
  }

  /** Removes the hooks from the model. */
  @Override
  public void close() {
    hooks.forEach(Runnable::run);
    hooks.clear();
  }
}
