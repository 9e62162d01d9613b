package panama.torch.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Checks of the arguments of recurrent layers and cells. */
final class RecurrentArguments {
  private RecurrentArguments() {}

  /**
   * Returns the type of x. Throws if it is not the type of the weights, unless autocast is enabled,
   * which converts both.
   */
  static DType dtype(Tensor x, Tensor weight) {
    DType expected = weight.dtype();
    DType dtype = x.dtype();
    if (dtype != expected && !Torch.isAutocastEnabled(x.device().type())) {
      throw new DTypeException(
          "x: expected %s, the type of the weights, got %s; convert it with .to(DType.%s)%s"
              .formatted(
                  expected,
                  dtype,
                  expected.name(),
                  dtype.isFloatingPoint()
                      ? ", or the module with .to(DType.%s)".formatted(dtype.name())
                      : ""));
    }
    return dtype;
  }

  /**
   * Returns all states, or an empty list if all are null, which stands for zeros as None does in
   * PyTorch. Throws if only some are null.
   */
  static List<Tensor> given(List<String> names, @Nullable Tensor... states) {
    List<Tensor> given = new ArrayList<>(states.length);
    for (Tensor state : states) {
      if (state != null) {
        given.add(state);
      }
    }
    if (!given.isEmpty() && given.size() < states.length) {
      throw new IllegalArgumentException(
          "%s: expected all states, or null for all, which stands for zeros, got null for some"
              .formatted(String.join(", ", names)));
    }
    return given;
  }

  /**
   * Throws if a state has an unexpected shape or type.
   *
   * @param dtype the type of x, which the state must have unless autocast is enabled
   * @param letters the shape of a batched state in letters, such as "(N, H)"
   * @param batched the sizes of a batched state; N is the last but one
   * @param unbatched whether x is unbatched, so that the state must not have the dimension N
   */
  static void state(
      String name, Tensor state, DType dtype, String letters, long[] batched, boolean unbatched) {
    Shape shape = state.shape();
    int dims = unbatched ? batched.length - 1 : batched.length;
    boolean fits = shape.dim() == dims && shape.size(-1) == batched[batched.length - 1];
    for (int i = 0; fits && i < dims - 1; i++) {
      fits = shape.size(i) == batched[i];
    }
    if (!fits) {
      throw new ShapeException(misfit(name, shape, letters, batched, unbatched, dims));
    }
    if (state.dtype() != dtype && !Torch.isAutocastEnabled(state.device().type())) {
      throw new DTypeException(
          "%s: expected %s, the type of x, got %s; convert it with .to(DType.%s)"
              .formatted(name, dtype, state.dtype(), dtype.name()));
    }
  }

  private static String misfit(
      String name, Shape got, String letters, long[] batched, boolean unbatched, int dims) {
    long[] expected = batched;
    if (unbatched) {
      expected = batched.clone();
      expected[expected.length - 2] = batched[batched.length - 1];
      expected = Arrays.copyOf(expected, expected.length - 1);
    }
    int batchDim = batched.length - 2;
    String fix = "";
    if (unbatched && got.dim() == dims + 1) {
      fix =
          String.format(
              Locale.ROOT,
              "; x has no batch dimension, so that the state has none: squeeze(%d)",
              batchDim);
    } else if (batched.length == 2 && got.dim() == 3) {
      fix = "; a cell has no layers: select(0, layer) takes the state of one";
    } else if (!unbatched && got.dim() == dims - 1) {
      fix =
          String.format(
              Locale.ROOT,
              "; x has a batch dimension, so that the state has one: unsqueeze(%d)",
              batchDim);
    }
    return "%s: expected shape %s = %s for %s input, got %s%s"
        .formatted(
            name,
            unbatched ? letters.replace("N, ", "") : letters,
            Shape.of(expected),
            unbatched ? "unbatched" : "batched",
            got,
            fix);
  }
}
