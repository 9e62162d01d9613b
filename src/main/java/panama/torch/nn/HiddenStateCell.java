package panama.torch.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.Op;
import panama.torch.Tensor;

/**
 * The superclass of the cells whose only state is h: {@link RNNCell} and {@link GRUCell}. See
 * {@link RNNCellBase} for the shapes and parameters.
 *
 * @param <M> the cell's own class
 */
public abstract sealed class HiddenStateCell<M extends HiddenStateCell<M>> extends RNNCellBase<M>
    permits RNNCell, GRUCell {
  HiddenStateCell(long inputSize, long hiddenSize, boolean bias, int gates, String operator) {
    super(inputSize, hiddenSize, bias, gates, operator);
  }

  /**
   * Computes the state after one step. The state before it is zeros.
   *
   * @param x the input of the step, (N, H_in), or unbatched (H_in)
   * @return the new state h', (N, H), or unbatched (H)
   * @throws ArgumentException if x has another shape, or a type other than that of the parameters
   */
  public final Tensor forward(Tensor x) {
    return call(x, in -> step(in, List.of()).getFirst());
  }

  /**
   * Computes the state after one step.
   *
   * @param x the input of the step, (N, H_in), or unbatched (H_in)
   * @param h the state before the step, (N, H), or unbatched (H); null for zeros
   * @return the new state h', (N, H), or unbatched (H)
   * @throws ArgumentException if x or h has another shape, or a type other than that of the
   *     parameters
   */
  public final Tensor forward(Tensor x, @Nullable Tensor h) {
    return call(x, in -> step(in, given(h)).getFirst());
  }

  @Override
  final Op.Call arg(Op.Call call, List<Tensor> states) {
    return call.arg(states.getFirst());
  }

  @Override
  final List<String> stateNames() {
    return List.of("h");
  }
}
