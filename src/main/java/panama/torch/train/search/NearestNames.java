package panama.torch.train.search;

import java.util.Collection;
import panama.torch.internal.NearestName;

/** Errors for misspelt names of parameters. */
final class NearestNames {
  private static final int SHOWN = 3;

  private NearestNames() {}

  static IllegalArgumentException unknown(String name, Collection<String> names) {
    return new IllegalArgumentException(
        "name: there is no parameter '"
            + name
            + "'; the nearest names are "
            + NearestName.to(name, names, SHOWN));
  }
}
