package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles and runs Java code of the documentation, which is imports followed by statements. */
public final class Snippet {
  private Snippet() {}

  /**
   * Compiles the block into the folder, with all lints enabled as errors, and runs it. The lines
   * that are not imports become the body of a method.
   */
  public static void run(Path folder, String name, String block) throws Exception {
    String imports =
        block.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String body =
        block.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    String source =
        "%s\npublic class %s { public static void run() throws Exception {\n%s\n} }"
            .formatted(imports, name, body);
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    var task =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                null,
                null,
                diagnostics,
                List.of(
                    "-Xlint:all",
                    "-Werror",
                    "-d",
                    folder.toString(),
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                List.of(
                    new SimpleJavaFileObject(
                        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                      @Override
                      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                      }
                    }));
    assertThat(task.call()).as("%s\n%s", diagnostics.getDiagnostics(), source).isTrue();
    try (var loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, Snippet.class.getClassLoader())) {
      loader.loadClass(name).getMethod("run").invoke(null);
    }
  }
}
