package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compares every method of every operator in the table with PyTorch. */
class OperatorGoldenTest {
  private static final Golden GOLDEN = OperatorOperands.GOLDEN;
  private static final List<OperatorOperands.Case> CASES = cases();

  private static List<OperatorOperands.Case> cases() {
    var cases = new OperatorCases();
    cases.addAll();
    return cases.cases;
  }

  @TestFactory
  Stream<DynamicTest> equalsPyTorch() {
    return CASES.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    "%s, %s".formatted(each.key(), each.face()), () -> compare(each)));
  }

  private static void compare(OperatorOperands.Case each) {
    Torch.manualSeed(0);
    boolean several = GOLDEN.names().contains(each.key() + " 0");
    if (!several && !GOLDEN.names().contains(each.key())) {
      // In place, the result would have another type or shape than the operand, which is an error.
      assertThat(each.key()).endsWith(" in place");
      assertThatThrownBy(() -> each.call().get()).isInstanceOf(RuntimeException.class);
      return;
    }
    List<Tensor> results = tensors(each.call().get());
    for (int i = 0; i < results.size(); i++) {
      compare(each.key() + (several ? " " + i : ""), results.get(i));
    }
    assertThat(GOLDEN.names()).doesNotContain(each.key() + " " + results.size());
  }

  private static List<Tensor> tensors(Object result) {
    return switch (result) {
      case Tensor tensor -> List.of(tensor);
      case ValuesAndIndices(Tensor values, Tensor indices) -> List.of(values, indices);
      case Boolean truth -> List.of(Torch.tensor((boolean) truth));
      case List<?> list -> list.stream().map(Tensor.class::cast).toList();
      default -> throw new AssertionError(result);
    };
  }

  private static void compare(String key, Tensor result) {
    Tensor expected = GOLDEN.get(key);
    Tensor actual = result.dtype().isComplex() ? Torch.viewAsReal(result.resolveConj()) : result;
    assertThat(actual.dtype()).as("%s: type", key).isEqualTo(expected.dtype());
    assertThat(actual.shape()).as("%s: shape", key).isEqualTo(expected.shape());
    double tolerance = expected.dtype() == DType.FLOAT64 ? 1e-12 : 1e-6;
    assertThat(
            expected.dtype().isFloatingPoint()
                ? actual.allclose(expected, tolerance, tolerance, true)
                : actual.equal(expected))
        .as("%s: expected %s, got %s", key, expected, actual)
        .isTrue();
  }

  @Test
  void everyGoldenNumberIsCompared() {
    Set<String> left = new HashSet<>(GOLDEN.names());
    left.removeIf(name -> name.startsWith("in "));
    for (OperatorOperands.Case each : CASES) {
      left.removeIf(name -> name.matches("\\Q" + each.key() + "\\E( \\d+)?"));
    }
    assertThat(left).isEmpty();
  }
}
