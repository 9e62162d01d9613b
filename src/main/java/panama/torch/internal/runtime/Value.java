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

/** An argument or a result of an operator, the Java counterpart of pt_value. */
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
  /** The size of a pt_value in bytes. */
  long BYTES = pt_value.layout().byteSize();

  /**
   * Writes this value as a pt_value. Tensors in it must be held by the caller; the elements of
   * lists are written to the frame's memory, too.
   *
   * @param target the address of {@link #BYTES} bytes that the frame has reserved
   */
  void write(long target, CallFrame frame);

  /** Holds the tensors in this value for a call: all of them, or none if it throws. */
  default void hold(String operation) {}

  /** Ends the holds of {@link #hold}. */
  default void release() {}

  /** Returns the tensors in this value. */
  default List<? extends @Nullable TensorHandle> tensors() {
    return List.of();
  }

  /** Python's None. */
  record None() implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_NONE(), 0, 0);
    }
  }

  /** Stands for the default of the schema. */
  record Default() implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_DEFAULT(), 0, 0);
    }
  }

  /** An int of the schema, or an enumerator such as a dtype. */
  record OfLong(long value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_INT(), 0, value);
    }
  }

  /** A float of the schema. */
  record OfDouble(double value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_DOUBLE(), 0, Double.doubleToRawLongBits(value));
    }
  }

  /** A bool of the schema. */
  record OfBoolean(boolean value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_TRUTH(), 0, value ? 1 : 0);
    }
  }

  /** A str of the schema. */
  record OfString(String value) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      byte[] utf8 = CallFrame.utf8(value);
      frame.set(target, PanamaTorch.PT_STRING(), utf8.length, frame.utf8(utf8).address());
    }
  }

  /**
   * A device.
   *
   * @param type pt_device_type
   * @param index -1 for the current device
   */
  record OfDevice(int type, int index) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_DEVICE(), index, type);
    }
  }

  /** A random number generator. */
  record OfGenerator(GeneratorHandle generator) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_GENERATOR(), 0, generator.address().address());
    }
  }

  /** A list of tensors, in which null stands for an absent one. */
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

  /** A list of int. */
  record OfLongs(long[] values) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      frame.set(target, PanamaTorch.PT_INT_LIST(), values.length, frame.longs(values).address());
    }
  }

  /** A list of float. */
  record OfDoubles(double[] values) implements Value {
    @Override
    public void write(long target, CallFrame frame) {
      MemorySegment doubles = frame.allocate(values.length * JAVA_DOUBLE.byteSize());
      MemorySegment.copy(values, 0, doubles, JAVA_DOUBLE, 0, values.length);
      frame.set(target, PanamaTorch.PT_DOUBLE_LIST(), values.length, doubles.address());
    }
  }

  /** A list of bool. */
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
   * Converts a result: takes ownership of its tensors, and copies and frees its list or string.
   *
   * @param result the address of the pt_value in the frame's memory
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
