package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_value;

/** An argument or a result of an operator: pt_value on the Java side. */
public sealed interface Value
    permits TensorHandle,
        Value.None,
        Value.Default,
        Value.OfLong,
        Value.OfDouble,
        Value.OfBoolean,
        Value.OfString,
        Value.OfDevice,
        Value.OfGenerator,
        Value.OfTensors,
        Value.OfLongs,
        Value.OfDoubles,
        Value.OfBooleans {
  /** The bytes of a pt_value. */
  long BYTES = pt_value.layout().byteSize();

  /**
   * Writes this value where native code reads it. Tensors in it must be held by the caller; lists
   * go to the frame's memory, too.
   *
   * @param target where {@link #BYTES} bytes of the frame's memory begin
   */
  void write(long target, CallFrame frame);

  /** Holds the tensors in this value for a call, all or none. */
  default void hold(String operation) {}

  /** Ends the holds of {@link #hold}. */
  default void release() {}

  /** Returns the tensors in this value. */
  default List<? extends @Nullable TensorHandle> tensors() {
    return List.of();
  }

  /** None of Python. */
  record None() implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_NONE(), 0, 0);
    }
  }

  /** Stands for the default that the schema gives. */
  record Default() implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_DEFAULT(), 0, 0);
    }
  }

  record OfLong(long value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_INT(), 0, value);
    }
  }

  record OfDouble(double value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_DOUBLE(), 0, Double.doubleToRawLongBits(value));
    }
  }

  record OfBoolean(boolean value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_TRUTH(), 0, value ? 1 : 0);
    }
  }

  record OfString(String value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      byte[] utf8 = CallFrame.utf8(value);
      frame.set(target, PanamaTorch.PT_STRING(), utf8.length, frame.utf8(utf8).address());
    }
  }

  record OfDevice(int type, int index) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_DEVICE(), index, type);
    }
  }

  record OfGenerator(GeneratorHandle generator) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_GENERATOR(), 0, generator.address().address());
    }
  }

  /** Null entries are absent tensors. */
  record OfTensors(List<? extends @Nullable TensorHandle> handles) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      MemorySegment pointers = frame.pointers(handles.size());
      for (int i = 0; i < handles.size(); i++) {
        TensorHandle handle = handles.get(i);
        pointers.setAtIndex(ADDRESS, i, handle == null ? MemorySegment.NULL : handle.held());
      }
      frame.set(target, PanamaTorch.PT_TENSOR_LIST(), handles.size(), pointers.address());
    }

    @Override
    public void hold(String operation) {
      int held = 0;
      try {
        for (TensorHandle handle : handles) {
          if (handle != null) {
            handle.acquire(operation);
          }
          held++;
        }
      } finally {
        if (held < handles.size()) {
          release(held);
        }
      }
    }

    @Override
    public void release() {
      release(handles.size());
    }

    private void release(int count) {
      for (int i = 0; i < count; i++) {
        TensorHandle handle = handles.get(i);
        if (handle != null) {
          handle.release();
        }
      }
    }

    @Override
    public List<? extends @Nullable TensorHandle> tensors() {
      return handles;
    }
  }

  record OfLongs(long[] values) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_INT_LIST(), values.length, frame.longs(values).address());
    }
  }

  record OfDoubles(double[] values) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      MemorySegment doubles = frame.allocate(values.length * JAVA_DOUBLE.byteSize());
      MemorySegment.copy(values, 0, doubles, JAVA_DOUBLE, 0, values.length);
      frame.set(target, PanamaTorch.PT_DOUBLE_LIST(), values.length, doubles.address());
    }
  }

  record OfBooleans(boolean[] values) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      long[] numbers = new long[values.length];
      for (int i = 0; i < values.length; i++) {
        numbers[i] = values[i] ? 1 : 0;
      }
      frame.set(target, PanamaTorch.PT_TRUTH_LIST(), values.length, frame.longs(numbers).address());
    }
  }

  /**
   * Takes a result: its tensors become owned handles, its list or string is copied and freed.
   *
   * @param result where it begins in the frame's memory
   */
  static Value take(long result, CallFrame frame) {
    long kind = frame.getLong(result);
    long length = frame.getLong(result + 8);
    long payload = frame.getLong(result + 16);
    if (kind == PanamaTorch.PT_TENSOR()) {
      return new TensorHandle(MemorySegment.ofAddress(payload));
    } else if (kind == PanamaTorch.PT_NONE()) {
      return new None();
    } else if (kind == PanamaTorch.PT_INT()) {
      return new OfLong(payload);
    } else if (kind == PanamaTorch.PT_DOUBLE()) {
      return new OfDouble(Double.longBitsToDouble(payload));
    } else if (kind == PanamaTorch.PT_TRUTH()) {
      return new OfBoolean(payload != 0);
    }
    try {
      return takeList(kind, MemorySegment.ofAddress(payload), length);
    } finally {
      PanamaTorch.pt_value_free(frame.at(result));
    }
  }

  private static Value takeList(long kind, MemorySegment address, long length) {
    if (kind == PanamaTorch.PT_STRING()) {
      return new OfString(NativeErrors.string(address, length));
    }
    MemorySegment list = address.reinterpret(length * 8);
    if (kind == PanamaTorch.PT_TENSOR_LIST()) {
      @Nullable TensorHandle[] handles = new TensorHandle[Math.toIntExact(length)];
      for (int i = 0; i < length; i++) {
        MemorySegment pointer = list.getAtIndex(ADDRESS, i);
        handles[i] = pointer.address() == 0 ? null : new TensorHandle(pointer);
      }
      return new OfTensors(Arrays.asList(handles));
    } else if (kind == PanamaTorch.PT_INT_LIST()) {
      return new OfLongs(list.toArray(JAVA_LONG));
    } else if (kind == PanamaTorch.PT_DOUBLE_LIST()) {
      return new OfDoubles(list.toArray(JAVA_DOUBLE));
    } else if (kind == PanamaTorch.PT_TRUTH_LIST()) {
      boolean[] values = new boolean[Math.toIntExact(length)];
      for (int i = 0; i < values.length; i++) {
        values[i] = list.getAtIndex(JAVA_LONG, i) != 0;
      }
      return new OfBooleans(values);
    }
    throw new IllegalStateException("unknown pt_kind " + kind + " in a result");
  }
}
