package panama.torch.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * File formats that are often passed to {@link SafeTensors#load} by mistake, above all that of
 * {@code torch.save}. They are recognised by their first bytes; the error names the format and, if
 * there is one, the method that reads it, and shows the Python code that converts the file.
 */
enum ForeignFormat {
  TORCH_SCRIPT(
      "a TorchScript program (torch.jit.save)",
      "import torch; from safetensors.torch import save_file",
      "save_file({k: v.contiguous().clone() for k, v in"
          + " torch.jit.load('%1$s', map_location='cpu').state_dict().items()}, '%2$s')"),
  EXPORTED(
      "an exported PyTorch program (torch.export.save)",
      "import torch; from safetensors.torch import save_file",
      "save_file({k: v.contiguous().clone() for k, v in"
          + " torch.export.load('%1$s').state_dict.items()}, '%2$s')"),
  CHECKPOINT(
      "a PyTorch checkpoint (torch.save)",
      "import torch; from safetensors.torch import save_file",
      "save_file({k: v.contiguous().clone() for k, v in"
          + " torch.load('%1$s', map_location='cpu', weights_only=True).items()}, '%2$s')"),
  PICKLE("a Python pickle", CHECKPOINT.python),
  NPY(
      "a NumPy array (.npy)",
      "import numpy as np; from safetensors.numpy import save_file",
      "save_file({'array': np.ascontiguousarray(np.load('%1$s'))}, '%2$s')"),
  NPZ(
      "an archive of NumPy arrays (.npz)",
      "import numpy as np; from safetensors.numpy import save_file",
      "save_file({k: np.ascontiguousarray(v) for k, v in np.load('%1$s').items()}, '%2$s')"),
  ZIP("a zip archive"),
  HDF5("an HDF5 file"),
  GGUF("a GGUF file"),
  GZIP("a gzip archive"),
  GIT_LFS("a pointer of Git LFS, not the file itself; fetch that with `git lfs pull`"),
  HTML("a page of HTML, as a failed download leaves it"),
  JSON("JSON text, such as a configuration or the index of several safetensors files");

  private static final String ZIP_MAGIC = "504b0304";

  /**
   * The magic number at the start of files that torch.save wrote before it wrote zip archives, as a
   * pickle of protocol 2.
   */
  private static final String TORCH_PICKLE = "80028a0a6cfc9c46f9206aa85019";

  /**
   * A pickle of protocol 4 or 5 that begins with a frame; or one of protocols 2 to 5 whose first
   * eight bytes, read as the length of a safetensors header, are 2^32 or more.
   */
  private static final Pattern PICKLE_MAGIC =
      Pattern.compile("800[45]95|800[2-5].{4}(?!00000000).{8}");

  private static final int HEAD = 64;

  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> python;

  ForeignFormat(String description, String... python) {
    this(description, List.of(python));
  }

  ForeignFormat(String description, List<String> python) {
    this.description = description;
    this.python = python;
  }

  /** Returns the message for a file of another format; null for one that is not recognised. */
  static @Nullable String describe(Path path, RandomAccessFile file) throws IOException {
    byte[] head = new byte[(int) Math.min(HEAD, file.length())];
    file.seek(0);
    file.readFully(head);
    ForeignFormat format = of(path, HexFormat.of().formatHex(head), new String(head, ISO_8859_1));
    return format == null ? null : format.message(path);
  }

  private static @Nullable ForeignFormat of(Path path, String hex, String text) {
    if (hex.startsWith(ZIP_MAGIC)) {
      return inZip(path);
    }
    if (hex.startsWith(TORCH_PICKLE)) {
      return CHECKPOINT;
    }
    if (PICKLE_MAGIC.matcher(hex).lookingAt()) {
      return PICKLE;
    }
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (hex.startsWith("934e554d5059")) {
      return NPY;
    } else if (hex.startsWith("894844460d0a1a0a")) {
      return HDF5;
    } else if (hex.startsWith("1f8b08")) {
      return GZIP;
    } else if (text.startsWith("GGUF")) {
      return GGUF;
    } else if (text.startsWith("version https://git-lfs")) {
      return GIT_LFS;
    } else if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return HTML;
    }
    return start.startsWith("{\"") || text.startsWith("{\n") ? JSON : null;
  }

  /** Recognises a zip archive by its entries. torch writes all of them below one folder. */
  private static ForeignFormat inZip(Path path) {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      if (has(names, "[^/]+/archive_format|([^/]+/)?serialized_exported_program.json")
          || has(names, "[^/]+/models/.*")) {
        return EXPORTED;
      } else if (has(names, "[^/]+/constants.pkl")) {
        return TORCH_SCRIPT;
      } else if (has(names, "[^/]+/data.pkl")) {
        return CHECKPOINT;
      }
      return has(names, ".*\\.npy") ? NPZ : ZIP;
    } catch (IOException e) {
      return ZIP; // damaged
    }
  }

  private static boolean has(List<String> names, String pattern) {
    return names.stream().anyMatch(name -> name.matches(pattern));
  }

  private String message(Path path) {
    String start = path + " is no safetensors file but " + description;
    if (python.isEmpty()) {
      return start;
    }
    String name = String.valueOf(path.getFileName());
    String target = name.replaceFirst("\\.\\w+$", "") + ".safetensors";
    return start
        + loader()
        + " convert it once in Python:\n"
        + String.join("\n", python).formatted(quoted(name), quoted(target))
        + (this == CHECKPOINT || this == PICKLE
            ? "\n(where the weights are one entry of several, such as 'state_dict', take that one)"
            : "");
  }

  /** Names the method of this library that reads the format, if there is one. */
  private String loader() {
    return switch (this) {
      case CHECKPOINT -> "; Torch.load reads it, if PyTorch 1.6 or later wrote it; otherwise";
      case NPY -> "; NumPy.load reads it; or";
      case NPZ -> "; NumPy.loadz reads it; or";
      default -> ";";
    };
  }

  /** Returns the text as it is written between the quotes of a Python string literal. */
  private static String quoted(String name) {
    return name.replace("\\", "\\\\").replace("'", "\\'");
  }
}
