package panama.torch.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.io.SafeTensors;
import panama.torch.nn.Module;
import panama.torch.optim.Optimizer;
import panama.torch.optim.OptimizerState;
import panama.torch.optim.lr_scheduler.LRScheduler;

/**
 * The state of a training that is saved in one file, from which the training continues with
 * bit-identical results: the model, the optimizer, the scheduler, the default random number
 * generator, and other {@link Stateful} objects. The file is in the safetensors format, and is
 * replaced atomically: if the process ends while it is written, or the disk is full, the former
 * file is unchanged.
 *
 * <p>{@link Trainer} writes checkpoints. In a training loop of your own:
 *
 * <pre>{@code
 * Checkpoint checkpoint = new Checkpoint(model, optimizer, scheduler);
 * checkpoint.save(file, Map.of("epoch", "3"));
 * int epoch = Integer.parseInt(checkpoint.load(file).get("epoch"));
 * }</pre>
 */
public final class Checkpoint {
  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String SCHEDULER = "scheduler.";
  private static final String OTHER = "other.";
  private static final String GENERATOR = "generator";

  private final Module model;
  private final Optimizer optimizer;
  private final @Nullable LRScheduler scheduler;
  private final Map<String, Stateful> others = new LinkedHashMap<>();

  /**
   * Creates a checkpoint of a training without a scheduler.
   *
   * @param model the model
   * @param optimizer the optimizer
   */
  public Checkpoint(Module model, Optimizer optimizer) {
    this(model, optimizer, null);
  }

  /**
   * Creates a checkpoint of a training.
   *
   * @param model the model
   * @param optimizer the optimizer
   * @param scheduler the scheduler; null for none
   */
  public Checkpoint(Module model, Optimizer optimizer, @Nullable LRScheduler scheduler) {
    this.model = Objects.requireNonNull(model, "model");
    this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
    this.scheduler = scheduler;
  }

  /**
   * Adds another object whose state is saved.
   *
   * @param name its name in the file, not empty and without dots
   * @param other the object
   * @return this checkpoint
   * @throws IllegalArgumentException if the name is empty, has a dot, or is that of another object
   */
  public Checkpoint add(String name, Stateful other) {
    Objects.requireNonNull(other, "other");
    if (name.isEmpty() || name.contains(".") || others.putIfAbsent(name, other) != null) {
      throw new IllegalArgumentException(
          "name: expected one without dots that is not in "
              + others.keySet()
              + ", got '"
              + name
              + "'");
    }
    return this;
  }

  /**
   * Writes the state to a file, replacing it.
   *
   * @param file the file
   * @param metadata further texts, which {@link #load} returns, such as the number of the epoch
   * @throws IOException if the file cannot be written; the former file is kept
   */
  public void save(Path file, Map<String, String> metadata) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      Map<String, String> text = new LinkedHashMap<>(metadata);
      model.stateDict().forEach((name, tensor) -> tensors.put(MODEL + name, tensor));
      OptimizerState state = optimizer.stateDict();
      state.tensors().forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
      state.options().forEach((name, option) -> text.put(OPTIMIZER + name, option));
      if (scheduler != null) {
        scheduler
            .stateDict()
            .forEach((name, number) -> text.put(SCHEDULER + name, number.toString()));
      }
      others.forEach(
          (name, other) -> {
            Stateful.State its = other.state();
            its.tensors().forEach((key, tensor) -> tensors.put(OTHER + name + "." + key, tensor));
            its.text().forEach((key, value) -> text.put(OTHER + name + "." + key, value));
          });
      tensors.put(GENERATOR, Generator.defaultGenerator().getState());
      SafeTensors.save(file, tensors, text);
    }
  }

  /**
   * Restores the state from a file. The random number generator is restored last.
   *
   * @param file a file that {@link #save} has written for objects of the same classes and sizes
   * @return the metadata given to {@link #save}
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is not a checkpoint, or one of other objects
   */
  public Map<String, String> load(Path file) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Map<String, Tensor> tensors = SafeTensors.load(file);
      Map<String, String> text = new LinkedHashMap<>(SafeTensors.loadMetadata(file));
      Tensor generator = tensors.get(GENERATOR);
      if (generator == null) {
        throw new IllegalArgumentException(
            file + ": expected a checkpoint, got a file without the state of a generator");
      }
      model.loadStateDict(part(MODEL, tensors));
      optimizer.loadStateDict(new OptimizerState(part(OPTIMIZER, tensors), part(OPTIMIZER, text)));
      if (scheduler != null) {
        Map<String, Double> numbers = new HashMap<>();
        part(SCHEDULER, text)
            .forEach(
                (name, number) ->
                    numbers.put(
                        name,
                        SavedState.parse(SCHEDULER + name, number, "a number", Double::valueOf)));
        scheduler.loadStateDict(numbers);
      }
      others.forEach(
          (name, other) ->
              other.restore(
                  new Stateful.State(
                      part(OTHER + name + ".", tensors), part(OTHER + name + ".", text))));
      Generator.defaultGenerator().setState(generator);
      text.keySet()
          .removeIf(
              name ->
                  name.startsWith(OPTIMIZER)
                      || name.startsWith(SCHEDULER)
                      || name.startsWith(OTHER));
      return text;
    }
  }

  /**
   * Loads only the weights of a checkpoint, for inference.
   *
   * @param file a file that {@link #save} has written
   * @param model the model whose weights are replaced
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the weights are those of another model
   */
  public static void loadModel(Path file, Module model) throws IOException {
    Objects.requireNonNull(model, "model");
    try (TensorScope scope = new TensorScope()) {
      model.loadStateDict(part(MODEL, SafeTensors.load(file)));
    }
  }

  private static <V> Map<String, V> part(String prefix, Map<String, V> all) {
    Map<String, V> part = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), value);
          }
        });
    return part;
  }
}
