package panama.torch.data.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import panama.torch.IndexException;

/**
 * A Hugging Face tokenizer, read from a {@code tokenizer.json} file by the library of DJL, an
 * optional dependency: {@code ai.djl.huggingface:tokenizers}.
 *
 * <pre>{@code
 * try (var tokenizer = HuggingFaceTokenizer.load(Path.of("tokenizer.json"))) {
 *   long[] indices = tokenizer.encode("hello");
 * }
 * }</pre>
 *
 * <p>Texts get the special entries that the file defines, such as {@code [CLS]}, and are neither
 * padded nor truncated.
 *
 * <p>DJL unpacks a native library into {@code .djl.ai} in the user's home folder, or into the
 * folder {@code DJL_CACHE_DIR}. On Linux with an NVIDIA GPU and CUDA it downloads a library for
 * CUDA instead, and on Amazon EC2 it reports the instance, its region and DJL's version to its
 * makers. {@code DJL_OFFLINE=true} prevents both, {@code OPT_OUT_TRACKING=true} the report. All
 * three names are environment variables; {@code DJL_CACHE_DIR} and {@code OPT_OUT_TRACKING} may be
 * system properties, too.
 */
public final class HuggingFaceTokenizer implements Tokenizer, AutoCloseable {
  private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer tokenizer;
  private final TokenizerFile file;
  private volatile boolean closed;

  private HuggingFaceTokenizer(
      ai.djl.huggingface.tokenizers.HuggingFaceTokenizer tokenizer, TokenizerFile file) {
    this.tokenizer = tokenizer;
    this.file = file;
  }

  /**
   * Loads a tokenizer.
   *
   * @param path a {@code tokenizer.json} file
   * @throws IOException if the file cannot be read or is not valid
   * @throws IllegalStateException if DJL's library is missing
   */
  public static HuggingFaceTokenizer load(Path path) throws IOException {
    TokenizerFile file = TokenizerFile.read(path);
    boolean interrupted = Thread.interrupted(); // DJL, which unpacks its library, may clear it
    try {
      return new HuggingFaceTokenizer(
          ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.newInstance(
              path, Map.of("padding", "false", "truncation", "false")),
          file);
    } catch (RuntimeException e) {
      if (e.getClass() != RuntimeException.class) { // which the native code throws for such a file
        throw e;
      }
      throw new IOException(path + ": expected a tokenizer.json: " + e.getMessage(), e);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "HuggingFaceTokenizer needs DJL's library; add the dependency"
              + " ai.djl.huggingface:tokenizers:0.33.0; on the module path also add"
              + " 'requires ai.djl.tokenizers' and 'requires org.slf4j'",
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public long[] encode(String text) {
    checkOpen();
    return tokenizer.encode(text).getIds();
  }

  /** Returns the text of indices, without special entries such as padding. */
  @Override
  public String decode(long... indices) {
    for (long index : indices) {
      if (index < 0 || index >= size()) {
        throw new IndexException(
            String.format(Locale.ROOT, "indices: expected 0 to %d, got %d", size() - 1, index));
      }
    }
    checkOpen();
    return tokenizer.decode(indices, true);
  }

  @Override
  public int size() {
    return file.size();
  }

  @Override
  public int padIndex() {
    if (file.padIndex() < 0) {
      throw new IllegalStateException(
          "padIndex: the file has no entry for padding, neither in its section 'padding' nor with"
              + " the name [PAD] or <pad>");
    }
    return file.padIndex();
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    closed = true;
    tokenizer.close();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("HuggingFaceTokenizer: this one is closed; load it again");
    }
  }
}
