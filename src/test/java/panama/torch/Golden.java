package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import panama.torch.io.SafeTensors;

/**
 * Expected numbers from PyTorch, one vector for each case. The script that computes them is beside
 * the file.
 */
public final class Golden {
  private final String name;
  private final Map<String, Tensor> cases;

  private Golden(String name, Map<String, Tensor> cases) {
    this.name = name;
    this.cases = cases;
  }

  /** Reads src/test/resources/golden/NAME.safetensors. */
  public static Golden of(String name) {
    try {
      return new Golden(
          name,
          SafeTensors.load(Path.of("src/test/resources/golden").resolve(name + ".safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the names of the cases. */
  public Set<String> names() {
    return cases.keySet();
  }

  /** Returns the vector of a case. */
  public Tensor get(String name) {
    Tensor vector = cases.get(name);
    assertThat(vector).as("a case '%s' in %s", name, this.name).isNotNull();
    return vector;
  }

  /** Asserts that the parts, concatenated, equal the vector of a case within a tolerance. */
  public void check(String name, double tolerance, Tensor... parts) {
    float[] actual =
        Torch.cat(Arrays.stream(parts).map(p -> p.detach().to(DType.FLOAT32).flatten()).toList(), 0)
            .toFloatArray();
    assertThat(actual)
        .as(name)
        .usingComparatorWithPrecision((float) tolerance)
        .containsExactly(get(name).toFloatArray());
  }

  /**
   * Asserts that the parts, concatenated, have the type of the vector of a case, and that no
   * element differs from the expected one by more than tolerance · max(1, |expected|).
   */
  public void checkRelative(String name, double tolerance, List<Tensor> parts) {
    Tensor vector = get(name);
    double[] expected = vector.to(DType.FLOAT64).toDoubleArray();
    int at = 0;
    for (int p = 0; p < parts.size(); p++) {
      Tensor part = parts.get(p).detach();
      assertThat(part.dtype()).as("%s: type of part %d", name, p).isEqualTo(vector.dtype());
      double[] actual = part.to(DType.FLOAT64).toDoubleArray();
      assertThat(expected.length - at)
          .as("%s: elements left for part %d", name, p)
          .isGreaterThanOrEqualTo(actual.length);
      for (int i = 0; i < actual.length; i++, at++) {
        // Negated, so that NaN fails.
        if (!(Math.abs(actual[i] - expected[at])
            <= tolerance * Math.max(1, Math.abs(expected[at])))) {
          throw new AssertionError(
              String.format(
                  Locale.ROOT,
                  "%s: part %d, element %d: expected %s, got %s",
                  name,
                  p,
                  i,
                  expected[at],
                  actual[i]));
        }
      }
    }
    assertThat(expected).as("%s: elements of all parts", name).hasSize(at);
  }

  /**
   * Returns a sum in which every element has a different weight, so that swapped elements change
   * it.
   */
  public static Tensor weighted(Tensor x) {
    Tensor weights = Torch.arange(x.numel()).to(DType.FLOAT32).add(1).div(10);
    return x.mul(weights.reshape(x.shape().toArray())).sum();
  }
}
