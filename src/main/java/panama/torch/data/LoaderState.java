package panama.torch.data;

import java.util.LinkedHashMap;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * The position of a {@link DataLoader} in its epochs: the number of batches taken, and the states
 * of its generators at the start of the epoch and now. {@link #toTensors} and {@link #fromTensors}
 * convert it for a safetensors file.
 */
public final class LoaderState {
  private static final String POSITION = "position";
  private static final String START = "generator.start";
  private static final String NOW = "generator.now";

  private final boolean begun;
  private final long taken;
  private final long asked;
  private final GeneratorStates start;
  private final GeneratorStates now;

  /**
   * Creates a state.
   *
   * @param begun whether an epoch had begun and not ended
   * @param asked the number of calls of the sampler, those ahead of the batches taken and the one
   *     at the end included
   */
  LoaderState(boolean begun, long taken, long asked, GeneratorStates start, GeneratorStates now) {
    this.begun = begun;
    this.taken = taken;
    this.asked = asked;
    this.start = start;
    this.now = now;
  }

  /** Returns the number of batches that were taken in the epoch; 0 between epochs. */
  public long taken() {
    return taken;
  }

  boolean begun() {
    return begun;
  }

  long asked() {
    return asked;
  }

  GeneratorStates start() {
    return start;
  }

  GeneratorStates now() {
    return now;
  }

  /** Returns the state as named tensors on the CPU, of INT64 and UINT8. */
  public Map<String, Tensor> toTensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(POSITION, Torch.tensor(new long[] {begun ? 1 : 0, taken, asked}));
    tensors.putAll(start.toTensors(START));
    tensors.putAll(now.toTensors(NOW));
    return tensors;
  }

  /**
   * Returns the state that {@link #toTensors} converted to tensors.
   *
   * @param tensors the named tensors, which are not retained; others are ignored
   * @throws IllegalArgumentException if a tensor is missing or is not one that {@link #toTensors}
   *     returns
   */
  public static LoaderState fromTensors(Map<String, Tensor> tensors) {
    Tensor position = tensors.get(POSITION);
    if (position == null || position.numel() != 3) {
      throw new IllegalArgumentException(
          "tensors: expected three integers named \"%s\" among those of LoaderState.toTensors, got %s of names %s"
              .formatted(POSITION, position == null ? "none" : position.shape(), tensors.keySet()));
    }
    long[] counts = position.toLongArray();
    GeneratorStates start = GeneratorStates.fromTensors(START, tensors);
    GeneratorStates now = GeneratorStates.fromTensors(NOW, tensors);
    if (start.states().isEmpty() || start.states().size() != now.states().size()) {
      throw new IllegalArgumentException(
          "tensors: expected as many named \"%s.i\" as \"%s.i\" and at least one, got names %s"
              .formatted(START, NOW, tensors.keySet()));
    }
    if (Arguments.notNegative("taken", counts[1]) > counts[2]) {
      throw new IllegalArgumentException(
          "tensors: expected at least as many batches asked for as taken, %s, got %s"
              .formatted(counts[1], counts[2]));
    }
    return new LoaderState(counts[0] != 0, counts[1], counts[2], start, now);
  }

  /** Returns the number of batches taken. */
  @Override
  public String toString() {
    return "LoaderState(taken=%s)".formatted(taken);
  }
}
