package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.io.SafeTensors;
import panama.torch.nn.Functional;

/**
 * Operations of a tensor and a number, for every type. The tensors are long enough for the
 * vectorized kernels, or scalars. Values, types, gradients and errors equal PyTorch's bit for bit
 * on a processor with AVX2.
 */
class ScalarGoldenTest {
  private static final String CASES = "src/test/resources/golden/scalars.safetensors";
  private static final Golden GOLDEN = Golden.of("scalars");
  private static final int REPEATED = 12;
  private static final List<Long> INTEGERS = List.of(3L, 0L, -2L, 2049L, 100003L);
  private static final List<Double> REALS =
      List.of(1.003, 0.1, -2.5, 0.30000001192092896, 1e5, 0.0);

  private static final Map<String, BiFunction<Tensor, Long, Tensor>> WITH_INTEGER =
      new LinkedHashMap<>();
  private static final Map<String, BiFunction<Tensor, Double, Tensor>> WITH_REAL =
      new LinkedHashMap<>();

  private static void both(
      String name,
      BiFunction<Tensor, Long, Tensor> withInteger,
      BiFunction<Tensor, Double, Tensor> withReal) {
    WITH_INTEGER.put(name, withInteger);
    real(name, withReal);
  }

  private static void real(String name, BiFunction<Tensor, Double, Tensor> withReal) {
    WITH_REAL.put(name, withReal);
  }

  static {
    both("add", (x, s) -> x.add((long) s), (x, s) -> x.add((double) s));
    both("sub", (x, s) -> x.sub((long) s), (x, s) -> x.sub((double) s));
    both("rsub", (x, s) -> x.rsub((long) s), (x, s) -> x.rsub((double) s));
    both("mul", (x, s) -> x.mul((long) s), (x, s) -> x.mul((double) s));
    both("div", (x, s) -> x.div((long) s), (x, s) -> x.div((double) s));
    both("floorDivide", (x, s) -> x.floorDivide((long) s), (x, s) -> x.floorDivide((double) s));
    both("remainder", (x, s) -> x.remainder((long) s), (x, s) -> x.remainder((double) s));
    both("fmod", (x, s) -> x.fmod((long) s), (x, s) -> x.fmod((double) s));
    both("pow", (x, s) -> x.pow((long) s), (x, s) -> x.pow((double) s));
    both("base", (x, s) -> Torch.pow((long) s, x), (x, s) -> Torch.pow((double) s, x));
    both("clamp", (x, s) -> x.clamp(s, s + 1), (x, s) -> x.clamp(s, s + 1));
    both("clampMin", (x, s) -> x.clampMin((long) s), (x, s) -> x.clampMin((double) s));
    both("clampMax", (x, s) -> x.clampMax((long) s), (x, s) -> x.clampMax((double) s));
    both("eq", (x, s) -> x.eq((long) s), (x, s) -> x.eq((double) s));
    both("ne", (x, s) -> x.ne((long) s), (x, s) -> x.ne((double) s));
    both("lt", (x, s) -> x.lt((long) s), (x, s) -> x.lt((double) s));
    both("le", (x, s) -> x.le((long) s), (x, s) -> x.le((double) s));
    both("gt", (x, s) -> x.gt((long) s), (x, s) -> x.gt((double) s));
    both("ge", (x, s) -> x.ge((long) s), (x, s) -> x.ge((double) s));
    both("add_", (x, s) -> x.add_((long) s), (x, s) -> x.add_((double) s));
    both("sub_", (x, s) -> x.sub_((long) s), (x, s) -> x.sub_((double) s));
    both("mul_", (x, s) -> x.mul_((long) s), (x, s) -> x.mul_((double) s));
    both("pow_", (x, s) -> x.pow_((long) s), (x, s) -> x.pow_((double) s));
    both("remainder_", (x, s) -> x.remainder_((long) s), (x, s) -> x.remainder_((double) s));
    both("clamp_", (x, s) -> x.clamp_(s, s + 1), (x, s) -> x.clamp_(s, s + 1));
    both("clampMin_", (x, s) -> x.clampMin_((long) s), (x, s) -> x.clampMin_((double) s));
    both("clampMax_", (x, s) -> x.clampMax_((long) s), (x, s) -> x.clampMax_((double) s));
    both("fill_", (x, s) -> x.fill_((long) s), (x, s) -> x.fill_((double) s));
    both(
        "set_",
        (x, s) -> {
          x.unsqueeze(-1).set_((long) s, Index.at(0));
          return x;
        },
        (x, s) -> {
          x.unsqueeze(-1).set_((double) s, Index.at(0));
          return x;
        });
    both("add alpha", (x, s) -> x.add(other(x), (long) s), (x, s) -> x.add(other(x), (double) s));
    both("sub alpha", (x, s) -> x.sub(other(x), (long) s), (x, s) -> x.sub(other(x), (double) s));
    both(
        "add_ alpha", (x, s) -> x.add_(other(x), (long) s), (x, s) -> x.add_(other(x), (double) s));
    both(
        "sub_ alpha", (x, s) -> x.sub_(other(x), (long) s), (x, s) -> x.sub_(other(x), (double) s));
    both(
        "where",
        (x, s) -> Torch.where(mask(x), x, (long) s),
        (x, s) -> Torch.where(mask(x), x, (double) s));
    both(
        "where not",
        (x, s) -> Torch.where(mask(x), (long) s, x),
        (x, s) -> Torch.where(mask(x), (double) s, x));
    both(
        "where neither",
        (x, s) -> Torch.where(mask(x), (long) s, s + 1),
        (x, s) -> Torch.where(mask(x), (double) s, s + 1));
    both(
        "newFull",
        (x, s) -> x.newFull(x.shape().toArray(), (long) s),
        (x, s) -> x.newFull(x.shape().toArray(), (double) s));
    both(
        "full",
        (x, s) -> Torch.full(x.shape().toArray(), (long) s, TensorOptions.of(x.dtype())),
        (x, s) -> Torch.full(x.shape().toArray(), (double) s, TensorOptions.of(x.dtype())));
    real("div_", (x, s) -> x.div_(s));
    real("lerp", (x, s) -> x.lerp(other(x), s));
    real("lerp_", (x, s) -> x.lerp_(other(x), s));
    real("addcmul", (x, s) -> x.addcmul(other(x), other(x), s));
    real("addcmul_", (x, s) -> x.addcmul_(other(x), other(x), s));
    real("addcdiv", (x, s) -> x.addcdiv(other(x), other(x).add(2), s));
    real("addcdiv_", (x, s) -> x.addcdiv_(other(x), other(x).add(2), s));
    real("nanToNum", (x, s) -> x.div(0).nanToNum(s, s + 1, s + 2));
    real(
        "indexAdd_",
        (x, s) -> x.indexAdd_(0, first(), x.dim() == 0 ? other(x) : other(x).slice(0, 0, 1), s));
    real("indexFill", (x, s) -> x.indexFill(0, first(), s));
    real("indexFill_", (x, s) -> x.indexFill_(0, first(), s));
    real("scatter", (x, s) -> x.scatter(0, first(), s));
    real("scatter_", (x, s) -> x.scatter_(0, first(), s));
    real("maskedFill", (x, s) -> x.maskedFill(mask(x), s));
    real("maskedFill_", (x, s) -> x.maskedFill_(mask(x), s));
    real("fullLike", (x, s) -> Torch.fullLike(x, s));
    real("addmm", (x, s) -> matrix(x).addmm(matrix(x), corner(x), s, s + 1));
    real(
        "baddbmm",
        (x, s) ->
            matrix(x)
                .unsqueeze(0)
                .baddbmm(matrix(x).unsqueeze(0), corner(x).unsqueeze(0), s, s + 1));
    real("pad", (x, s) -> Functional.pad(x.reshape(-1), new long[] {1, 1}, "constant", s));
    real("isclose", (x, s) -> x.isclose(other(x), Math.abs(s), Math.abs(s), false));
  }

