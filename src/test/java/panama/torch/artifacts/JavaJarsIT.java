package panama.torch.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The contents of the other jars and of the published POM. */
class JavaJarsIT {
  private static List<String> names(Path jar) throws Exception {
    try (JarFile file = new JarFile(jar.toFile())) {
      return Collections.list(file.entries()).stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .toList();
    }
  }

  @Test
  void theMainJarIsANamedModuleThatExportsOnlyTheApi() {
    ModuleDescriptor descriptor =
        ModuleFinder.of(Jars.MAIN).findAll().iterator().next().descriptor();
    assertThat(descriptor.toNameAndVersion()).isEqualTo("panama.torch@" + Jars.VERSION);
    assertThat(descriptor.isAutomatic()).isFalse();
    assertThat(descriptor.exports())
        .extracting(ModuleDescriptor.Exports::source)
        .contains("panama.torch", "panama.torch.nn")
        .noneMatch(name -> name.startsWith("panama.torch.internal"));
  }

  @Test
  void theMainJarHasALicenceAndNoNativeCode() throws Exception {
    assertThat(names(Jars.MAIN))
        .noneMatch(name -> name.endsWith(".so"))
        .contains(
            "META-INF/LICENSE",
            "META-INF/jshell/panama-torch.jsh",
            "META-INF/native-image/io.github.panama-torch/panama-torch/reachability-metadata.json");
  }

  @Test
  void theLibtorchJarHasItsLicences() throws Exception {
    assertThat(names(Jars.LIBTORCH)).contains("META-INF/LICENSES");
    try (JarFile file = new JarFile(Jars.LIBTORCH.toFile())) {
      String licences =
          new String(file.getInputStream(file.getEntry("META-INF/LICENSES")).readAllBytes(), UTF_8);
      assertThat(licences).contains("From PyTorch:", "third_party/sleef", "libgomp", "oneMKL");
    }
  }

  @Test
  void sourcesAndJavadocJarsExist() throws Exception {
    assertThat(names(Jars.classified("sources")))
        .contains("panama/torch/Tensor.java", "panama/torch/internal/ffi/PanamaTorch.java");
    assertThat(names(Jars.classified("javadoc")))
        .contains("index.html", "panama.torch/panama/torch/Tensor.html")
        .noneMatch(name -> name.contains("panama/torch/internal/"));
  }

  @Test
  void thePomHasWhatMavenCentralRequires() throws Exception {
    String pom =
        Files.readString(
            Path.of(System.getProperty("project.basedir"), "target/flattened-pom.xml"));
    assertThat(pom)
        .contains("<name>", "<description>", "<url>", "<license>", "<developer>", "<scm>")
        .doesNotContain("<parent>", "<build>", "<profiles>", "<scope>test</scope>", "${");
    assertThat(pom.substring(pom.indexOf("<dependencies>")))
        .contains("jspecify", "jackson-core")
        .doesNotContain("SNAPSHOT");
  }
}
