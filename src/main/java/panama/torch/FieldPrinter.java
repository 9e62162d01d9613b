package panama.torch;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Prints a value that holds tensors one field a line, the rows of a tensor below its first. Layer
 * outputs print so, and a record of your own does with
 *
 * <pre>{@code
 * public String toString() {
 *   return new FieldPrinter("Step").add("loss", loss).add("states", states).toString();
 * }
 * }</pre>
 */
public final class FieldPrinter {
  private static final String INDENT = "\n  ";

  private final StringJoiner fields;

  /** Starts a value of this name, without fields. */
  public FieldPrinter(String name) {
    fields = new StringJoiner("," + INDENT, name + "(" + INDENT, ")");
  }

  /**
   * Adds a field; null is None, as in Python.
   *
   * @return this
   */
  public FieldPrinter add(String name, @Nullable Object value) {
    String start = name + "=";
    String text = value == null ? "None" : value.toString();
    // The rows of a tensor stand under its first; other lines are indented already.
    String indent = text.contains("(\n") ? INDENT : INDENT + " ".repeat(start.length());
    fields.add(start + text.replaceAll("\n(?!\n)", indent));
    return this;
  }

  /** Returns the value as text. */
  @Override
  public String toString() {
    return fields.toString();
  }
}
