package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Adds to an error about an index out of range where that index is in the arguments. Reads them
 * only after the call has failed, so that calls that succeed cost nothing.
 */
final class IndexLocator {
  /**
   * Matches messages in which libtorch names the index; the one group that matches is the index.
   */
  private static final Pattern NAMED =
      Pattern.compile(
          "index (-?\\d+) is out of bounds for|tried to access index (-?\\d+)|out of DATA bounds,"
              + " id=(-?\\d+)|Target (-?\\d+) is out of bounds");

  private IndexLocator() {}

  /** Returns the message with the index and its position; unchanged if no such index is found. */
  static String locate(String message, List<? extends @Nullable TensorHandle> arguments) {
    if (!message.contains("out of ") || arguments.size() < 2) {
      return message;
    }
    try {
      return message.startsWith("index out of range in self")
          ? ofEmbedding(message, arguments)
          : ofNamed(message, arguments);
    } catch (RuntimeException e) {
      return message; // the original error must be reported in any case
    }
  }

  private static String ofEmbedding(
      String message, List<? extends @Nullable TensorHandle> arguments) {
    TensorHandle weight = arguments.getFirst();
    if (weight == null) {
      return message;
    }
    long rows = TensorInfo.of(weight, "embedding").sizes()[0];
    Found found = find(arguments.get(1), index -> index < 0 || index >= rows);
    return found == null
        ? message
        : String.format(
            Locale.ROOT,
            "index %d at %s is out of range: the weight has %d rows, from 0 to %d",
            found.index,
            found.position,
            rows,
            rows - 1);
  }

  private static String ofNamed(String message, List<? extends @Nullable TensorHandle> arguments) {
    Matcher matcher = NAMED.matcher(message);
    if (!matcher.find()) {
      return message;
    }
    long index = 0;
    for (int i = 1; i <= matcher.groupCount(); i++) {
      if (matcher.group(i) != null) {
        index = Long.parseLong(matcher.group(i));
      }
    }
    long wanted = index;
    Found found = null;
    for (int i = 1; found == null && i < arguments.size(); i++) {
      found = find(arguments.get(i), other -> other == wanted);
    }
    if (found == null) {
      return message;
    }
    if (message.startsWith("Target")) {
      return ofClass(message, arguments.getFirst(), found);
    }
    return message.replaceFirst("\\.?\\s*$", "") + "; it stands at " + found.position;
  }

  private static String ofClass(String message, @Nullable TensorHandle scores, Found found) {
    if (scores == null) {
      return message;
    }
    long[] sizes = TensorInfo.of(scores, "loss").sizes();
    long classes = sizes[sizes.length == 1 ? 0 : 1];
    return String.format(
        Locale.ROOT,
        "target %d at %s is no class: there are C=%d classes, from 0 to %d%s",
        found.index,
        found.position,
        classes,
        classes - 1,
        found.index == classes ? "; classes that are counted from 1 need target.sub(1)" : "");
  }

  private record Found(long index, String position) {}

  /** Returns the first element of an integer tensor that matches; null if there is none. */
  private static @Nullable Found find(@Nullable TensorHandle indices, LongPredicate wanted) {
    if (indices == null) {
      return null;
    }
    TensorInfo info = TensorInfo.of(indices, "index");
    boolean isLong = info.dtype() == PanamaTorch.PT_INT64();
    if (!isLong && info.dtype() != PanamaTorch.PT_INT32()) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(info.numel() * info.elementSize(), 8);
      Calls.effect(
          CallFrame.enter(),
          "index",
          indices,
          (px, call) -> PanamaTorch.pt_tensor_copy_out(px, copy, copy.byteSize(), call));
      for (long i = 0; i < info.numel(); i++) {
        long index = isLong ? copy.getAtIndex(JAVA_LONG, i) : copy.getAtIndex(JAVA_INT, i);
        if (wanted.test(index)) {
          return new Found(index, position(i, info.sizes()));
        }
      }
    }
    return null;
  }

  private static String position(long offset, long[] sizes) {
    long[] position = new long[sizes.length];
    long rest = offset;
    for (int d = sizes.length - 1; d >= 0; d--) {
      position[d] = rest % sizes[d];
      rest /= sizes[d];
    }
    return position.length == 0 ? "[]" : Arrays.toString(position);
  }
}
