package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_tensor_info;

/** The properties of a tensor at one moment: a copy of pt_tensor_info. */
public record TensorInfo(
    long[] sizes,
    long[] strides,
    long dataAddress,
    long numel,
    long elementSize,
    int dtype,
    int deviceType,
    int deviceIndex,
    boolean requiresGrad,
    boolean isLeaf,
    boolean isContiguous) {
  private static final long BYTES = pt_tensor_info.layout().byteSize();

  /** Returns the current properties of a tensor. */
  public static TensorInfo of(TensorHandle tensor, String operation) {
    CallFrame frame = CallFrame.enter();
    tensor.hold(operation); // keeps the sizes and strides, to which the info points
    try {
      return read(frame.at(describe(tensor, operation, frame)).reinterpret(BYTES));
    } finally {
      tensor.release();
    }
  }

  // One property each, which unlike a TensorInfo allocates nothing.

  /** Returns the number of dimensions. */
  public static int dim(TensorHandle tensor, String operation) {
    CallFrame frame = CallFrame.enter();
    return (int) frame.getLong(describe(tensor, operation, frame) + pt_tensor_info.dim$offset());
  }

  /** Returns the size of a dimension, counted from the end if negative; -1 if there is none. */
  public static long size(TensorHandle tensor, String operation, int dim) {
    CallFrame frame = CallFrame.enter();
    tensor.hold(operation);
    try {
      long info = describe(tensor, operation, frame);
      long dims = frame.getLong(info + pt_tensor_info.dim$offset());
      long index = dim < 0 ? dim + dims : dim;
      long sizes = frame.getLong(info + pt_tensor_info.sizes$offset());
      return index < 0 || index >= dims ? -1 : frame.getLong(sizes + index * Long.BYTES);
    } finally {
      tensor.release();
    }
  }

  /** Returns the code of the type. */
  public static int dtype(TensorHandle tensor, String operation) {
    CallFrame frame = CallFrame.enter();
    return frame.getInt(describe(tensor, operation, frame) + pt_tensor_info.dtype$offset());
  }

  /** Returns the address of a pt_tensor_info in the frame's memory. */
  private static long describe(TensorHandle tensor, String operation, CallFrame frame) {
    long info = frame.reserveBytes(BYTES);
    tensor.hold(operation);
    try {
      if (PanamaTorch.pt_tensor_describe(frame.at(tensor.address()), frame.at(info), frame.call())
          != 0) {
        throw frame.failure(operation, List.of());
      }
      return info;
    } finally {
      tensor.release();
    }
  }

  private static TensorInfo read(MemorySegment info) {
    long dim = pt_tensor_info.dim(info);
    return new TensorInfo(
        longs(pt_tensor_info.sizes(info), dim),
        longs(pt_tensor_info.strides(info), dim),
        pt_tensor_info.data(info).address(),
        pt_tensor_info.numel(info),
        pt_tensor_info.element_size(info),
        pt_tensor_info.dtype(info),
        pt_tensor_info.device_type(info),
        pt_tensor_info.device_index(info),
        pt_tensor_info.requires_grad(info),
        pt_tensor_info.is_leaf(info),
        pt_tensor_info.is_contiguous(info));
  }

  private static long[] longs(MemorySegment address, long count) {
    return address.address() == 0
        ? new long[0]
        : address.reinterpret(count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
  }

  /**
   * Returns the arguments of a failed call, such as {@code (float32[3, 4], int64[5])}. The caller
   * still holds them. Does not use the frame's scratch memory, which the failed call may still
   * need.
   */
  static String signature(List<? extends @Nullable TensorHandle> arguments) {
    if (arguments.isEmpty()) {
      return "";
    }
    StringJoiner text = new StringJoiner(", ", "(", ")");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = pt_tensor_info.allocate(arena);
      MemorySegment error = arena.allocate(8);
      for (TensorHandle argument : arguments) {
        if (argument == null) {
          text.add("null");
        } else if (PanamaTorch.pt_tensor_describe(argument.held(), info, error) != 0) {
          PanamaTorch.pt_error_free(error.get(ADDRESS, 0));
          text.add("?");
        } else {
          TensorInfo read = read(info);
          text.add(DTypeNames.of(read.dtype) + Arrays.toString(read.sizes));
        }
        if (text.length() > 200) {
          text.add("...");
          break;
        }
      }
    }
    return text.toString();
  }
}
