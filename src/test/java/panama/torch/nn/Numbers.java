package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Compares numbers with PyTorch in both floating-point types, by their relative difference. */
public final class Numbers {
  private Numbers() {}

  /**
   * Asserts that the parts, concatenated, are near the golden vectors "NAME float32" and "NAME
   * float64".
   */
  public static void check(Golden golden, String name, Function<DType, List<Tensor>> parts) {
    check(golden.get(name + " float32"), name, 1e-5, parts.apply(DType.FLOAT32));
    check(golden.get(name + " float64"), name, 1e-10, parts.apply(DType.FLOAT64));
  }

  private static void check(Tensor vector, String name, double tolerance, List<Tensor> parts) {
    double[] expected = vector.to(DType.FLOAT64).toDoubleArray();
    double[] actual =
        Torch.cat(parts.stream().map(p -> p.detach().to(DType.FLOAT64).flatten()).toList(), 0)
            .toDoubleArray();
    assertThat(actual).as("%s %s", name, vector.dtype()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
      boolean near =
          Double.compare(actual[i], expected[i]) == 0
              || Math.abs(actual[i] - expected[i]) <= allowed;
      assertThat(near)
          .as("%s %s at %d: expected %s, got %s", name, vector.dtype(), i, expected[i], actual[i])
          .isTrue();
    }
  }
}
