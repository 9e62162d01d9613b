package panama.torch.examples.languageid;

/** Something that the user gave and can mend; the message is one line that says how. */
final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadInput(String message) {
    super(message.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse(""));
  }
}
