package panama.torch.internal.pickle;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the opcodes of a pickle of protocol 2, named as in Python's module pickletools. */
public final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Starts a pickle. */
  public PickleWriter() {
    out.write(0x80);
    out.write(2);
  }

  /** Returns the pickle, whose value has been written. */
  public byte[] finish() {
    out.write('.');
    return out.toByteArray();
  }

  /** Writes None. */
  public void none() {
    out.write('N');
  }

  /** Writes a bool. */
  public void truth(boolean value) {
    out.write(value ? 0x88 : 0x89);
  }

  /** Writes an int. */
  public void integer(long value) {
    if (value == (int) value) {
      out.write('J');
      little((int) value);
    } else {
      byte[] bytes = BigInteger.valueOf(value).toByteArray();
      out.write(0x8a);
      out.write(bytes.length);
      for (int i = bytes.length - 1; i >= 0; i--) {
        out.write(bytes[i]);
      }
    }
  }

  /** Writes a float. */
  public void real(double value) {
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
  }

  /** Writes a str. */
  public void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    little(utf8.length);
    out.writeBytes(utf8);
  }

  /** Writes a function or class. */
  public void global(String fullName) {
    int dot = fullName.lastIndexOf('.');
    String lines = fullName.substring(0, dot) + "\n" + fullName.substring(dot + 1) + "\n";
    out.write('c');
    out.writeBytes(lines.getBytes(StandardCharsets.US_ASCII));
  }

  /** Starts the elements of a tuple, of a list or of a dict. */
  public void mark() {
    out.write('(');
  }

  /** Ends a tuple. */
  public void tuple() {
    out.write('t');
  }

  /** Writes an empty list. */
  public void emptyList() {
    out.write(']');
  }

  /** Ends the elements of the list before the mark. */
  public void appends() {
    out.write('e');
  }

  /** Writes an empty dict. */
  public void emptyDict() {
    out.write('}');
  }

  /** Ends the keys and values of the dict before the mark. */
  public void setItems() {
    out.write('u');
  }

  /** Replaces a function and a tuple of its arguments by its result. */
  public void reduce() {
    out.write('R');
  }

  /** Replaces an id by the object that has it. */
  public void persistentId() {
    out.write('Q');
  }

  private void little(int value) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(Integer.reverseBytes(value)).array());
  }
}
