package panama.torch;

import java.util.Arrays;
import java.util.Locale;

/** The sizes of a tensor's dimensions. Immutable; prints as {@code [32, 2]}. */
public final class Shape {
  private final long[] sizes;

  private Shape(long[] sizes) {
    this.sizes = sizes;
  }

  /**
   * Returns a shape with the given sizes.
   *
   * @param sizes the size of each dimension; empty for a scalar
   * @throws ShapeException for a negative size
   */
  public static Shape of(long... sizes) {
    for (long size : sizes) {
      if (size < 0) {
        throw new ShapeException("sizes: expected none below 0, got " + Arrays.toString(sizes));
      }
    }
    return new Shape(sizes.clone());
  }

  /** Returns the number of dimensions. */
  public int dim() {
    return sizes.length;
  }

  /**
   * Returns the size of one dimension.
   *
   * @param dim the dimension, from 0; negative: from the end
   * @throws IndexException if there is no such dimension
   */
  public long size(int dim) {
    int index = dim < 0 ? dim + sizes.length : dim;
    if (index < 0 || index >= sizes.length) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "dim: expected -%d to %d for shape %s, got %d",
              sizes.length,
              sizes.length - 1,
              this,
              dim));
    }
    return sizes[index];
  }

  /**
   * Returns the number of elements: the product of the sizes, 1 for a scalar.
   *
   * @throws ArithmeticException if it overflows a long
   */
  public long numel() {
    long product = 1;
    for (long size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Returns a copy of the sizes. */
  public long[] toArray() {
    return sizes.clone();
  }

  /**
   * Returns whether this shape has exactly the given sizes.
   *
   * @param expected the expected sizes
   */
  public boolean is(long... expected) {
    return Arrays.equals(sizes, expected);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
