package panama.torch.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Conversions between state dicts as Python nests them, in dicts and lists, and those whose keys
 * are joined by dots: {@code {"base_lrs": [0.1]}} and {@code {"base_lrs.0": 0.1}}.
 */
public final class NestedStateDict {
  /** More than any state has; a map of Java's may contain itself. */
  private static final int MOST_LEVELS = 100;

  /** More than the keys of any state have; a file may have one list in many places. */
  private static final long MOST_LETTERS = 1 << 26;

  private final Map<String, Object> flat = new LinkedHashMap<>();
  private long letters;

  private NestedStateDict() {}

  /**
   * Returns all values by the keys that lead to them. None has no entry.
   *
   * @throws IllegalArgumentException if more than 100 maps and lists are in each other, or if the
   *     keys have more than 2^26 letters together
   */
  public static Map<String, Object> flatten(Map<?, ?> nested) {
    NestedStateDict state = new NestedStateDict();
    state.add("", nested, 0);
    return state.flat;
  }

  private void add(String key, @Nullable Object value, int level) {
    letters += key.length() + 1L;
    if (level > MOST_LEVELS || letters > MOST_LETTERS) {
      throw new IllegalArgumentException(
          "state: expected at most %s levels of maps and lists, and keys of %s letters, got more below '%s'"
              .formatted(MOST_LEVELS, MOST_LETTERS, key.substring(0, Math.min(key.length(), 100))));
    }
    String prefix = key.isEmpty() ? "" : key + ".";
    switch (value) {
      case null -> {}
      case Map<?, ?> map -> map.forEach((name, each) -> add(prefix + name, each, level + 1));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          add(prefix + i, list.get(i), level + 1);
        }
      }
      default -> flat.put(key, value);
    }
  }

  /**
   * Returns the values in maps and lists; those with the keys 0, 1, and so on are in a list.
   *
   * @throws IllegalArgumentException if a key is the beginning of another one, as "a" of "a.b"
   */
  public static Map<String, Object> nest(Map<String, ?> flat) {
    Map<String, Object> nested = new LinkedHashMap<>();
    flat.forEach(
        (key, value) -> {
          String[] names = key.split("\\.", -1);
          Map<String, Object> within = nested;
          for (int i = 0; i < names.length - 1; i++) {
            within = child(within, names[i], key);
          }
          if (within.put(names[names.length - 1], value) != null) {
            throw conflict(key);
          }
        });
    nested.replaceAll((name, value) -> withLists(value));
    return nested;
  }

  @SuppressWarnings("unchecked") // the maps are those of nest
  private static Map<String, Object> child(Map<String, Object> within, String name, String key) {
    Object child = within.computeIfAbsent(name, absent -> new LinkedHashMap<>());
    if (child instanceof LinkedHashMap<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw conflict(key);
  }

  private static IllegalArgumentException conflict(String key) {
    return new IllegalArgumentException(
        "state: expected names that do not begin with another one and a dot, got '%s' and another"
            .formatted(key));
  }

  private static Object withLists(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<Object, Object> converted = new LinkedHashMap<>();
    map.forEach((name, each) -> converted.put(name, withLists(each)));
    List<String> places = IntStream.range(0, map.size()).mapToObj(Integer::toString).toList();
    return places.equals(List.copyOf(converted.keySet()))
        ? new ArrayList<>(converted.values())
        : converted;
  }
}
