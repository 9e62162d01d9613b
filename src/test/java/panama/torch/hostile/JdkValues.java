package panama.torch.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Creates objects of classes of the JDK: numbers, dates, results of queries, contents of files. */
final class JdkValues implements AutoCloseable {
  private static final LocalDate[] DATES = {
    LocalDate.of(2026, 1, 31),
    LocalDate.of(2026, 2, 1),
    LocalDate.EPOCH,
    LocalDate.MIN,
    LocalDate.MAX,
    LocalDate.of(-5, 3, 1)
  };

  /** Columns of a query: of types that are read, that are not known, NULL, and of equal labels. */
  private static final String[] COLUMNS = {
    "x as a",
    "x as b",
    "x * 0.5 as weight",
    "cast(null as double) as c",
    "cast('NaN' as double) as d",
    "case when x = 1 then 1 else null end as e",
    "date '2026-01-31' as f",
    "cast(null as date) as g",
    "timestamp '2026-01-31 23:59:58' as h",
    "timestamp with time zone '2026-01-31 23:59:58+02:00' as i",
    "time '23:59:58' as j",
    "'text' as k",
    "cast(null as varchar) as l",
    "true as m",
    "array[1, 2] as n",
    "x'00ff' as o",
    "random_uuid() as p",
    "interval '1' day as q",
    "null as r",
    "1e400 as s"
  };

  private static final String[] CELLS = {
    "1",
    "2.5",
    "-3e2",
    "",
    " ",
    "NaN",
    "NA",
    "null",
    "1e999",
    "0x1p3",
    "2026-01-31",
    "2026-01-31T23:59:58",
    "2026-02-30",
    "31.01.2026",
    "text",
    "größe",
    "\"a,b\"",
    "\"",
    "\"\"\"\"",
    "a\"b",
    "x;y",
    "\t"
  };

  private static final String[] TEXTS = {
    "{}",
    "[",
    "{\"unit\":\"words\",\"lowerCase\":true,\"entries\":[\"<pad>\",\"<unk>\",\"mean\"]}",
    "{\"unit\":\"words\",\"lowerCase\":1,\"entries\":[\"<pad>\",\"<unk>\"]}",
    "{\"unit\":\"characters\",\"lowerCase\":false,\"entries\":[\"<pad>\",\"\"]}",
    "{\"unit\":\"characters\",\"entries\":[1]}",
    "{\"model\":{\"vocab\":{\"a\":\"b\"}}}",
    "{\"model\":{\"vocab\":{\"a\":99999999999}}}",
    "{\"model\":{\"vocab\":[[1,2],[\"a\",-1.5]]}}",
    "{\"added_tokens\":[{\"id\":-7,\"content\":[]}],\"padding\":{\"pad_id\":null}}",
    "{\"padding\":{\"pad_id\":1e9},\"model\":{\"vocab\":{\"a\":2147483647}}}",
    "trial,budget,seed,param_lr,status,score,message\n0,1,0,1,COMPLETED,x,\n",
    "trial,budget\n,\n",
    "loss,lr\n1,2\n3",
    "\n",
    "\uFEFFa,b\n1,2\n"
  };

  private final Random random;
  private @Nullable Connection connection;

  JdkValues(Random random) {
    this.random = random;
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  /** Returns an object of a class, or null if this is no class that this object knows. */
  @Nullable Object of(Class<?> type, long whole, double real) {
    if (type == Long.class) {
      return whole;
    }
    if (type == Integer.class) {
      return (int) whole;
    }
    if (type == Double.class) {
      return real;
    }
    if (type == Float.class) {
      return (float) real;
    }
    if (type == Boolean.class) {
      return random.nextBoolean();
    }
    if (type == Number.class) {
      return any(
          new Number[] {
            whole, (int) whole, (byte) whole, real, (float) real, new BigDecimal("1e9")
          });
    }
    if (type == LocalDate.class) {
      return any(DATES);
    }
    if (type == LocalDateTime.class) {
      return random.nextInt(9) == 0 ? LocalDateTime.MAX : any(DATES).atTime(23, 59, 58);
    }
    if (type == Temporal.class) {
      return any(
          new Temporal[] {
            any(DATES),
            any(DATES).atStartOfDay(),
            Instant.ofEpochSecond(whole % 100_000),
            Instant.MIN,
            Instant.MAX,
            OffsetDateTime.MAX,
            any(DATES).atStartOfDay(ZoneOffset.MAX),
            Year.of(2026)
          });
    }
    if (type == Charset.class) {
      return any(new Charset[] {UTF_8, UTF_8, UTF_16, US_ASCII, ISO_8859_1});
    }
    if (type == PrintStream.class) {
      PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
      if (random.nextInt(4) == 0) {
        stream.close();
      }
      return stream;
    }
    if (type == InputStream.class) {
      return new ByteArrayInputStream(new byte[random.nextInt(200)]);
    }
    if (type == OutputStream.class) {
      return new ByteArrayOutputStream();
    }
    return type == ResultSet.class && random.nextInt(10) > 0 ? results() : null;
  }

  private ResultSet results() {
    List<String> columns = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      columns.add(any(COLUMNS));
    }
    try {
      if (connection == null) {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
      }
      Statement statement = connection.createStatement();
      ResultSet results =
          statement.executeQuery(
              "select "
                  + String.join(", ", columns)
                  + " from system_range(1, "
                  + random.nextInt(4)
                  + ")");
      if (random.nextInt(9) == 0) {
        statement.close();
      }
      return results;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the content of a file of text, valid or nearly. */
  byte[] content() {
    Charset charset = random.nextInt(8) == 0 ? UTF_16 : UTF_8;
    return (random.nextInt(3) == 0 ? any(TEXTS) : table()).getBytes(charset);
  }

  private String table() {
    String separator = random.nextInt(8) == 0 ? ";" : ",";
    int columns = random.nextInt(1, 4);
    StringBuilder text = new StringBuilder();
    if (random.nextInt(4) > 0) {
      List<String> names = List.of("weight", "bias", "mean", "sum");
      int first = random.nextInt(names.size());
      for (int i = 0; i < columns; i++) {
        text.append(i == 0 ? "" : separator).append(names.get((first + i) % names.size()));
      }
      text.append(random.nextInt(8) == 0 ? "\r\n" : "\n");
    }
    int kinds = random.nextInt(2) == 0 ? 3 : CELLS.length;
    for (int row = random.nextInt(5); row > 0; row--) {
      int cells = random.nextInt(20) == 0 ? columns + 1 : columns;
      for (int i = 0; i < cells; i++) {
        text.append(i == 0 ? "" : separator).append(CELLS[random.nextInt(kinds)]);
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
