package panama.torch.train;

import java.util.function.Function;
import panama.torch.Tensor;

/** Reads the state of an object from a checkpoint, which may be one of another version. */
record SavedState(Stateful.State state) {
  long count(String name) {
    long count = parse(name, "an integer", Long::valueOf);
    if (count < 0) {
      throw wrong(name, "an integer of at least 0", "'" + count + "'");
    }
    return count;
  }

  double number(String name) {
    return parse(name, "a number", Double::valueOf);
  }

  private <T> T parse(String name, String expected, Function<String, T> parser) {
    String text = state.text().get(name);
    if (text == null) {
      throw wrong(name, expected, "none");
    }
    return parse(name, text, expected, parser);
  }

  /** Returns the value that a text stands for. */
  static <T> T parse(String name, String text, String expected, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw wrong(name, expected, "'" + text + "'");
    }
  }

  Tensor tensor(String name) {
    Tensor tensor = state.tensors().get(name);
    if (tensor == null) {
      throw wrong(name, "a tensor", "none");
    }
    return tensor;
  }

  static IllegalArgumentException wrong(String name, String expected, String actual) {
    return new IllegalArgumentException(
        "checkpoint: expected %s named '%s', got %s; the file is of another version or was changed"
            .formatted(expected, name, actual));
  }
}
