package panama.torch.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes that native calls come in. Each holds its tensors for the length of the call, passes
 * the error slot, and takes ownership of what comes back.
 */
final class Calls {
  interface Unary {
    MemorySegment call(MemorySegment x, MemorySegment error);
  }

  interface Binary {
    MemorySegment call(MemorySegment a, MemorySegment b, MemorySegment error);
  }

  interface Ternary {
    MemorySegment call(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment error);
  }

  interface Effect {
    int call(MemorySegment x, MemorySegment error);
  }

  interface BinaryEffect {
    int call(MemorySegment a, MemorySegment b, MemorySegment error);
  }

  /** A call on any number of tensors, whose addresses stand at {@code pointers}. */
  interface Many {
    int call(MemorySegment pointers, MemorySegment results, MemorySegment error);
  }

  private Calls() {}

  static TensorHandle unary(CallFrame frame, String operation, TensorHandle x, Unary call) {
    MemorySegment px = x.acquire(operation);
    try {
      return frame.own(operation, call.call(px, frame.error()), x);
    } finally {
      x.release();
    }
  }

  static TensorHandle binary(
      CallFrame frame, String operation, TensorHandle a, TensorHandle b, Binary call) {
    MemorySegment pa = a.acquire(operation);
    try {
      MemorySegment pb = b.acquire(operation);
      try {
        return frame.own(operation, call.call(pa, pb, frame.error()), a, b);
      } finally {
        b.release();
      }
    } finally {
      a.release();
    }
  }

  /** The third tensor may be absent. */
  static TensorHandle ternary(
      CallFrame frame,
      String operation,
      TensorHandle a,
      TensorHandle b,
      @Nullable TensorHandle c,
      Ternary call) {
    if (c == null) {
      return binary(
          frame, operation, a, b, (pa, pb, error) -> call.call(pa, pb, MemorySegment.NULL, error));
    }
    MemorySegment pc = c.acquire(operation);
    try {
      return binary(frame, operation, a, b, (pa, pb, error) -> call.call(pa, pb, pc, error));
    } finally {
      c.release();
    }
  }

  static void effect(CallFrame frame, String operation, TensorHandle x, Effect call) {
    MemorySegment px = x.acquire(operation);
    try {
      frame.check(operation, call.call(px, frame.error()), x);
      if (ForwardCalls.areNoted()) {
        ForwardCalls.note(px); // changed in place, perhaps
      }
    } finally {
      x.release();
    }
  }

  static void effect(
      CallFrame frame, String operation, TensorHandle a, TensorHandle b, BinaryEffect call) {
    MemorySegment pb = b.acquire(operation);
    try {
      MemorySegment pa = a.acquire(operation);
      try {
        frame.check(operation, call.call(pa, pb, frame.error()), a, b);
        if (ForwardCalls.areNoted()) {
          ForwardCalls.note(pa);
        }
      } finally {
        a.release();
      }
    } finally {
      b.release();
    }
  }

  /**
   * Any number of tensors in, {@code resultCount} out. Absent tensors are null on both sides.
   *
   * @return as many handles as asked for
   */
  static @Nullable TensorHandle[] many(
      CallFrame frame,
      String operation,
      List<? extends @Nullable TensorHandle> arguments,
      int resultCount,
      Many call) {
    MemorySegment pointers = frame.pointers(arguments.size());
    MemorySegment results = frame.pointers(resultCount);
    int held = 0;
    try {
      for (TensorHandle argument : arguments) {
        pointers.setAtIndex(
            ADDRESS, held, argument == null ? MemorySegment.NULL : argument.acquire(operation));
        held++;
      }
      if (call.call(pointers, results, frame.error()) != 0) {
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
