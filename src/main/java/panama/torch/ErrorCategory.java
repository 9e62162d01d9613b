package panama.torch;

import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The categories of argument errors that libtorch reports. It throws most of them as one C++ class,
 * so that they are distinguished by their messages. The constants are tried in order: a message
 * about devices or types may mention sizes as well.
 */
enum ErrorCategory {
  DEVICE(
      DeviceException::new,
      "not linked with support for \\w+ devices",
      "not compiled with CUDA",
      "without ATen_\\w+ library",
      "arguments from the '(?!\\w*CPU)\\w+' backend",
      "on the same device|on the expected device|device type for generator",
      "accelerator device|device ordinal|No \\w+ GPUs are available|no NVIDIA driver"),
  DTYPE(
      DTypeException::new,
      "\\bdtypes?\\b|\\bscalar types?\\b|^Promotion for ",
      "can't be cast to the desired output type",
      "(?i)floating[- ]point (or complex )?(type|tensor)",
      "(?i)\\bbool(ean)? ?(tensors?|masks?|inputs) ",
      "\\b(Bool|Byte|Long)Tensor\\b|tensors used as indices must be",
      "Input type \\(.*\\) and (weight|bias) type"),
  INDEX(
      IndexException::new,
      "(?i)\\bout of (DATA )?(range|bounds)\\b(?! for storage)",
      "is no class: there are|Class values must be|exceeds dimension size|not in the valid"
          + " range|too many indices"),
  SHAPE(
      ShapeException::new,
      "(?i)\\b(normalized_)?shapes?\\b|\\b(batch_)?sizes?\\b|\\bsplit_sizes\\b",
      "(?i)\\bdim(ension(al|s)?|s)?\\b|\\b\\d-?D\\b|\\bmatri(x|ces)\\b",
      "elements? cannot be converted to Scalar|\\belements not\\b|number of"
          + " (elements|columns|indices)",
      "\\bnumel\\b|\\bchannels\\b|\\bbytes for \\d+ elements|scalar outputs|does not"
          + " broadcast|expected a non-empty"),
  VALUE(
      ArgumentException::new,
      "all elements of (input|target) should be between|must not be None$|a gradient must match");

  @SuppressWarnings("ImmutableEnumChecker") // a constructor
  private final BiFunction<String, Supplier<String>, ArgumentException> exception;

  private final Pattern pattern;

  ErrorCategory(
      BiFunction<String, Supplier<String>, ArgumentException> exception, String... patterns) {
    this.exception = exception;
    this.pattern = Pattern.compile(String.join("|", patterns));
  }

  /** Returns whether the first line of libtorch's message matches; later lines are lists. */
  boolean matches(String message) {
    return pattern.matcher(message.lines().findFirst().orElse("")).find();
  }

  /**
   * Creates the exception of the first category that matches a message.
   *
   * @param message libtorch's message
   * @param text the message of the exception
   * @param backtrace supplies libtorch's backtrace
   * @param otherwise creates the exception if no category matches
   */
  static RuntimeException exceptionFor(
      String message,
      String text,
      Supplier<String> backtrace,
      BiFunction<String, Supplier<String>, RuntimeException> otherwise) {
    for (ErrorCategory category : values()) {
      if (category.matches(message)) {
        return category.exception.apply(text, backtrace);
      }
    }
    return otherwise.apply(text, backtrace);
  }
}
