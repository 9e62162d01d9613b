package panama.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Copies arrays of numbers and booleans, nested to any depth, into tensors. */
final class ArrayData {
  /** The element type with the same representation as the array's elements. */
  private final DType source;

  private final DType dtype;
  private final long[] sizes;
  private final MemorySegment target;

  /** The number of bytes already written to the target. */
  private long filled;

  /** The indices of the innermost array that is being copied. */
  private final long[] position;

  private ArrayData(DType source, DType dtype, long[] sizes, Arena arena) {
    this.source = source;
    this.dtype = dtype;
    this.sizes = sizes;
    position = new long[sizes.length - 1];
    long elements = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    target = arena.allocate(Math.multiplyExact(elements, source.bytes()), 16);
  }

  /**
   * Returns a tensor of the elements of a primitive array.
   *
   * @param data a primitive array
   * @param dtype the type of the result
   * @param shape the shape; empty: one dimension
   */
  static Tensor flat(Object data, DType dtype, long... shape) {
    long[] length = {Array.getLength(data)};
    return tensor(data, data.getClass().getComponentType(), dtype, length, shape);
  }

  /**
   * Returns a tensor of the elements of arrays of arrays.
   *
   * @param data arrays of arrays
   * @param dtype the type of the result; null: the default for the type of the elements
   * @throws DTypeException unless the elements are primitive numbers or booleans
   * @throws ShapeException if arrays of one level differ in length
   */
  static Tensor nested(Object[] data, @Nullable DType dtype) {
    Class<?> component = data.getClass();
    int depth = 0;
    for (; component.isArray(); component = component.getComponentType()) {
      depth++;
    }
    if (!component.isPrimitive() || component == char.class) {
      throw new DTypeException(
          "data: expected arrays of arrays of numbers or booleans, such as float[][], got %s%s"
              .formatted(
                  data.getClass().getSimpleName(),
                  component == Tensor.class ? "; use stack(List.of(tensors))" : ""));
    }
    long[] sizes = new long[depth];
    Object first = data;
    for (int dim = 0; dim < depth && first != null; dim++) {
      sizes[dim] = Array.getLength(first);
      first = sizes[dim] > 0 && dim < depth - 1 ? Array.get(first, 0) : null;
    }
    return tensor(data, component, dtype == null ? defaultOf(component) : dtype, sizes, sizes);
  }

  private static Tensor tensor(
      Object data, Class<?> component, DType dtype, long[] sizes, long[] shape) {
    DType source = exact(component);
    try (Arena arena = Arena.ofConfined()) {
      ArrayData copy = new ArrayData(source, dtype, sizes, arena);
      copy.copy(data, 0);
      Tensor exact = Torch.tensor(copy.target, source, shape.length == 0 ? sizes : shape);
      if (source == dtype) {
        return exact;
      }
      try (exact) {
        return exact.to(dtype);
      }
    }
  }

  private static DType exact(Class<?> component) {
    return switch (component.getName()) {
      case "float" -> DType.FLOAT32;
      case "double" -> DType.FLOAT64;
      case "long" -> DType.INT64;
      case "int" -> DType.INT32;
      case "short" -> DType.INT16;
      case "byte" -> DType.INT8;
      case "boolean" -> DType.BOOL;
      default -> throw new AssertionError(component);
    };
  }

  /** Returns the default type: as in PyTorch, FLOAT32 for floating-point literals. */
  private static DType defaultOf(Class<?> component) {
    return component == double.class ? DType.FLOAT32 : exact(component);
  }

  private void copy(@Nullable Object array, int dim) {
    if (array == null || Array.getLength(array) != sizes[dim]) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "%s: expected length %d as of %s, got %s; padSequence makes one tensor of rows of"
                  + " different lengths",
              path(dim, position),
              sizes[dim],
              path(dim, new long[dim]),
              array == null ? "null" : "length " + Array.getLength(array)));
    }
    if (dim == sizes.length - 1) {
      copyInnermost(array);
      return;
    }
    for (int i = 0; i < sizes[dim]; i++) {
      position[dim] = i;
      copy(Array.get(array, i), dim + 1);
    }
  }

  private void copyInnermost(Object array) {
    if (source != dtype && dtype.isInteger()) {
      checkRange(array);
    }
    MemorySegment elements = segment(array);
    MemorySegment.copy(elements, 0, target, filled, elements.byteSize());
    filled += elements.byteSize();
  }

  /** Checks that the conversion to an integer type does not wrap around. */
  private void checkRange(Object array) {
    // The range of unsigned 64-bit integers exceeds that of long.
    DType.IntInfo range =
        dtype.isSigned() || dtype.bytes() < Long.BYTES
            ? dtype.iinfo()
            : new DType.IntInfo(64, 0, Long.MAX_VALUE);
    for (int i = 0; i < Array.getLength(array); i++) {
      boolean fits =
          switch (Array.get(array, i)) {
            case Boolean ignored -> true;
            case Number n when source.isFloatingPoint() ->
                n.doubleValue() >= range.min()
                    && n.doubleValue() <= range.max()
                    && n.doubleValue() < 0x1p63;
            case Number n -> n.longValue() >= range.min() && n.longValue() <= range.max();
            default -> throw new AssertionError(source);
          };
      if (!fits) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s[%d]: expected a number from %d to %d for %s, got %s",
                path(position.length, position),
                i,
                range.min(),
                range.max(),
                dtype,
                Array.get(array, i)));
      }
    }
  }

  private static MemorySegment segment(Object array) {
    return switch (array) {
      case float[] numbers -> MemorySegment.ofArray(numbers);
      case double[] numbers -> MemorySegment.ofArray(numbers);
      case long[] numbers -> MemorySegment.ofArray(numbers);
      case int[] numbers -> MemorySegment.ofArray(numbers);
      case short[] numbers -> MemorySegment.ofArray(numbers);
      case byte[] numbers -> MemorySegment.ofArray(numbers);
      case boolean[] booleans -> {
        byte[] bytes = new byte[booleans.length];
        for (int i = 0; i < booleans.length; i++) {
          bytes[i] = (byte) (booleans[i] ? 1 : 0);
        }
        yield MemorySegment.ofArray(bytes);
      }
      default -> throw new AssertionError(array.getClass());
    };
  }

  /** Returns the Java expression for an element, such as {@code data[1][0]}. */
  private static String path(int depth, long... indices) {
    return LongStream.of(indices)
        .limit(depth)
        .mapToObj(index -> "[" + index + "]")
        .collect(Collectors.joining("", "data", ""));
  }
}
