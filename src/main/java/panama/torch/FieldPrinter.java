package panama.torch;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Formats an object that holds tensors with one field per line and the rows of a tensor aligned.
 * Outputs of layers are printed this way. In a record of your own:
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

  /**
   * Creates a printer without fields.
   *
   * @param name the name of the class to print
   */
  public FieldPrinter(String name) {
    fields = new StringJoiner("," + INDENT, name + "(" + INDENT, ")");
  }

  /**
   * Adds a field.
   *
   * @param name the name
   * @param value the value; null is printed as None, as in Python
   * @return this printer
   */
  public FieldPrinter add(String name, @Nullable Object value) {
    String start = name + "=";
    String text = value == null ? "None" : value.toString();
    // The rows of a tensor are aligned with its first row; other lines are indented already.
    String indent = text.contains("(\n") ? INDENT : INDENT + " ".repeat(start.length());
    fields.add(start + text.replaceAll("\n(?!\n)", indent));
    return this;
  }

  /** Returns the formatted text. */
  @Override
  public String toString() {
    return fields.toString();
  }
}
