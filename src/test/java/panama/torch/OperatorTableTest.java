package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import panama.torch.nn.Functional;

/**
 * Compares the table of operators with the libtorch in use and with the classes that have its
 * methods.
 */
class OperatorTableTest {
  private static final Path TABLE = Path.of("src/operators/operators.txt");

  private static List<String> schemas() throws IOException {
    return Files.readAllLines(TABLE).stream().filter(line -> line.startsWith("aten::")).toList();
  }

  private static String name(String schema) {
    return schema.substring(0, schema.indexOf('('));
  }

  @Test
  void schemasEqualThoseOfLibtorch() throws IOException {
    assertThat(schemas())
        .isNotEmpty()
        .allSatisfy(schema -> assertThat(Torch.op(name(schema)).schema()).isEqualTo(schema));
  }

  @Test
  void inPlaceOperatorsHaveTheSameArguments() throws IOException {
    List<String> lines = Files.readAllLines(TABLE);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("  in ") && lines.get(i).contains("Tensor_")) {
        String schema = lines.get(i - 1);
        String inPlace = name(schema).replaceFirst("^(aten::[a-z0-9_]+)", "$1_");
        assertThat(arguments(Torch.op(inPlace).schema())).isEqualTo(arguments(schema));
      }
    }
  }

  /** Returns the arguments of a schema except the first, which an in-place operator writes to. */
  private static String arguments(String schema) {
    return schema.replaceFirst("^[^ ]*\\([^ ]* ", "").replaceFirst(" -> .*", "");
  }

  /** Methods outside the table: conversion, indexing, and methods that call several operators. */
  private static final Set<String> BY_HAND =
      Set.of(
          "to",
          "cpu",
          "norm",
          "unique",
          "expand",
          "slice",
          "get",
          "iterator",
          "set_",
          "index",
          "indexPut_",
          "copyFrom_",
          "readFrom_",
          "requiresGrad_",
          "retainGrad",
          "grad",
          "setData",
          "tensor",
          "randint",
          "normal",
          "einsum",
          "tensordot",
          "rnn",
          "lstm",
          "embedding",
          "embeddingBag",
          "softmin",
          "softsign",
          "tanhshrink",
          "gumbelSoftmax",
          "dropout1d",
          "dropout2d",
          "dropout3d",
          "normalize",
          "batchNorm",
          "instanceNorm",
          "localResponseNorm",
          "adaptiveMaxPool1d",
          "adaptiveMaxPool2d",
          "adaptiveMaxPool3d",
          "lpPool1d",
          "lpPool2d",
          "lpPool3d",
          "klDiv",
          "gaussianNllLoss",
          "multilabelSoftMarginLoss",
          "ctcLoss");

  @Test
  void everyMethodThatReturnsTensorsIsInTheTable() {
    assertThat(
            Stream.of(Tensor.class, Torch.class, Functional.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
                .filter(OperatorTableTest::returnsTensors)
                .map(Method::getName)
                .filter(name -> !BY_HAND.contains(name)))
        .isEmpty();
  }

  private static boolean returnsTensors(Method method) {
    return method.getGenericReturnType().getTypeName().contains("Tensor")
        && !method.getReturnType().equals(TensorOptions.class);
  }

  private static final Path DOCUMENTED = Path.of("src/test/resources/golden/documented_names.txt");
  private static final Path LEFT_OUT = Path.of("src/operators/left-out.md");

  private static Set<String> offered() {
    return Stream.of(Tensor.class, Torch.class, Linalg.class, Functional.class)
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .map(Method::getName)
        .collect(Collectors.toSet());
  }

  private static String camel(String name) {
    return Pattern.compile("(?<=[a-z0-9])_([a-z0-9])")
        .matcher(name)
        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  private static Stream<String> names(String cell) {
    return Pattern.compile("`(\\w+)`").matcher(cell).results().map(match -> match.group(1));
  }

  private static List<String> leftOut() throws IOException {
    return Files.readAllLines(LEFT_OUT).stream().filter(line -> line.startsWith("| `")).toList();
  }

  @Test
  void documentedFunctionsAreOfferedOrListedAsLeftOut() throws IOException {
    Set<String> offered = offered();
    List<String> absent =
        Files.readAllLines(DOCUMENTED).stream()
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .filter(name -> !offered.contains(camel(name)))
            .distinct()
            .toList();
    assertThat(leftOut().stream().flatMap(line -> names(line.substring(0, line.indexOf('|', 1)))))
        .containsExactlyInAnyOrderElementsOf(absent);
  }

  @Test
  void aliasesLeftOutAreOfferedUnderTheirOtherName() throws IOException {
    Pattern alias = Pattern.compile("alias of `(\\w+)`");
    assertThat(leftOut().stream().flatMap(line -> alias.matcher(line).results()))
        .isNotEmpty()
        .allSatisfy(match -> assertThat(offered()).contains(camel(match.group(1))));
  }
}
