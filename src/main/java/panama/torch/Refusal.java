package panama.torch;

import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The kinds of argument that libtorch refuses. It throws most as one class, so that the wording is
 * all there is to tell them by: in this order, since a message on devices or types may speak of
 * sizes, too.
 */
enum Refusal {
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

  private final Pattern wording;

  Refusal(BiFunction<String, Supplier<String>, ArgumentException> exception, String... wordings) {
    this.exception = exception;
    this.wording = Pattern.compile(String.join("|", wordings));
  }

  /** Whether libtorch's message is of this kind; what follows the first line are lists. */
  boolean is(String message) {
    return wording.matcher(message.lines().findFirst().orElse("")).find();
  }

  /** The exception that a message calls for, or else {@code otherwise}. */
  static RuntimeException of(
      String message,
      String text,
      Supplier<String> backtrace,
      BiFunction<String, Supplier<String>, RuntimeException> otherwise) {
    for (Refusal refusal : values()) {
      if (refusal.is(message)) {
        return refusal.exception.apply(text, backtrace);
      }
    }
    return otherwise.apply(text, backtrace);
  }
}
