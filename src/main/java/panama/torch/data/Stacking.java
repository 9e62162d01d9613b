package panama.torch.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.ArgumentException;
import panama.torch.Op;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * The collation that stacks examples; a batch has the type of an example. See {@link
 * Collate#stack}.
 */
final class Stacking implements Collate<Object, Object> {
  static final Stacking INSTANCE = new Stacking();
  private static final Op STACK = Torch.op("panama_torch::stack");

  private Stacking() {}

  @Override
  public Object collate(List<?> examples) {
    return switch (first(examples)) {
      case Tensor ignored -> stack(all(examples, Tensor.class));
      case List<?> first -> fields(all(examples, List.class), first.size());
      case Map<?, ?> first -> values(all(examples, Map.class), first);
      case Object first ->
          throw new IllegalArgumentException(
              "examples: expected tensors, or lists or maps of them, got a %s; pass a function for it, such as Collate.numbers() or Collate.list(), to collate(...)"
                  .formatted(first.getClass().getTypeName()));
    };
  }

  /** Returns the first example, of which there must be one. */
  static <T> T first(List<T> examples) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("examples: expected at least one, got none");
    }
    return examples.getFirst();
  }

  /** Returns the examples as instances of the class of the first. */
  private static <T> List<T> all(List<?> examples, Class<T> type) {
    List<T> instances = new ArrayList<>(examples.size());
    for (Object example : examples) {
      if (!type.isInstance(example)) {
        throw new IllegalArgumentException(
            "examples: expected all of type %s, as the first, got %s"
                .formatted(type.getSimpleName(), example.getClass().getTypeName()));
      }
      instances.add(type.cast(example));
    }
    return instances;
  }

  static Tensor stack(List<Tensor> tensors) {
    Tensor first = first(tensors);
    try {
      return STACK.start().arg(tensors).tensor();
    } catch (ArgumentException e) {
      for (Tensor tensor : tensors) {
        if (!tensor.shape().equals(first.shape())) {
          throw new ShapeException(
              "examples: expected tensors of one shape, got %s and %s; PadCollate pads sequences of different lengths"
                  .formatted(first.shape(), tensor.shape()));
        }
      }
      throw e;
    }
  }

  @SuppressWarnings("rawtypes") // of any elements
  private List<Object> fields(List<List> examples, int size) {
    List<Object> fields = new ArrayList<>(size);
    for (List<?> example : examples) {
      if (example.size() != size) {
        throw new IllegalArgumentException(
            "examples: expected lists of one size, got %s and %s".formatted(size, example.size()));
      }
    }
    for (int i = 0; i < size; i++) {
      List<Object> field = new ArrayList<>(examples.size());
      for (List<?> example : examples) {
        field.add(example.get(i));
      }
      fields.add(collate(field));
    }
    return fields;
  }

  @SuppressWarnings("rawtypes") // of any keys and values
  private Map<Object, Object> values(List<Map> examples, Map<?, ?> first) {
    Map<Object, Object> values = new LinkedHashMap<>();
    for (Object key : first.keySet()) {
      List<Object> field = new ArrayList<>(examples.size());
      for (Map<?, ?> example : examples) {
        Object value = example.get(key);
        if (value == null) {
          throw new IllegalArgumentException(
              "examples: expected maps with the keys %s, got %s"
                  .formatted(first.keySet(), example.keySet()));
        }
        field.add(value);
      }
      values.put(key, collate(field));
    }
    return values;
  }
}
