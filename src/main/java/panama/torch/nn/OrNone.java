package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.Op;
import panama.torch.Tensor;

/** The next argument of an operator that may do without it. */
final class OrNone {
  private OrNone() {}

  static Op.Call arg(Op.Call call, @Nullable Tensor tensor) {
    return tensor == null ? call.none() : call.arg(tensor);
  }
}
