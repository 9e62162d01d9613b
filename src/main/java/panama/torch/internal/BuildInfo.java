package panama.torch.internal;

import org.jspecify.annotations.Nullable;

/** What a bug report needs of this library and of the Java that it runs in. */
public final class BuildInfo {
  private BuildInfo() {}

  /** The version of this library; null in a build tree, which has none. */
  static @Nullable String version() {
    Module module = BuildInfo.class.getModule();
    return module.isNamed()
        ? module.getDescriptor().rawVersion().orElse(null)
        : BuildInfo.class.getPackage().getImplementationVersion();
  }

  /** Versions and places, a line each, before libtorch's own account. */
  public static String text() {
    Natives natives = NativeLibrary.loaded();
    String version = version();
    StringBuilder text = new StringBuilder();
    line(text, "panama-torch", version == null ? "from a build tree" : version);
    line(text, "Shim", natives.shim() + ", from " + natives.shimOrigin());
    line(text, "libtorch", Library.libtorchVersion() + ", from " + natives.libtorchOrigin());
    for (var file : natives.libtorch()) {
      line(text, "  loaded", file.toString());
    }
    line(
        text,
        "Java",
        "%s, %s, %s"
            .formatted(
                System.getProperty("java.vm.version"),
                System.getProperty("java.vm.name"),
                System.getProperty("java.vendor")));
    line(
        text,
        "System",
        "%s %s, %s, %s processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()));
    line(
        text,
        "Threads",
        "%s in an operator, %s for operators side by side"
            .formatted(Library.numThreads(), Library.numInteropThreads()));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append('\n');
  }
}
