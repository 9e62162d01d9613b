package panama.torch.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("locale")
class CsvTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void namePath() {
    path = folder.resolve("data.csv");
  }

  private Csv.Builder csv(String text) throws IOException {
    Files.writeString(path, text);
    return Csv.builder(path);
  }

  /** Asserts that an error of a file names it. */
  private void assertInvalid(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IOException.class).hasMessage(path + message);
  }

  @Test
  void infersTypes() throws IOException {
    Files.writeString(
        path,
        """
        id,value,day,at,seen,name
        1, -2.5e3 ,2026-01-31,2026-01-31T10:00,2026-01-31 10:00:30,"x, ""y"" "
        2,.5,2026-02-28,2026-01-31T11:00:01.5,2026-02-01 00:00,ü
        """);
    Table table = Csv.read(path);
    assertThat(table)
        .hasToString(
            "Table(2 rows: id NUMBER, value NUMBER, day DATE, at DATE_TIME, seen DATE_TIME, name"
                + " TEXT)");
    assertThat(table.doubles("value")).containsExactly(-2500, 0.5);
    assertThat(table.dates("day").get(1)).isEqualTo("2026-02-28");
    assertThat(table.dateTimes("at").get(1)).isEqualTo("2026-01-31T11:00:01.500");
    assertThat(table.dateTimes("seen").get(0)).isEqualTo("2026-01-31T10:00:30");
    assertThat(table.strings("name")).containsExactly("x, \"y\" ", "ü");
  }

  @Test
  void readsQuotedValuesOverSeveralLines() throws IOException {
    Table table = csv("a,b\n\"x, \"\"y\"\"\nz\",1\nw,2\n").read();
    assertThat(table.strings("a")).containsExactly("x, \"y\"\nz", "w");
    assertInvalid(
        () -> csv("a,b\n\"x\ny\",1\nw,v\n").type("b", ColumnType.NUMBER).read(),
        ", line 4, column 'b': expected a value of type NUMBER, got 'v'");
  }

  @Test
  void readsOtherDialects() throws IOException {
    Files.write(path, "größe;b\r\n1;ä\r\n\r\n2;ö".getBytes(StandardCharsets.ISO_8859_1));
    Table table = Csv.builder(path).separator(';').charset(StandardCharsets.ISO_8859_1).read();
    assertThat(table.doubles("größe")).containsExactly(1, 2);
    assertThat(table.strings("b")).containsExactly("ä", "ö");
    assertThat(csv("\ufeff\"a\"\tb\n1\t2").separator('\t').read().columns())
        .containsExactly("a", "b");
  }

  @Test
  void aFileNeedNotHaveAHeader() throws IOException {
    assertThat(csv("1,2\n3,4").header(false).read().doubles("1")).containsExactly(2, 4);
    assertThat(csv("1,2\n3,4").names("a", "b").read().doubles("b")).containsExactly(2, 4);
    assertInvalid(
        () -> csv("1,2\n").names("a").read(),
        ", line 1: expected 1 values for the names [a], got 2");
  }

  @Test
  void readsChosenColumnsInTheirOrder() throws IOException {
    Table table = csv("a,b,c\n1,x,3\n4,,6\n").columns("c", "a").read();
    assertThat(table.columns()).containsExactly("c", "a");
    assertThat(table.numbers().toFloatArray()).containsExactly(3, 1, 6, 4);
  }

  @Test
  void readsOtherDates() throws IOException {
    String text = "Date Time,t\n31.12.2025 23:50:00,1\n01.01.2026 00:00:00,2\n";
    Table table = csv(text).dateFormat("dd.MM.yyyy HH:mm:ss").read();
    assertThat(table.dateTimes("Date Time").get(0)).isEqualTo("2025-12-31T23:50");
    assertThat(csv("d\n31/12/25\n").dateFormat("dd/MM/yy").read().dates("d").get(0))
        .isEqualTo("2025-12-31");
    assertInvalid(
        () -> csv("d\n31.02.2026\n").dateFormat("dd.MM.yyyy").type("d", ColumnType.DATE).read(),
        ", line 2, column 'd': expected a value of type DATE, got '31.02.2026'");
    assertThatThrownBy(() -> csv("d").dateFormat("bbb"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void declaredTypesAreKept() throws IOException {
    Table table = csv("zip,day\n01234,2026-01-01\n").type("zip", ColumnType.TEXT).read();
    assertThat(table.strings("zip")).containsExactly("01234");
    assertInvalid(
        () -> csv("day\n2026-01-01\n2026-13-01\n").type("day", ColumnType.DATE).read(),
        ", line 3, column 'day': expected a value of type DATE, got '2026-13-01'");
  }

  @Test
  void missingValuesAreRefusedByDefault() throws IOException {
    assertInvalid(
        () -> csv("a,b\n1,2\n3,NA\n").read(),
        ", line 3, column 'b': the value is missing: 'NA'; use missing(MissingValues.NAN) or"
            + " missing(MissingValues.DROP_ROW)");
    assertInvalid(
        () -> csv("a,d\n1,2026-01-01\n3,\n").missing(MissingValues.NAN).read(),
        ", line 3, column 'd': the value is missing: ''; only numbers can be NaN; use"
            + " missing(MissingValues.DROP_ROW)");
  }

  @Test
  void missingValuesAreNaNOrDropTheRow() throws IOException {
    String text = "a,b,name\n1,2,NA\n3,,x\n-99,4,\n";
    assertThat(csv(text).missing(MissingValues.NAN).read().doubles("b"))
        .containsExactly(2, Double.NaN, 4);
    Table dropped = csv(text).missing(MissingValues.DROP_ROW).missingNames("", "-99").read();
    assertThat(dropped.doubles("a")).containsExactly(1);
    assertThat(dropped.strings("name")).containsExactly("NA");
    assertInvalid(
        () -> csv("a,b\n1,\n").missing(MissingValues.DROP_ROW).read(),
        ": a value is missing in every row");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a,b#1,2#3         | , line 3: expected 2 values, got 1; none for column 'b'
          a,b#1,2#3,4,5     | , line 3: expected 2 values, got 3
          a,b,a#1,2,3       | , line 1, column 'a': expected different names of columns, got this one twice
          1,2#3,4           | , line 1: expected a header with the names of columns, got numbers: [1, 2]; use header(false)
          ``                | : expected a table, got an empty file
          ##                | : expected a table, got an empty file
          a,b               | , line 1: expected rows after the header, got none
          """)
  void refusesMalformedFiles(String text, String message) {
    assertInvalid(() -> csv(text.replace('#', '\n')).read(), message);
  }

  @Test
  void aTextAmongNumbersIsNamedWhereNumbersAreWanted() throws IOException {
    Table table = csv("a,b\n1,1\n2,oops\n3,3\n").read();
    assertThat(table.type("b")).isEqualTo(ColumnType.TEXT);
    assertThatThrownBy(() -> table.numbers("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(path + ", line 3, column 'b': expected a value of type NUMBER, got 'oops'");
  }

  @ParameterizedTest
  @CsvSource({"1d", "0x10", "Infinity", "1e999", "1_000", "١", "1 2", "-", "."})
  void literalsOfJavaAndOtherDigitsAreNoNumbers(String text) throws IOException {
    assertThat(csv("a\n" + text).read().type("a")).isEqualTo(ColumnType.TEXT);
  }

  @Test
  void unknownColumnsAreNamedWithTheNearest() {
    for (ThrowingCallable call :
        new ThrowingCallable[] {
          () -> csv("temp,rain\n1,2\n").read().doubles("Tmp"),
          () -> csv("temp,rain\n1,2\n").columns("Tmp").read(),
          () -> csv("temp,rain\n1,2\n").type("Tmp", ColumnType.TEXT).read()
        }) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              path + ": no column 'Tmp'; the nearest name is 'temp'; the columns are [temp, rain]");
    }
  }

  @Test
  void namesTheLineOfMalformedText() throws IOException {
    Files.write(path, "a\n1\nö\n".getBytes(StandardCharsets.ISO_8859_1));
    assertInvalid(
        () -> Csv.read(path),
        ", line 3: expected text in UTF-8, got the malformed byte 0xf6; the file may be in another"
            + " charset");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Csv.read(path))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("data.csv");
  }

  @Test
  void aFolderIsNotATable() throws IOException {
    Files.createDirectory(path);
    assertInvalid(() -> Csv.read(path), ": expected a file, got a folder");
  }

  @Property(tries = 100)
  void anyBytesAreATableOrAnError(@ForAll @Size(max = 60) byte[] bytes) throws IOException {
    Path file = Files.createTempFile("panama-torch", ".csv");
    try {
      Files.write(file, bytes);
      assertThat(Csv.builder(file).missing(MissingValues.NAN).read().rows()).isPositive();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(file.toString());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void impossibleOptionsAreRefused() {
    Csv.Builder csv = Csv.builder(path);
    assertThatThrownBy(() -> csv.separator('"'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("separator: expected a character such as");
    assertThatThrownBy(() -> csv.dateFormat("dd.MM.jjjj"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as dd.MM.yyyy, got 'dd.MM.jjjj'");
    assertThatThrownBy(() -> csv.missing(null)).hasMessage("missing");
  }

  @Test
  void missingNamesMayBeRepeated() throws IOException {
    Table table = csv("a\n1\nx\n").missingNames("x", "x").missing(MissingValues.NAN).read();
    assertThat(table.doubles("a")).containsExactly(1, Double.NaN);
  }
}
