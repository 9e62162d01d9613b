package panama.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An index into one or more dimensions, as between the brackets of {@code x[...]} in Python, for
 * {@link Tensor#get} and {@link Tensor#set_}. Intended for {@code import static
 * panama.torch.Index.*}.
 *
 * <table>
 *   <caption>Kinds of index</caption>
 *   <tr><th>Python</th><th>Java</th></tr>
 *   <tr><td>{@code 3}, {@code -1}</td><td>{@code at(3)}, {@code at(-1)}</td></tr>
 *   <tr><td>{@code :}</td><td>{@code all()}</td></tr>
 *   <tr><td>{@code 1:-1}</td><td>{@code range(1, -1)}</td></tr>
 *   <tr><td>{@code 2:}, {@code :5}</td><td>{@code rangeFrom(2)}, {@code rangeTo(5)}</td></tr>
 *   <tr><td>{@code 1:9:2}, {@code ::2}</td><td>{@code range(1, 9).step(2)}, {@code all().step(2)}</td></tr>
 *   <tr><td>{@code ...}</td><td>{@code ellipsis()}</td></tr>
 *   <tr><td>{@code None}</td><td>{@code newAxis()}</td></tr>
 *   <tr><td>{@code [0, 2]}, a tensor</td><td>{@code at(new long[] {0, 2})}, {@code at(tensor)}</td></tr>
 *   <tr><td>{@code x > 0}</td><td>{@code mask(x.gt(0))}</td></tr>
 * </table>
 */
public abstract sealed class Index {
  private Index() {}

  /**
   * Returns an index that selects one position and removes the dimension.
   *
   * @param index the position, from 0; negative: from the end
   */
  public static Index at(long index) {
    return new At(index);
  }

  /**
   * Returns an index that selects the positions in a tensor of integers. Several such tensors are
   * broadcast together and select elements jointly, one per position of the broadcast shape. The
   * dimensions of this shape replace the indexed dimensions if these are adjacent; otherwise they
   * come first.
   *
   * @param indices the positions, of an integer type; negative: from the end. A BOOL tensor is a
   *     {@link #mask}
   * @throws DTypeException for floating-point and complex types
   */
  public static Index at(Tensor indices) {
    DType dtype = indices.dtype();
    if (dtype.isFloatingPoint() || dtype.isComplex()) {
      throw new DTypeException(
          "indices: expected integers, got %s; convert with .to(DType.INT64) first"
              .formatted(dtype));
    }
    return dtype == DType.BOOL ? mask(indices) : new Of(indices);
  }

  /**
   * Returns an index that selects a list of positions. See {@link #at(Tensor)}.
   *
   * @param indices the positions, from 0; negative: from the end
   */
  public static Index at(long[] indices) {
    return new Numbers(indices.clone());
  }

  /** Returns an index that selects a whole dimension. */
  public static Range all() {
    return new Range(0, Long.MAX_VALUE, 1);
  }

  /**
   * Returns an index that selects a range of a dimension. Bounds outside the dimension are clamped.
   *
   * @param start the first position, inclusive; negative: from the end
   * @param end the last position, exclusive; negative: from the end
   */
  public static Range range(long start, long end) {
    return new Range(start, end, 1);
  }

  /**
   * Returns an index that selects a range up to the end of a dimension.
   *
   * @param start the first position, inclusive; negative: from the end
   */
  public static Range rangeFrom(long start) {
    return new Range(start, Long.MAX_VALUE, 1);
  }

  /**
   * Returns an index that selects a range from the start of a dimension.
   *
   * @param end the last position, exclusive; negative: from the end
   */
  public static Range rangeTo(long end) {
    return new Range(0, end, 1);
  }

  /** Returns an index that selects all dimensions for which there is no other index. */
  public static Index ellipsis() {
    return new Ellipsis();
  }

  /** Returns an index that inserts a dimension of size 1. */
  public static Index newAxis() {
    return new NewAxis();
  }

