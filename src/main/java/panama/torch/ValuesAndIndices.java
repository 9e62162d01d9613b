package panama.torch;

import java.util.function.Consumer;

/**
 * The result of a search or a sort along a dimension.
 *
 * @param values the elements
 * @param indices their indices along the dimension, INT64, of the same shape
 */
public record ValuesAndIndices(Tensor values, Tensor indices) implements TensorHolder {
  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(values);
    action.accept(indices);
  }

  /** Returns the fields, one per line. */
  @Override
  public String toString() {
    return new FieldPrinter("ValuesAndIndices")
        .add("values", values)
        .add("indices", indices)
        .toString();
  }

  static ValuesAndIndices of(Op.Call call) {
    Op.Results results = call.call();
    return new ValuesAndIndices(results.tensor(0), results.tensor(1));
  }
}
