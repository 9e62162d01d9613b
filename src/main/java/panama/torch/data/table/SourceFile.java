package panama.torch.data.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A text file that is read, and the exceptions for errors in it. */
record SourceFile(Path path, Charset charset) {
  private static final int BYTE_ORDER_MARK = '\uFEFF';

  /** Opens the file and skips its byte order mark, if there is one. */
  BufferedReader open() throws IOException {
    if (Files.isDirectory(path)) {
      throw error("expected a file, got a folder");
    }
    // Not with an InputStreamReader of a charset, which would replace malformed bytes.
    BufferedReader reader = Files.newBufferedReader(path, charset);
    try {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return reader;
    } catch (CharacterCodingException e) {
      reader.close();
      throw malformed(e);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  IOException error(String message) {
    return new IOException(path + ": " + message);
  }

  IOException error(long line, String message) {
    return new IOException(at(line) + ": " + message);
  }

  IOException error(long line, String column, String message) {
    return new IOException(at(line, column) + ": " + message);
  }

  String at(long line) {
    return path + ", line " + line;
  }

  String at(long line, String column) {
    return "%s, column '%s'".formatted(at(line), column);
  }

  /** Returns the error for bytes that are not text, whose line is found by reading once more. */
  IOException malformed(CharacterCodingException cause) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    CharsetDecoder decoder = charset.newDecoder();
    CharBuffer part = CharBuffer.allocate(1 << 13);
    long line = 1;
    while (decoder.decode(bytes, part, true).isOverflow()) {
      line += part.flip().chars().filter(c -> c == '\n').count();
      part.clear();
    }
    line += part.flip().chars().filter(c -> c == '\n').count();
    IOException e =
        error(
            line,
            String.format(
                Locale.ROOT,
                "expected text in %s, got the malformed byte 0x%02x; the file may be in another"
                    + " charset",
                charset,
                bytes.hasRemaining() ? bytes.get() : 0));
    e.initCause(cause);
    return e;
  }
}
