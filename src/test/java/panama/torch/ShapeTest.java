package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("locale")
class ShapeTest {
  @Test
  void hasValueEquality() {
    Shape shape = Shape.of(2, 0, 3);
    assertThat(shape).isEqualTo(Shape.of(2, 0, 3)).hasSameHashCodeAs(Shape.of(2, 0, 3));
    assertThat(shape).isNotEqualTo(Shape.of(2, 3)).hasToString("[2, 0, 3]");
    assertThat(shape.numel()).isZero();
    assertThat(Shape.of().numel()).isEqualTo(1);
    assertThat(shape.size(-1)).isEqualTo(3);
    assertThat(shape.is(2, 0, 3)).isTrue();
    shape.toArray()[0] = 7;
    assertThat(shape.size(0)).isEqualTo(2);
  }

  @Test
  void refusesInvalidSizesAndDimensions() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, -1]");
    assertThatThrownBy(() -> Shape.of(2).size(1))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("expected -1 to 0 for shape [2], got 1");
    assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40).numel())
        .isInstanceOf(ArithmeticException.class);
  }
}
