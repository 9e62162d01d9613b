package panama.torch.internal.loading;

import java.util.Locale;

/** The name of the platform, in the form that the build uses (cmake/Platform.cmake). */
final class Platform {
  static final String NAME = name(System.getProperty("os.name"), System.getProperty("os.arch"));

  /** The only platform that native jars are built for. */
  static final String OF_NATIVE_JARS = "linux-x86_64";

  private Platform() {}

  /** Returns the name for values of the system properties os.name and os.arch. */
  static String name(String os, String architecture) {
    String system = os.toLowerCase(Locale.ROOT);
    String processor = architecture.toLowerCase(Locale.ROOT);
    return (system.startsWith("windows") ? "windows" : system.startsWith("mac") ? "macos" : system)
        + "-"
        + switch (processor) {
          case "amd64", "x86-64" -> "x86_64";
          case "arm64" -> "aarch64";
          default -> processor;
        };
  }
}
