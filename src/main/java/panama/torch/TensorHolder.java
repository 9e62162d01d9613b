package panama.torch;

import java.util.function.Consumer;

/**
 * Holds tensors, such as the output of a layer or a packed sequence: {@link
 * TensorScope#keep(Object)} and {@link TensorScope#exempt(Object)} move all of them. A record of
 * your own becomes one in a line:
 *
 * <pre>{@code
 * record Step(Tensor loss, LSTM.Output states) implements TensorHolder {
 *   public void forEachTensor(Consumer<? super Tensor> action) {
 *     action.accept(loss);
 *     states.forEachTensor(action);
 *   }
 * }
 * }</pre>
 */
public interface TensorHolder {
  /** Does something with each tensor that this object holds; absent ones are passed over. */
  void forEachTensor(Consumer<? super Tensor> action);
}
