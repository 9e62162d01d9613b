package panama.torch.examples.languageid;

/** An error in the input of the user. The message is one line that says how to correct it. */
final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadInput(String message) {
    super(message.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse(""));
  }
}
