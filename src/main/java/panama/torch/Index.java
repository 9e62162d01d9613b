package panama.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the brackets in Python's {@code x[...]}, for {@link Tensor#get} and {@link
 * Tensor#set_}. Meant for {@code import static panama.torch.Index.*}.
 *
 * <table>
 *   <caption>The forms</caption>
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

  /** One index, from 0, or from -1 backwards; its dimension is dropped. */
  public static Index at(long index) {
    return new At(index);
  }

  /**
   * The elements that a tensor of integers names. Several such tensors are broadcast together and
   * name elements in all their dimensions at once; the dimensions of the result stand where theirs
   * were if these are neighbours, else first.
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

  /** {@link #at(Tensor)} of these numbers. */
  public static Index at(long[] indices) {
    return new Numbers(indices.clone());
  }

  /** The whole dimension. */
  public static Range all() {
    return new Range(0, Long.MAX_VALUE, 1);
  }

  /** From {@code start}, included, to {@code end}, excluded; below 0: counted from the end. */
  public static Range range(long start, long end) {
    return new Range(start, end, 1);
  }

  /** From {@code start} to the end of the dimension; below 0: counted from the end. */
  public static Range rangeFrom(long start) {
    return new Range(start, Long.MAX_VALUE, 1);
  }

  /** From the start of the dimension to {@code end}, excluded; below 0: counted from the end. */
  public static Range rangeTo(long end) {
    return new Range(0, end, 1);
  }

  /** As many whole dimensions as the other entries leave over. */
  public static Index ellipsis() {
    return new Ellipsis();
  }

  /** A new dimension of size 1. */
  public static Index newAxis() {
    return new NewAxis();
  }

  /**
   * The elements where a BOOL tensor is true. It stands for as many dimensions as it has, which
   * become one.
   */
  public static Index mask(Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw new DTypeException(
          "mask: expected bool, got %s; compare first, as in mask(x.ne(0)), or use at(indices)"
              .formatted(mask.dtype()));
    }
    return new Mask(mask);
  }

  /** Returns this as it is written in Java, such as {@code range(1, -1)}. */
  @Override
  public abstract String toString();

  /** The dimensions of the indexed tensor that this stands for. */
  abstract int dims();

  /** Takes its part of what is being chosen. */
  abstract void apply(Choice choice);

  /** What is chosen so far. */
  private static final class Choice {
    private final Shape shape;
    private final int spare;
    private Tensor view;

    /** The next dimension of the view, and of the indexed tensor. */
    private int dim;

    private int source;

    /** One entry for each dimension of the view up to the last that a tensor indexes. */
    private final List<@Nullable Tensor> tensors = new ArrayList<>();

    private Choice(Tensor x, Index... indices) {
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
        throw new IndexException("indices: expected at most one ellipsis()");
      }
      spare = shape.dim() - dims;
      view = Torch.op("aten::alias").arg(x).call().tensor();
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
      Choice choice = new Choice(x, indices);
      return scope.keep(
          choice.tensors.isEmpty()
              ? choice.view
              : choice.view.index(choice.tensors.toArray(new @Nullable Tensor[0])));
    }
  }

  static void set(Tensor x, Tensor value, Index... indices) {
    try (TensorScope scope = new TensorScope()) {
      Choice choice = new Choice(x, indices);
      Tensor trimmed = withoutLeadingOnes(value);
      if (choice.tensors.isEmpty()) {
        choice.view.copy_(trimmed);
      } else {
        choice.view.indexPut_(choice.tensors, trimmed);
      }
    }
  }

  /** PyTorch lets a value have more dimensions than its place, as long as they are of size 1. */
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
    void apply(Choice choice) {
      long size = choice.view.size(choice.dim);
      if (index < -size || index >= size) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "index: expected %d to %d for dimension %d of shape %s, got %d",
                -size,
                size - 1,
                choice.source,
                choice.shape,
                index));
      }
      choice.view = choice.view.select(choice.dim, index);
      choice.source++;
    }
  }

  /** A stretch of a dimension. */
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
     * Every {@code step}-th of these.
     *
     * @throws IllegalArgumentException below 1: {@link Tensor#flip} reverses
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
    void apply(Choice choice) {
      choice.view = choice.view.slice(choice.dim, start, end, step);
      choice.dim++;
      choice.source++;
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
    void apply(Choice choice) {
      choice.dim += choice.spare;
      choice.source += choice.spare;
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
    void apply(Choice choice) {
      choice.view = choice.view.unsqueeze(choice.dim);
      choice.dim++;
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
    void apply(Choice choice) {
      if (indices.dim() == 0) {
        new At(indices.itemLong()).apply(choice); // a view, as in PyTorch
      } else {
        choice.indexBy(indices.to(DType.INT64));
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
    void apply(Choice choice) {
      choice.indexBy(Torch.tensor(indices));
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
    void apply(Choice choice) {
      Tensor chosen = mask;
      if (mask.dim() == 0) {
        choice.view = choice.view.unsqueeze(choice.dim);
        chosen = mask.unsqueeze(0);
        choice.source--;
      }
      for (int i = 0; i < chosen.dim(); i++) {
        if (chosen.size(i) != choice.view.size(choice.dim + i)) {
          throw new ShapeException(
              String.format(
                  Locale.ROOT,
                  "mask: expected size %d in dimension %d for shape %s, got shape %s",
                  choice.view.size(choice.dim + i),
                  i,
                  choice.shape,
                  mask.shape()));
        }
      }
      for (Tensor indices : chosen.nonzero().unbind(1)) {
        choice.indexBy(indices);
      }
    }
  }
}
