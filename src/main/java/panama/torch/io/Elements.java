package panama.torch.io;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * Reads and writes the elements of tensors through small arrays: a segment of a tensor's memory
 * would keep that memory alive until the segment is garbage-collected.
 */
final class Elements {
  /** The number of bytes that are copied at a time, a multiple of the size of every type. */
  private static final int CHUNK = 1 << 18;

  /** Gives the bytes of a file, one part after another. */
  interface Source {
    /**
     * Reads the next bytes.
     *
     * @param to takes them
     * @param length how many, at most as many as it holds
     * @throws IOException if there are fewer, or they cannot be read
     */
    void read(byte[] to, int length) throws IOException;
  }

  private Elements() {}

  /** Writes the elements in row-major order. */
  static void write(OutputStream file, Tensor tensor) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor elements = tensor.detach().to(Device.CPU).flatten();
      long count = elements.numel();
      long step = CHUNK / tensor.dtype().bytes();
      for (long at = 0; at < count; at += step) {
        try (Tensor chunk = elements.slice(0, at, Math.min(at + step, count))) {
          file.write(chunk.toByteArray());
        }
      }
    }
  }

  /** Reads the elements of a contiguous tensor of the CPU in row-major order. */
  static void read(Source file, Tensor tensor) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor elements = tensor.detach().flatten();
      int elementBytes = tensor.dtype().bytes();
      long bytes = tensor.numel() * elementBytes;
      byte[] chunk = new byte[(int) Math.min(CHUNK, bytes)];
      for (long at = 0; at < bytes; at += CHUNK) {
        int length = (int) Math.min(CHUNK, bytes - at);
        file.read(chunk, length);
        try (Tensor part = elements.narrow(0, at / elementBytes, length / elementBytes)) {
          part.copyFrom_(MemorySegment.ofArray(chunk).asSlice(0, length));
        }
      }
    }
  }
}
