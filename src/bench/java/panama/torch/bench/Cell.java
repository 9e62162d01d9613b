package panama.torch.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One piece of work, as all peers get it: a line of words such as {@code train layer=LSTM batch=32
 * threads=2}. {@link Cells} has all of them.
 *
 * @param work what to compute
 * @param options its sizes and settings, in the order of the line
 */
public record Cell(String work, Map<String, String> options) {
  /** Parses a line. */
  public static Cell parse(String line) {
    String[] words = line.split(" ", -1);
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      String[] option = words[i].split("=", 2);
      options.put(option[0], option[1]);
    }
    return new Cell(words[0], options);
  }

  /** Returns whether an option is given. */
  public boolean has(String option) {
    return options.containsKey(option);
  }

  /** Returns the value of an option. */
  public String text(String option) {
    String value = options.get(option);
    if (value == null) {
      throw new IllegalArgumentException("expected " + option + "=..., got " + this);
    }
    return value;
  }

  /** Returns the value of an option that is an integer. */
  public int number(String option) {
    return Integer.parseInt(text(option));
  }

  /** Returns the value of an option that is an integer, or another if it is not given. */
  public int number(String option, int otherwise) {
    return has(option) ? number(option) : otherwise;
  }

  /** Returns the lengths of packed sequences: evenly spread from the shortest to the longest. */
  public long[] lengths() {
    long[] lengths = new long[number("batch")];
    int shortest = number("shortest");
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = shortest + (long) (number("length") - shortest) * i / (lengths.length - 1);
    }
    return lengths;
  }

  /** Returns a cell with another option or another value of it. */
  public Cell with(String option, Object value) {
    Map<String, String> changed = new LinkedHashMap<>(options);
    changed.put(option, value.toString());
    return new Cell(work, changed);
  }

  /** Returns the name in the report; of a layer with N, L, input size and hidden size. */
  String label() {
    String name =
        switch (work) {
          case "infer", "forward", "train", "fit", "stream" ->
              "%s (%s, %s, %s, %s)"
                  .formatted(
                      text("layer"), text("batch"), text("length"), text("input"), text("hidden"));
          case "tutorial" -> "tutorial step";
          case "language" -> "step of the network of language-id";
          case "add" -> "sum of 4x4";
          default -> work;
        };
    name += number("layers", 1) == 2 ? ", two layers" : "";
    name += number("directions", 1) == 2 ? ", bidirectional" : "";
    name += work.equals("train") && has("shortest") ? ", packed" : "";
    name += options.getOrDefault("gradients", "").equals("true") ? ", gradients" : "";
    return name + (options.getOrDefault("clock", "").equals("thread") ? ", processor time" : "");
  }

  /** Returns the line. */
  @Override
  public String toString() {
    return work
        + options.entrySet().stream()
            .map(option -> " " + option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining());
  }
}
