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

  private NestedStateDict() {}

  /**
   * Returns all values by the keys that lead to them. None has no entry.
   *
   * @throws IllegalArgumentException if more than 100 maps and lists are in each other
   */
  public static Map<String, Object> flatten(Map<?, ?> nested) {
    Map<String, Object> flat = new LinkedHashMap<>();
    flatten("", nested, 0, flat);
    return flat;
  }

  private static void flatten(
      String key, @Nullable Object value, int level, Map<String, Object> flat) {
    if (level > MOST_LEVELS) {
      throw new IllegalArgumentException(
          "state: expected at most %s levels of maps and lists, got more below '%s'"
              .formatted(MOST_LEVELS, key.substring(0, Math.min(key.length(), MOST_LEVELS))));
    }
    String prefix = key.isEmpty() ? "" : key + ".";
    switch (value) {
      case null -> {}
      case Map<?, ?> map ->
          map.forEach((name, each) -> flatten(prefix + name, each, level + 1, flat));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(prefix + i, list.get(i), level + 1, flat);
        }
      }
      default -> flat.put(key, value);
    }
  }

  /** Returns the values in maps and lists; those with the keys 0, 1, and so on are in a list. */
  public static Map<String, Object> nest(Map<String, ?> flat) {
    Map<String, Object> nested = new LinkedHashMap<>();
    flat.forEach(
        (key, value) -> {
          String[] names = key.split("\\.", -1);
          Map<String, Object> within = nested;
          for (int i = 0; i < names.length - 1; i++) {
            within = child(within, names[i]);
          }
          within.put(names[names.length - 1], value);
        });
    nested.replaceAll((name, value) -> withLists(value));
    return nested;
  }

  @SuppressWarnings("unchecked") // the maps are those of nest
  private static Map<String, Object> child(Map<String, Object> within, String name) {
    return (Map<String, Object>) within.computeIfAbsent(name, key -> new LinkedHashMap<>());
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
