package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes that need an optional dependency name it when it is absent. */
class OptionalLibrariesTest {
  @ParameterizedTest
  @CsvSource({
    "panama.torch.data.table.Csv, read, de.siegmar:fastcsv",
    "panama.torch.data.preprocessing.HuggingFaceTokenizer, load, ai.djl.huggingface:tokenizers"
  })
  void absentLibrariesAreNamed(String name, String method, String coordinates, @TempDir Path folder)
      throws IOException, ReflectiveOperationException {
    Path file = Files.writeString(folder.resolve("file"), "{\"model\": {\"vocab\": {\"a\": 0}}}");
    List<URL> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains(coordinates.replaceAll("[.:]", "/").replace('/', File.separatorChar))) {
        classPath.add(Path.of(entry).toUri().toURL());
      }
    }
    try (var loader =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Throwable thrown = null;
      try {
        loader.loadClass(name).getMethod(method, Path.class).invoke(null, file);
      } catch (InvocationTargetException e) {
        thrown = e.getCause();
      }
      assertThat(thrown)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("add the dependency " + coordinates);
    }
  }
}
