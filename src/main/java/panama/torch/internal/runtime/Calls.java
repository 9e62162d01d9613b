package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes native calls of the usual signatures. Each method holds its tensors for the duration of the
 * call, passes the frame's pt_call, and takes ownership of the results.
 */
public final class Calls {
  public interface Unary {
    MemorySegment call(MemorySegment x, MemorySegment call);
  }

  public interface Binary {
    MemorySegment call(MemorySegment a, MemorySegment b, MemorySegment call);
  }

  public interface Effect {
    int call(MemorySegment x, MemorySegment call);
  }

  public interface BinaryEffect {
    int call(MemorySegment a, MemorySegment b, MemorySegment call);
  }

  /** A call on any number of tensors, whose addresses are in the array {@code pointers}. */
  public interface Many {
    int call(MemorySegment pointers, MemorySegment results, MemorySegment call);
  }

  private Calls() {}

  public static TensorHandle unary(
      CallFrame frame, String operation, TensorHandle x, Unary function) {
    MemorySegment px = x.acquire(operation);
    try {
      return frame.own(operation, function.call(px, frame.call()), x);
    } finally {
      x.release();
    }
  }

  public static TensorHandle binary(
      CallFrame frame, String operation, TensorHandle a, TensorHandle b, Binary function) {
    MemorySegment pa = a.acquire(operation);
    try {
      MemorySegment pb = b.acquire(operation);
      try {
        return frame.own(operation, function.call(pa, pb, frame.call()), a, b);
      } finally {
        b.release();
      }
    } finally {
      a.release();
    }
  }

  public static void effect(CallFrame frame, String operation, TensorHandle x, Effect function) {
    MemorySegment px = x.acquire(operation);
    try {
      frame.check(operation, function.call(px, frame.call()), x);
      if (ForwardCalls.areRecorded()) {
        ForwardCalls.record(px); // it may have been changed in place
      }
    } finally {
      x.release();
    }
  }

  public static void effect(
      CallFrame frame, String operation, TensorHandle a, TensorHandle b, BinaryEffect function) {
    MemorySegment pb = b.acquire(operation);
    try {
      MemorySegment pa = a.acquire(operation);
      try {
        frame.check(operation, function.call(pa, pb, frame.call()), a, b);
        if (ForwardCalls.areRecorded()) {
          ForwardCalls.record(pa);
        }
      } finally {
        a.release();
      }
    } finally {
      b.release();
    }
  }

  /**
   * Calls a function of any number of tensors. Absent tensors are null, as arguments and as
   * results.
   *
   * @return {@code resultCount} handles
   */
  public static @Nullable TensorHandle[] many(
      CallFrame frame,
      String operation,
      List<? extends @Nullable TensorHandle> arguments,
      int resultCount,
      Many function) {
    MemorySegment pointers = frame.pointers(arguments.size());
    MemorySegment results = frame.pointers(resultCount);
    int held = 0;
    try {
      for (TensorHandle argument : arguments) {
        pointers.setAtIndex(
            ADDRESS, held, argument == null ? MemorySegment.NULL : argument.acquire(operation));
        held++;
      }
      if (function.call(pointers, results, frame.call()) != 0) {
        throw frame.failure(operation, arguments);
      }
      @Nullable TensorHandle[] taken = new TensorHandle[resultCount];
      for (int i = 0; i < resultCount; i++) {
        MemorySegment result = results.getAtIndex(ADDRESS, i);
        taken[i] = result.address() == 0 ? null : new TensorHandle(result);
      }
      return taken;
    } finally {
      for (int i = 0; i < held; i++) {
        TensorHandle argument = arguments.get(i);
        if (argument != null) {
          argument.release();
        }
      }
    }
  }
}
