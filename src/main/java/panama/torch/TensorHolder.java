package panama.torch;

import java.util.function.Consumer;

/**
 * An object that holds tensors, such as the output of a layer or a packed sequence: {@link
 * TensorScope#keep(Object)} and {@link TensorScope#exempt(Object)} move all of them. A record of
 * your own implements it with one method:
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
  /**
   * Performs an action for each tensor that this object holds; absent tensors are skipped.
   *
   * @param action the action
   */
  void forEachTensor(Consumer<? super Tensor> action);
}
