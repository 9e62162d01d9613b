package panama.torch.internal.pickle;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses values that contain themselves or are nested too deeply, on which methods such as
 * hashCode and toString would not end or need too much of the stack.
 */
final class Nesting {
  private static final int MOST_LEVELS = 500;

  /** A collection whose elements are being visited. */
  private record Open(Object collection, Iterator<?> rest) {}

  /** The levels below a collection that has been visited; -1 while it is being visited. */
  private final IdentityHashMap<Object, Integer> levels = new IdentityHashMap<>();

  private final Deque<Open> open = new ArrayDeque<>();

  void check(@Nullable Object value) throws IOException {
    enter(value);
    while (!open.isEmpty()) {
      Open last = open.getLast();
      if (last.rest().hasNext()) {
        enter(last.rest().next());
      } else {
        open.removeLast();
        leave(last.collection());
      }
    }
  }

  private void enter(@Nullable Object value) throws IOException {
    Iterator<?> elements = elements(value);
    if (value == null || elements == null) {
      return;
    }
    Integer known = levels.get(value);
    if (known == null) {
      levels.put(value, -1);
      open.addLast(new Open(value, elements));
    } else if (known < 0) {
      throw new IOException("its pickle has a value that contains itself");
    }
    checkLevels(open.size() + (known == null ? 0 : known));
  }

  private void leave(Object collection) {
    int below = 0;
    Iterator<?> elements = elements(collection);
    while (elements != null && elements.hasNext()) {
      Object element = elements.next();
      Integer known = element == null ? null : levels.get(element);
      below = Math.max(below, known == null ? 0 : known);
    }
    levels.put(collection, below + 1);
  }

  private static void checkLevels(int count) throws IOException {
    if (count > MOST_LEVELS) {
      throw new IOException(
          String.format(
              Locale.ROOT, "its pickle has more than %d values inside each other", MOST_LEVELS));
    }
  }

  /** Returns the elements of a collection; keys are flat. Null for other values. */
  private static @Nullable Iterator<?> elements(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.values().iterator();
      case List<?> list -> list.iterator();
      case Collection<?> ignored -> null; // a set, whose elements are flat
      case null, default -> null;
    };
  }
}
