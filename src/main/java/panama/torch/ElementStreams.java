package panama.torch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Reads and writes the elements of tensors through small arrays: a segment of a tensor's memory
 * would keep that memory alive until the segment is garbage-collected.
 */
final class ElementStreams {
  /** The number of bytes that are copied at a time, a multiple of the size of every type. */
  private static final int CHUNK = 1 << 18;

  private ElementStreams() {}

  static void write(Tensor tensor, OutputStream out) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor elements = tensor.detach().to(Device.CPU).flatten();
      long count = elements.numel();
      long step = CHUNK / tensor.dtype().bytes();
      for (long at = 0; at < count; at += step) {
        try (Tensor chunk = elements.slice(0, at, Math.min(at + step, count))) {
          out.write(chunk.toByteArray());
        }
      }
    }
  }

  static void read(Tensor tensor, InputStream in) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor target = tensor.detach();
      boolean isDirect = target.isContiguous();
      Tensor elements = (isDirect ? target : target.contiguous()).flatten();
      int elementBytes = tensor.dtype().bytes();
      long bytes = elements.numel() * elementBytes;
      byte[] chunk = new byte[(int) Math.min(CHUNK, bytes)];
      for (long at = 0; at < bytes; at += CHUNK) {
        int length = (int) Math.min(CHUNK, bytes - at);
        int there = in.readNBytes(chunk, 0, length);
        if (there < length) {
          throw new EOFException(
              String.format(
                  Locale.ROOT, "in: expected %d bytes, got %d before its end", bytes, at + there));
        }
        try (Tensor part = elements.narrow(0, at / elementBytes, length / elementBytes)) {
          part.copyFrom_(MemorySegment.ofArray(chunk).asSlice(0, length));
        }
      }
      if (!isDirect) {
        target.copy_(elements.reshape(target.shape().toArray()));
      }
    }
  }
}