  private static Tensor other(Tensor x) {
    return x.dim() == 1 && x.dtype() != DType.BOOL ? x.flip(0).add(1) : x.clone();
  }

  private static Tensor mask(Tensor x) {
    return real(x).ne(0);
  }

  private static Tensor real(Tensor x) {
    return x.dtype() == DType.COMPLEX64 ? Torch.op("aten::real").arg(x).tensor() : x;
  }

  private static Tensor matrix(Tensor x) {
    return x.reshape(-1, 1);
  }

  private static Tensor corner(Tensor x) {
    return x.reshape(-1).slice(0, 0, 1).unsqueeze(1);
  }

  private static Tensor first() {
    return Torch.zeros(new long[] {1}, TensorOptions.of(DType.INT64));
  }

  private static Set<String> refused() throws IOException {
    return Set.of(SafeTensors.loadMetadata(Path.of(CASES)).get("refused").split(",", -1));
  }

  /** Returns the types. */
  static Stream<String> types() {
    return GOLDEN.names().stream()
        .filter(name -> name.startsWith("in "))
        .map(name -> name.substring("in ".length()));
  }

  private static Tensor operand(String type) {
    Tensor stored = GOLDEN.get("in " + type);
    return type.equals("complex64")
        ? Torch.op("aten::view_as_complex").arg(stored).tensor()
        : stored;
  }

