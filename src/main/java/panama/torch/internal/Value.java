package panama.torch.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_value;

/** A pt_value on the Java side: a number, or any argument or result of an operator. */
public sealed interface Value {
  long BYTES = pt_value.layout().byteSize();

  record None() implements Value {}

  record Default() implements Value {}

  record TensorValue(TensorHandle handle) implements Value {}

  record Int(long value) implements Value {}

  record Real(double value) implements Value {}

  record Truth(boolean value) implements Value {}

  record Text(String value) implements Value {}

  record Place(int type, int index) implements Value {}

  record Tensors(List<? extends @Nullable TensorHandle> handles) implements Value {}

  record Ints(long[] values) implements Value {}

  record Reals(double[] values) implements Value {}

  record Truths(boolean[] values) implements Value {}

  record Random(GeneratorHandle generator) implements Value {}

  /**
   * Writes this value. Tensors in it must be held by the caller; lists go to the frame's memory.
   *
   * @param segment {@link #BYTES} bytes
   */
  default void write(MemorySegment segment, CallFrame frame) {
    MemorySegment payload = pt_value.payload(segment);
    switch (this) {
      case None() -> kind(segment, PanamaTorch.PT_NONE(), 0);
      case Default() -> kind(segment, PanamaTorch.PT_DEFAULT(), 0);
      case TensorValue(TensorHandle handle) -> {
        kind(segment, PanamaTorch.PT_TENSOR(), 0);
        payload.set(ADDRESS, 0, handle.held());
      }
      case Int(long value) -> {
        kind(segment, PanamaTorch.PT_INT(), 0);
        payload.set(JAVA_LONG, 0, value);
      }
      case Real(double value) -> {
        kind(segment, PanamaTorch.PT_DOUBLE(), 0);
        payload.set(JAVA_DOUBLE, 0, value);
      }
      case Truth(boolean value) -> {
        kind(segment, PanamaTorch.PT_TRUTH(), 0);
        payload.set(JAVA_LONG, 0, value ? 1 : 0);
      }
      case Text(String value) -> {
        byte[] bytes = CallFrame.utf8(value);
        kind(segment, PanamaTorch.PT_STRING(), bytes.length);
        payload.set(ADDRESS, 0, frame.utf8(bytes));
      }
      case Place(int type, int index) -> {
        kind(segment, PanamaTorch.PT_DEVICE(), index);
        payload.set(JAVA_LONG, 0, type);
      }
      case Tensors(var handles) -> {
        MemorySegment pointers = frame.pointers(handles.size());
        for (int i = 0; i < handles.size(); i++) {
          TensorHandle handle = handles.get(i);
          pointers.setAtIndex(ADDRESS, i, handle == null ? MemorySegment.NULL : handle.held());
        }
        kind(segment, PanamaTorch.PT_TENSOR_LIST(), handles.size());
        payload.set(ADDRESS, 0, pointers);
      }
      case Ints(long[] values) -> {
        kind(segment, PanamaTorch.PT_INT_LIST(), values.length);
        payload.set(ADDRESS, 0, frame.longs(values));
      }
      case Reals(double[] values) -> {
        MemorySegment reals = frame.allocate(values.length * JAVA_DOUBLE.byteSize());
        MemorySegment.copy(values, 0, reals, JAVA_DOUBLE, 0, values.length);
        kind(segment, PanamaTorch.PT_DOUBLE_LIST(), values.length);
        payload.set(ADDRESS, 0, reals);
      }
      case Random(GeneratorHandle generator) -> {
        kind(segment, PanamaTorch.PT_GENERATOR(), 0);
        payload.set(ADDRESS, 0, generator.address());
      }
      case Truths(boolean[] values) -> {
        long[] truths = new long[values.length];
        for (int i = 0; i < values.length; i++) {
          truths[i] = values[i] ? 1 : 0;
        }
        kind(segment, PanamaTorch.PT_TRUTH_LIST(), values.length);
        payload.set(ADDRESS, 0, frame.longs(truths));
      }
    }
  }

  private static void kind(MemorySegment segment, int kind, long length) {
    pt_value.kind(segment, kind);
    pt_value.length(segment, length);
  }

  /** Takes a result: its tensors become owned handles, its list or string is copied and freed. */
  static Value take(MemorySegment segment) {
    long kind = pt_value.kind(segment);
    int length = Math.toIntExact(pt_value.length(segment));
    MemorySegment payload = pt_value.payload(segment);
    try {
      if (kind == PanamaTorch.PT_NONE()) {
        return new None();
      } else if (kind == PanamaTorch.PT_TENSOR()) {
        return new TensorValue(new TensorHandle(payload.get(ADDRESS, 0)));
      } else if (kind == PanamaTorch.PT_INT()) {
        return new Int(payload.get(JAVA_LONG, 0));
      } else if (kind == PanamaTorch.PT_DOUBLE()) {
        return new Real(payload.get(JAVA_DOUBLE, 0));
      } else if (kind == PanamaTorch.PT_TRUTH()) {
        return new Truth(payload.get(JAVA_LONG, 0) != 0);
      } else if (kind == PanamaTorch.PT_STRING()) {
        return new Text(NativeErrors.string(payload.get(ADDRESS, 0), length));
      } else if (kind == PanamaTorch.PT_TENSOR_LIST()) {
        @Nullable TensorHandle[] handles = new TensorHandle[length];
        MemorySegment pointers = list(payload, length);
        for (int i = 0; i < length; i++) {
          MemorySegment pointer = pointers.getAtIndex(ADDRESS, i);
          handles[i] = pointer.address() == 0 ? null : new TensorHandle(pointer);
        }
        return new Tensors(Arrays.asList(handles));
      } else if (kind == PanamaTorch.PT_INT_LIST()) {
        return new Ints(list(payload, length).toArray(JAVA_LONG));
      } else if (kind == PanamaTorch.PT_DOUBLE_LIST()) {
        return new Reals(list(payload, length).toArray(JAVA_DOUBLE));
      } else if (kind == PanamaTorch.PT_TRUTH_LIST()) {
        boolean[] truths = new boolean[length];
        for (int i = 0; i < length; i++) {
          truths[i] = list(payload, length).getAtIndex(JAVA_LONG, i) != 0;
        }
        return new Truths(truths);
      }
      throw new IllegalStateException("unknown pt_kind " + kind + " in a result");
    } finally {
      PanamaTorch.pt_value_free(segment);
    }
  }

  private static MemorySegment list(MemorySegment payload, long length) {
    return payload.get(ADDRESS, 0).reinterpret(length * 8);
  }

  /** The tensors in this value, which a call must hold. */
  default List<? extends @Nullable TensorHandle> tensors() {
    return switch (this) {
      case TensorValue(TensorHandle handle) -> List.of(handle);
      case Tensors(var handles) -> handles;
      default -> List.of();
    };
  }
}
