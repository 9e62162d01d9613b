package panama.torch.internal.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.loading.NativeLibrary;

/** Records where each live tensor was made, in a JVM that was started with {@link #PROPERTY}. */
public final class Allocations {
  public static final String PROPERTY = "panama.torch.trackAllocations";

  /** A constant, so that compiled code contains nothing of the branches that it disables. */
  public static final boolean TRACKED = Boolean.getBoolean(PROPERTY);

  /** Weak, so that tensors are not kept reachable. */
  private static final Map<TensorHandle, String> SITES =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * One live tensor.
   *
   * @param site the line of the program that made it
   * @param tensor such as {@code float32[2, 3]}
   * @param bytes the size of its elements
   */
  public record Allocation(String site, String tensor, long bytes) {}

  private Allocations() {}

  /** Records the calling line of the program. */
  static void add(TensorHandle handle) {
    SITES.put(
        handle,
        StackWalker.getInstance()
            .walk(frames -> frames.filter(ProgramFrames::contain).findFirst())
            .map(
                frame ->
                    String.format(
                        Locale.ROOT,
                        "%s.%s(%s:%d)",
                        frame.getClassName(),
                        frame.getMethodName(),
                        frame.getFileName(),
                        frame.getLineNumber()))
            .orElse("panama.torch itself"));
  }

  /** Removes the record of a tensor that is closed. */
  static void remove(TensorHandle handle) {
    SITES.remove(handle);
  }

  /**
   * Returns the tensors that are alive after a garbage collection; none if they are not tracked.
   */
  public static List<Allocation> live() {
    NativeLibrary.ensureLoaded();
    NativeBudget.collect();
    Map<TensorHandle, String> sites;
    synchronized (SITES) {
      sites = new HashMap<>(SITES);
    }
    List<Allocation> live = new ArrayList<>();
    sites.forEach(
        (handle, site) -> {
          TensorInfo info = describe(handle);
          if (info != null) {
            live.add(
                new Allocation(
                    site,
                    DTypeNames.of(info.dtype()) + Arrays.toString(info.sizes()),
                    info.numel() * info.elementSize()));
          }
        });
    return live;
  }

  private static @Nullable TensorInfo describe(TensorHandle handle) {
    try {
      return TensorInfo.of(handle, "leakReport");
    } catch (IllegalStateException e) {
      return null; // closed meanwhile
    }
  }
}
