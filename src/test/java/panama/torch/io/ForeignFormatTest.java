package panama.torch.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of torch.save and in other formats. foreign.py creates those in foreign/. */
class ForeignFormatTest {
  private static final Path FOREIGN = Path.of("src/test/resources/golden/foreign");

  @TempDir Path folder;

  private static String message(Path path) {
    try {
      SafeTensors.load(path);
    } catch (IOException e) {
      return e.getMessage();
    }
    throw new AssertionError(path + " was loaded");
  }

  private String messageOn(byte[] content) throws IOException {
    return message(Files.write(folder.resolve("x.safetensors"), content));
  }

  @ParameterizedTest
  @CsvSource({
    "state.pt, Torch.load reads it",
    "array.npy, NumPy.load reads it",
    "arrays.npz, NumPy.loadz reads it"
  })
  void namesTheMethodThatReadsIt(String name, String method) {
    assertThat(message(FOREIGN.resolve(name))).contains(method);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          state.pt     | a PyTorch checkpoint (torch.save)             | torch.load('state.pt', map_location='cpu', weights_only=True).items()}, 'state.safetensors')
          legacy.pt    | a PyTorch checkpoint (torch.save)             | torch.load('legacy.pt', map_location='cpu', weights_only=True).items()}, 'legacy.safetensors')
          script.pt    | a TorchScript program (torch.jit.save)        | torch.jit.load('script.pt', map_location='cpu').state_dict().items()}, 'script.safetensors')
          exported.pt2 | an exported PyTorch program (torch.export.save) | torch.export.load('exported.pt2').state_dict.items()}, 'exported.safetensors')
          array.npy    | a NumPy array (.npy)                          | np.load('array.npy'))}, 'array.safetensors')
          arrays.npz   | an archive of NumPy arrays (.npz)             | np.load('arrays.npz').items()}, 'arrays.safetensors')
          list2.pkl    | a Python pickle                               | torch.load('list2.pkl'
          list4.pkl    | a Python pickle                               | torch.load('list4.pkl'
          list5.pkl    | a Python pickle                               | torch.load('list5.pkl'
          """)
  void namesTheFormatAndTheLinesThatConvertIt(String name, String format, String line) {
    Path path = FOREIGN.resolve(name);
    assertThat(message(path))
        .startsWith(path + " is no safetensors file but " + format + ";")
        .containsPattern(
            " convert it once in Python:"
                + "\nimport .*; from safetensors.(torch|numpy) import save_file\nsave_file\\(")
        .contains(line);
    assertThatThrownBy(() -> SafeTensors.loadMetadata(path)).hasMessage(message(path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version https://git-lfs.github.com/spec/v1 | git lfs pull
          <!DOCTYPE html><html>                      | HTML
          {"metadata": {"total_size": 1}}            | the index of several
          GGUF0123456789                             | a GGUF file
          """)
  void namesKnownTextFormats(String content, String named) throws IOException {
    assertThat(messageOn(content.getBytes(UTF_8)))
        .contains("is no safetensors file but ")
        .contains(named);
  }

  @Test
  void namesHdf5AndGzip() throws IOException {
    assertThat(messageOn("\u0089HDF\r\n\u001a\n0123".getBytes(ISO_8859_1)))
        .contains("an HDF5 file");
    assertThat(messageOn(new byte[] {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3, 4, 0, 3})).contains("gzip");
  }

  @Test
  void namesOtherZipArchives() throws IOException {
    Path path = folder.resolve("x.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
    assertThat(message(path)).endsWith("but a zip archive");
    assertThat(messageOn("PK\3\4, and no archive".getBytes(UTF_8))).endsWith("but a zip archive");
  }

  /** The first bytes of the file are those of a pickle. */
  @ParameterizedTest
  @ValueSource(longs = {0x0280, 0x0380, 0x0480, 0x0580, 0x1_0280})
  void aDamagedFileIsNotTakenForAPickle(long length) throws IOException {
    byte[] content = new byte[(int) length + 20];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertThat(messageOn(content)).contains("is no sound safetensors file");
  }
}
