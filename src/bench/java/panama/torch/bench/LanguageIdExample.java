package panama.torch.bench;

import java.util.Arrays;
import panama.torch.Backends;
import panama.torch.examples.languageid.LanguageId;

/** The example language-id with a backend, which is the first argument. */
final class LanguageIdExample {
  private LanguageIdExample() {}

  public static void main(String[] args) {
    Backends.recurrent(Backends.Recurrent.valueOf(args[0]));
    LanguageId.main(Arrays.copyOfRange(args, 1, args.length));
  }
}
