package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * The parametrizations of one parameter, in order, and the tensors that the first computes from.
 */
final class ParametrizationList extends Module {
  private final List<Tensor> originals = new ArrayList<>();
  private final List<Parametrization> chain = new ArrayList<>();
  private final String name;
  private volatile boolean read;

  /** Replaces {@code parameter} by the tensors that {@code first} computes it from. */
  ParametrizationList(String name, Parametrization first, Tensor parameter) {
    this.name = name;
    boolean trained = parameter.requiresGrad();
    List<Tensor> values = first.rightInverse(parameter.detach());
    if (values.size() == 1) {
      // The one original is the parameter itself, so that an existing optimizer goes on with it.
      originals.add(register("original", parameter.setData(values.getFirst().detach()), trained));
    } else {
      for (int i = 0; i < values.size(); i++) {
        originals.add(register("original" + i, values.get(i).detach(), trained));
      }
    }
    chain.add(register("0", first));
    check(parameter, compute());
  }

  /** Adds a parametrization after the others. */
  void append(Parametrization next) {
    Tensor before = compute();
    check(before, next.forward(List.of(before)));
    chain.add(register(Integer.toString(chain.size()), next));
  }

  private static void check(Tensor before, Tensor after) {
    if (!after.shape().equals(before.shape()) || after.dtype() != before.dtype()) {
      throw new ArgumentException(
          "parametrization: expected a result like the parameter, %s%s, got %s%s"
              .formatted(before.dtype(), before.shape(), after.dtype(), after.shape()));
    }
  }

  /** Returns the first of the tensors that the parameter is computed from. */
  Tensor original() {
    return originals.getFirst();
  }

  /** Computes the parameter for a forward. */
  Tensor read() {
    read = true;
    return compute();
  }

  /** Throws if a forward has used the original tensor, which is no longer trained. */
  void checkRead() {
    if (!read) {
      throw new IllegalStateException(
          "forward: '%s' is parametrized, but forward does not read it through use(...), which computes it; write `use(%s)`"
              .formatted(name, name));
    }
  }

  /** Computes the parameter. */
  Tensor compute() {
    try (TensorScope scope = new TensorScope()) {
      Tensor value = chain.getFirst().forward(originals);
      for (Parametrization next : chain.subList(1, chain.size())) {
        value = next.forward(List.of(value));
      }
      return scope.keep(value);
    }
  }
}
