package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.nn.Module;

/** All imports in the documentation can be used together. */
class ImportsTest {
  private static final Path SCRIPT = Path.of("src/main/resources/META-INF/jshell/panama-torch.jsh");

  /** Packages that jshell and many programs import with a wildcard. */
  private static final List<String> JDK =
      List.of(
          "java.lang",
          "java.io",
          "java.math",
          "java.net",
          "java.nio",
          "java.nio.file",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.function",
          "java.util.regex",
          "java.util.stream");

  /** The class that, as the documentation says, needs an import by name. */
  private static final Set<String> KNOWN = Set.of("Module");

  private static List<String> found(String pattern, Path... files) throws IOException {
    List<String> all = new ArrayList<>();
    for (Path file : files) {
      Pattern.compile(pattern, Pattern.MULTILINE)
          .matcher(Files.readString(file))
          .results()
          .forEach(found -> all.add(found.group(1)));
    }
    assertThat(all).as("%s in %s", pattern, List.of(files)).isNotEmpty();
    return all.stream().distinct().toList();
  }

  private static Path[] documents() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(
              docs.filter(file -> file.toString().endsWith(".md")),
              Stream.of(Path.of("README.md"), SCRIPT))
          .toArray(Path[]::new);
    }
  }

  private static Set<String> exportedPackages() throws IOException {
    return new TreeSet<>(found("^ *exports ([\\w.]+);", Path.of("src/main/java/module-info.java")));
  }

  /** Returns the simple names of the public classes of a package of the JDK. */
  private static Set<String> classesOfTheJdk(String name) throws Exception {
    Path folder =
        FileSystems.getFileSystem(URI.create("jrt:/"))
            .getPath("modules", "java.base", name.replace('.', '/'));
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String simple = file.getFileName().toString().replaceAll("\\.class$", "");
        if (file.toString().endsWith(".class")
            && !simple.contains("$")
            && !simple.endsWith("-info")
            && Modifier.isPublic(Class.forName(name + "." + simple, false, null).getModifiers())) {
          classes.add(simple);
        }
      }
    }
    return classes;
  }

  @Test
  void simpleNamesOfClassesAreUnique() throws Exception {
    Map<String, Set<String>> packages = new TreeMap<>();
    Set<String> exported = exportedPackages();
    new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("panama.torch")
            .stream()
            .filter(type -> type.isTopLevelClass() && exported.contains(type.getPackageName()))
            .map(JavaClass::reflect)
            .filter(type -> Modifier.isPublic(type.getModifiers()))
            .forEach(
                type ->
                    packages
                        .computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
                        .add(type.getPackageName()));
    assertThat(packages).containsKeys("Tensor", "Module", "Adam", "PackedSequence");
    for (String name : JDK) {
      for (String simple : classesOfTheJdk(name)) {
        packages.computeIfPresent(
            simple,
            (same, in) -> {
              in.add(name);
              return in;
            });
      }
    }
    packages.values().removeIf(in -> in.size() == 1);
    assertThat(packages.keySet()).as("%s", packages).isEqualTo(KNOWN);
  }

  private static List<Class<?>> importedStatically() throws Exception {
    List<Class<?>> classes = new ArrayList<>();
    for (String name : found("^import static (panama\\.torch\\.[\\w.]+)\\.\\*;", documents())) {
      classes.add(Class.forName(name));
    }
    classes.add(Linalg.class);
    assertThat(classes).contains(Torch.class).hasSizeGreaterThan(8);
    return classes;
  }

  private static Stream<String> staticNames(Class<?> type) {
    return staticMembers(type).map(member -> member.replaceFirst("/.*", "")).distinct();
  }

  /** Returns the names of fields, and the names of methods with their number of parameters. */
  private static Stream<String> staticMembers(Class<?> type) {
    return Stream.concat(
            Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .map(method -> method.getName() + "/" + parameters(method)),
            Arrays.stream(type.getFields()).map(java.lang.reflect.Field::getName))
        .distinct();
  }

  private static String parameters(Method method) {
    return method.isVarArgs() ? "any" : Integer.toString(method.getParameterCount());
  }

  /**
   * Overloads with the same number of parameters in two classes are ambiguous for some arguments.
   */
  @Test
  void staticMembersOfDifferentClassesAreNotAmbiguous() throws Exception {
    Map<String, Set<String>> classes = new TreeMap<>();
    for (Class<?> type : importedStatically()) {
      staticMembers(type)
          .forEach(
              member ->
                  classes.computeIfAbsent(member, n -> new TreeSet<>()).add(type.getSimpleName()));
    }
    classes.values().removeIf(in -> in.size() == 1);
    assertThat(classes).isEmpty();
  }

  /** The methods of a class hide statically imported ones of the same name for all arguments. */
  @Test
  void modulesHideNoStaticallyImportedFunctions() throws Exception {
    Set<String> names = new HashSet<>();
    for (Class<?> type : List.of(Module.class, Object.class)) {
      for (Method method : type.getDeclaredMethods()) {
        if (!Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic()) {
          names.add(method.getName());
        }
      }
    }
    assertThat(names).contains("register", "parameters", "toString");
    for (Class<?> type : importedStatically()) {
      assertThat(staticNames(type)).as(type.getName()).doesNotContainAnyElementsOf(names);
    }
  }

  @Test
  void allImportsCompileTogether(@TempDir Path folder) throws Exception {
    Stream<String> documented =
        found("^(import (?:static )?panama\\.[\\w.*]+;)", documents()).stream();
    Stream<String> jdk = JDK.stream().map(name -> "import " + name + ".*;");
    Snippet.run(
        folder,
        "Imports",
        Stream.concat(documented, jdk).collect(Collectors.joining("\n"))
            + """

            class Net extends Module {
              final GRU gru = register("gru", GRU.builder(2, 3).build());
            }
            Module net = new Net();
            Tensor x = randn(4, 2, 2);
            PackedSequence packed = packPaddedSequence(x, tensor(new long[] {4, 2}), false);
            PaddedSequence padded = padPackedSequence(packed, false);
            Tensor again = padSequence(List.of(ones(2), ones(1)), true);
            Optimizer optimizer = SGD.builder(net.parameters()).build();
            """);
  }

  /** As docs/jshell.md says; spi is for native jars. */
  @Test
  void jshellImportsAllPackages() throws Exception {
    Set<String> expected = exportedPackages();
    assertThat(expected.remove("panama.torch.spi")).isTrue();
    assertThat(found("^import (panama\\.[\\w.]+)\\.\\*;", SCRIPT))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Documents with a wildcard import of the layers also show the import of Module. */
  @Test
  void wildcardImportsOfLayersComeWithAnImportOfModule() throws Exception {
    for (Path file : documents()) {
      String text = Files.readString(file);
      if (text.contains("import panama.torch.nn.*;")) {
        assertThat(text).as("%s", file).contains("import panama.torch.nn.Module;");
      }
    }
    for (String file : List.of("Module", "package-info")) {
      assertThat(Files.readString(Path.of("src/main/java/panama/torch/nn/" + file + ".java")))
          .contains("import panama.torch.nn.Module");
    }
  }
}
