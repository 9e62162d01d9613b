package panama.torch.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.Op;
import panama.torch.Tensor;

/**
 * The cells whose only state is h: RNNCell and GRUCell. Shapes and parameters: {@link RNNCellBase}.
 *
 * @param <M> the cell's own class
 */
public abstract sealed class HiddenStateCell<M extends HiddenStateCell<M>> extends RNNCellBase<M>
    permits RNNCell, GRUCell {
  HiddenStateCell(long inputSize, long hiddenSize, boolean bias, int gates, String operator) {
    super(inputSize, hiddenSize, bias, gates, operator);
  }

  /**
   * Returns the state after one step from a state of zeros.
   *
   * @param x (N, H_in) or (H_in)
   * @return (N, H) or (H)
   * @throws ArgumentException for another shape or type
   */
  public final Tensor forward(Tensor x) {
    return call(x, in -> step(in, List.of()).getFirst());
  }

  /**
   * Returns the state after one step.
   *
   * @param x (N, H_in) or (H_in)
   * @param h the state before, (N, H) or (H); null for zeros
   * @return (N, H) or (H)
   * @throws ArgumentException for another shape or type
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
