package panama.torch.internal.operators;

import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.pt_options;
import panama.torch.internal.runtime.CallFrame;

/** The dtype and device with which a tensor is made: pt_options. */
public record Options(int dtype, int deviceType, int deviceIndex, boolean requiresGrad) {
  MemorySegment write(CallFrame frame) {
    MemorySegment segment = frame.allocate(pt_options.layout().byteSize());
    pt_options.dtype(segment, dtype);
    pt_options.device_type(segment, deviceType);
    pt_options.device_index(segment, deviceIndex);
    pt_options.requires_grad(segment, requiresGrad);
    return segment;
  }
}