  /** Concatenates the first elements of the vector and the scalar; complex numbers become pairs. */
  private static Tensor kept(List<Tensor> both, long count) {
    Tensor kept =
        Torch.cat(
            List.of(
                both.get(0).detach().flatten().slice(0, 0, count),
                both.get(1).detach().flatten().slice(0, 0, 1)),
            0);
    return kept.dtype().isComplex() ? Torch.op("aten::view_as_real").arg(kept).tensor() : kept;
  }

  @ParameterizedTest
  @MethodSource("types")
  void equalsPyTorchBitForBit(String type) throws IOException {
    var comparison = new Comparison(type, refused());
    WITH_INTEGER.forEach((name, f) -> comparison.compare(name, "int", INTEGERS, f));
    WITH_REAL.forEach((name, f) -> comparison.compare(name, "float", REALS, f));
    assertThat(comparison.differences).isEmpty();
  }

  @Test
  void comparesEveryOperationOfTheFile() {
    var here = new TreeSet<String>();
    WITH_INTEGER.keySet().forEach(name -> here.add(name + " int"));
    WITH_REAL.keySet().forEach(name -> here.add(name + " float"));
    var there = new TreeSet<String>();
    GOLDEN.names().stream()
        .filter(name -> name.contains(" float32 ") && !name.endsWith(" grad"))
        .forEach(name -> there.add(name.replace(" float32 ", " ")));
    assertThat(here).isEqualTo(there);
  }

  private static final class Comparison {
    final List<String> differences = new ArrayList<>();
    private final String type;
    private final Set<String> refused;

    Comparison(String type, Set<String> refused) {
      this.type = type;
      this.refused = refused;
    }

    <N> void compare(String name, String kind, List<N> numbers, BiFunction<Tensor, N, Tensor> f) {
      String label = "%s %s %s".formatted(name, type, kind);
      int row = 0;
      int gradientRow = 0;
      for (int i = 0; i < numbers.size(); i++) {
        N number = numbers.get(i);
        try (var scope = new TensorScope()) {
          Tensor x = operand(type);
          boolean differentiable = x.dtype().isFloatingPoint() && !name.equals("floorDivide");
          List<Tensor> inputs =
              Stream.of(x.repeat(REPEATED), x.select(0, 0).clone())
                  .map(input -> differentiable ? input.requiresGrad_() : input)
                  .toList();
          List<Tensor> outputs =
              tried(
                  label + " " + i,
                  () -> inputs.stream().map(input -> f.apply(input.clone(), number)).toList());
          if (outputs == null) {
            continue;
          }
          check(label, row++, number, kept(outputs, x.numel()));
          if (outputs.get(0).requiresGrad()) {
            List<Tensor> gradients = tried(label + " grad " + i, () -> gradients(inputs, outputs));
            if (gradients != null) {
              check(label + " grad", gradientRow++, number, kept(gradients, x.numel()));
            }
          }
        }
      }
    }

    private static List<Tensor> gradients(List<Tensor> inputs, List<Tensor> outputs) {
      return IntStream.range(0, inputs.size())
          .mapToObj(
              i -> {
                Tensor output = outputs.get(i);
                output.backward(Torch.fullLike(output, 0.7));
                return Objects.requireNonNull(inputs.get(i).grad());
              })
          .toList();
    }

    /**
     * Returns the results, or null on an error; adds a difference if PyTorch behaves differently.
     */
    private @Nullable List<Tensor> tried(String place, Supplier<List<Tensor>> work) {
      boolean expected = refused.contains(place);
      try {
        List<Tensor> results = work.get();
        if (expected) {
          differences.add(place + ": PyTorch refuses this");
          return null;
        }
        return results;
      } catch (RuntimeException e) {
        if (!expected) {
          differences.add(place + ": " + e.getMessage());
        }
        return null;
      }
    }

    private void check(String label, int row, Object number, Tensor actual) {
      if (!GOLDEN.names().contains(label) || row >= GOLDEN.get(label).size(0)) {
        differences.add(label + ": PyTorch has no such result");
        return;
      }
      Tensor expected = GOLDEN.get(label).select(0, row);
      if (actual.dtype() != expected.dtype()) {
        differences.add(
            "%s: type %s, expected %s".formatted(label, actual.dtype(), expected.dtype()));
      } else if (!same(expected, actual)) {
        differences.add(
            "%s with %s: expected %s, got %s".formatted(label, number, expected, actual));
      }
    }

    /** Returns whether both are equal bit for bit; all NaN are equal. */
    private static boolean same(Tensor expected, Tensor actual) {
      return expected.dtype().isFloatingPoint()
          ? Arrays.equals(
              expected.to(DType.FLOAT64).toDoubleArray(), actual.to(DType.FLOAT64).toDoubleArray())
          : Arrays.equals(expected.toByteArray(), actual.toByteArray());
    }
  }
}