  /**
   * Returns an index that selects the elements where a mask is true. It indexes as many dimensions
   * as the mask has; they become one dimension.
   *
   * @param mask a BOOL tensor of the shape of the indexed dimensions
   * @throws DTypeException for other types
   */
  public static Index mask(Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw new DTypeException(
          "mask: expected bool, got %s; compare first, as in mask(x.ne(0)), or use at(indices)"
              .formatted(mask.dtype()));
    }
    return new Mask(mask);
  }

  /** Returns the Java expression for this index, such as {@code range(1, -1)}. */
  @Override
  public abstract String toString();

  /** Returns the number of dimensions of the indexed tensor that this index consumes. */
  abstract int dims();

  /** Applies this index to a selection. */
  abstract void apply(Selection selection);

  /** The result of applying indices from the first to the current one. */
  private static final class Selection {
    private final Shape shape;
    private final int ellipsisDims;
    private Tensor view;

    /** The next dimension of the view. */
    private int dim;

    /** The next dimension of the indexed tensor. */
    private int source;

    /** One entry for each dimension of the view up to the last one indexed by a tensor. */
    private final List<@Nullable Tensor> tensors = new ArrayList<>();

    private Selection(Tensor x, Index... indices) {
      shape = x.shape();
      int dims = Arrays.stream(indices).mapToInt(Index::dims).sum();
      if (dims > shape.dim()) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "indices: expected at most %d for shape %s, got %d",
                shape.dim(),
                shape,
                dims));
      }
      if (Arrays.stream(indices).filter(Ellipsis.class::isInstance).count() > 1) {
        throw new IndexException(
            "indices: expected at most one ellipsis(), got several; use all() for single"
                + " dimensions");
      }
      ellipsisDims = shape.dim() - dims;
      view = Torch.op("aten::alias").arg(x).tensor();
      for (Index index : indices) {
        index.apply(this);
      }
    }

    private void indexBy(Tensor indices) {
      while (tensors.size() < dim) {
        tensors.add(null);
      }
      tensors.add(indices.to(view.device()));
      dim++;
      source++;
    }
  }

  static Tensor get(Tensor x, Index... indices) {
    try (TensorScope scope = new TensorScope()) {
      Selection selection = new Selection(x, indices);
      return scope.keep(
          selection.tensors.isEmpty()
              ? selection.view
              : selection.view.index(selection.tensors.toArray(new @Nullable Tensor[0])));
    }
  }

  static void set(Tensor x, Tensor value, Index... indices) {
    try (TensorScope scope = new TensorScope()) {
      Selection selection = new Selection(x, indices);
      Tensor trimmed = withoutLeadingOnes(value);
      if (selection.tensors.isEmpty()) {
        selection.view.copy_(trimmed);
      } else {
        selection.view.indexPut_(selection.tensors, trimmed);
      }
    }
  }

  /** Removes leading dimensions of size 1, which PyTorch permits beyond those of the selection. */
  private static Tensor withoutLeadingOnes(Tensor value) {
    long[] sizes = value.shape().toArray();
    int ones = 0;
    while (ones < sizes.length && sizes[ones] == 1) {
      ones++;
    }
    return ones == 0 ? value : value.reshape(Arrays.copyOfRange(sizes, ones, sizes.length));
  }

  private static final class At extends Index {
    private final long index;

    private At(long index) {
      this.index = index;
    }

    @Override
    public String toString() {
      return "at(" + index + ")";
    }

    @Override
    int dims() {
      return 1;
    }

    @Override
    void apply(Selection selection) {
      long size = selection.view.size(selection.dim);
      if (index < -size || index >= size) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "index: expected %d to %d for dimension %d of shape %s, got %d",
                -size,
                size - 1,
                selection.source,
                selection.shape,
                index));
      }
      selection.view = selection.view.select(selection.dim, index);
      selection.source++;
    }
  }

  /** An index that selects a range of a dimension. */
  public static final class Range extends Index {
    private final long start;
    private final long end;
    private final long step;

    private Range(long start, long end, long step) {
      this.start = start;
      this.end = end;
      this.step = step;
    }

    /**
     * Returns an index that selects every {@code step}-th position of this range.
     *
     * @param step the distance of positions, at least 1
     * @throws IllegalArgumentException for a step below 1; {@link Tensor#flip} reverses
     */
    public Range step(long step) {
      if (step < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "step: expected at least 1, got %d; use flip(dim) to reverse", step));
      }
      return new Range(start, end, step);
    }

    @Override
    public String toString() {
      String text;
      if (end == Long.MAX_VALUE) {
        text = start == 0 ? "all()" : "rangeFrom(" + start + ")";
      } else {
        text = start == 0 ? "rangeTo(" + end + ")" : "range(" + start + ", " + end + ")";
      }
      return step == 1 ? text : text + ".step(" + step + ")";
    }

    @Override
    int dims() {
      return 1;
    }

    @Override
    void apply(Selection selection) {
      selection.view = selection.view.slice(selection.dim, start, end, step);
      selection.dim++;
      selection.source++;
    }
  }

  private static final class Ellipsis extends Index {
    @Override
    public String toString() {
      return "ellipsis()";
    }

    @Override
    int dims() {
      return 0;
    }

    @Override
    void apply(Selection selection) {
      selection.dim += selection.ellipsisDims;
      selection.source += selection.ellipsisDims;
    }
  }

  private static final class NewAxis extends Index {
    @Override
    public String toString() {
      return "newAxis()";
    }

    @Override
    int dims() {
      return 0;
    }

    @Override
    void apply(Selection selection) {
      selection.view = selection.view.unsqueeze(selection.dim);
      selection.dim++;
    }
  }

  private static final class Of extends Index {
    private final Tensor indices;

    private Of(Tensor indices) {
      this.indices = indices;
    }

    @Override
    public String toString() {
      return "at(" + indices + ")";
    }

    @Override
    int dims() {
      return 1;
    }

    @Override
    void apply(Selection selection) {
      if (indices.dim() == 0) {
        new At(indices.itemLong()).apply(selection); // a view, as in PyTorch
      } else {
        selection.indexBy(indices.to(DType.INT64));
      }
    }
  }

  private static final class Numbers extends Index {
    private final long[] indices;

    private Numbers(long[] indices) {
      this.indices = indices;
    }

    @Override
    public String toString() {
      return "at(" + Arrays.toString(indices) + ")";
    }

    @Override
    int dims() {
      return 1;
    }

    @Override
    void apply(Selection selection) {
      selection.indexBy(Torch.tensor(indices));
    }
  }

  private static final class Mask extends Index {
    private final Tensor mask;

    private Mask(Tensor mask) {
      this.mask = mask;
    }

    @Override
    public String toString() {
      return "mask(" + mask + ")";
    }

    @Override
    int dims() {
      return mask.dim();
    }

    @Override
    void apply(Selection selection) {
      Tensor selected = mask;
      if (mask.dim() == 0) {
        selection.view = selection.view.unsqueeze(selection.dim);
        selected = mask.unsqueeze(0);
        selection.source--;
      }
      for (int i = 0; i < selected.dim(); i++) {
        if (selected.size(i) != selection.view.size(selection.dim + i)) {
          throw new ShapeException(
              String.format(
                  Locale.ROOT,
                  "mask: expected size %d in dimension %d for shape %s, got shape %s",
                  selection.view.size(selection.dim + i),
                  i,
                  selection.shape,
                  mask.shape()));
        }
      }
      for (Tensor indices : selected.nonzero().unbind(1)) {
        selection.indexBy(indices);
      }
    }
  }
}
