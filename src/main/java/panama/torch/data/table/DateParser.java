package panama.torch.data.table;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses dates with or without a time. */
record DateParser(DateTimeFormatter format) {
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .optionalStart()
          .appendLiteral(' ')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withChronology(IsoChronology.INSTANCE);

  /**
   * Returns a parser.
   *
   * @param pattern the pattern of the dates; null: ISO 8601
   */
  static DateParser of(@Nullable String pattern) {
    if (pattern == null) {
      return new DateParser(ISO);
    }
    // The strict style needs u, the year, since y, the year of an era, is incomplete without G.
    String years = pattern.replaceAll("y(?=([^']*'[^']*')*[^']*$)", "u");
    try {
      return new DateParser(
          DateTimeFormatter.ofPattern(years, Locale.ROOT).withResolverStyle(ResolverStyle.STRICT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "dateFormat: expected a pattern of DateTimeFormatter such as dd.MM.yyyy, got '%s': %s"
              .formatted(pattern, e.getMessage()),
          e);
    }
  }

  /** Returns the LocalDate or LocalDateTime of a text; null if it is not of the type. */
  @Nullable Object parse(String text, ColumnType type) {
    try {
      Object date = format.parseBest(text, LocalDateTime::from, LocalDate::from);
      return date instanceof LocalDate == (type == ColumnType.DATE) ? date : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
