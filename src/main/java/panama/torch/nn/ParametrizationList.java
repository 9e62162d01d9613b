package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** The parametrizations of one parameter, one after the other, and the originals of the first. */
final class ParametrizationList extends Module {
  private final List<Tensor> originals = new ArrayList<>();
  private final List<Parametrization> chain = new ArrayList<>();
  private final String name;
  private volatile boolean read;

  /** Has {@code parameter} of this name computed by {@code first}. */
  ParametrizationList(String name, Parametrization first, Tensor parameter) {
    this.name = name;
    boolean trained = parameter.requiresGrad();
    List<Tensor> values = first.rightInverse(parameter.detach());
    if (values.size() == 1) {
      // The one original is the parameter itself, so that whoever trains it goes on doing so.
      originals.add(register("original", parameter.setData(values.getFirst().detach()), trained));
    } else {
      for (int i = 0; i < values.size(); i++) {
        originals.add(register("original" + i, values.get(i).detach(), trained));
      }
    }
    chain.add(register("0", first));
    check(parameter, compute());
  }

  /** Applies one more after the others. */
  void append(Parametrization next) {
    Tensor before = compute();
    check(before, next.forward(List.of(before)));
    chain.add(register(Integer.toString(chain.size()), next));
  }

  private static void check(Tensor before, Tensor after) {
    if (!after.shape().equals(before.shape()) || after.dtype() != before.dtype()) {
      throw new ArgumentException(
          "parametrization: expected it to keep %s%s, got %s%s"
              .formatted(before.dtype(), before.shape(), after.dtype(), after.shape()));
    }
  }

  /** The first of what it is computed from. */
  Tensor original() {
    return originals.getFirst();
  }

  /** The parameter, as a forward reads it. */
  Tensor read() {
    read = true;
    return compute();
  }

  /** Refuses a forward that read the parameter itself, which nobody trains any more. */
  void checkRead() {
    if (!read) {
      throw new IllegalStateException(
          "forward: '%s' is parametrized, but was not read through use(...), which computes it"
              .formatted(name));
    }
  }

  /** The parameter. */
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
