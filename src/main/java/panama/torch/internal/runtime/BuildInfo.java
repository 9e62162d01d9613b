package panama.torch.internal.runtime;

import panama.torch.internal.loading.NativeLibrary;
import panama.torch.internal.loading.Natives;
import panama.torch.internal.loading.ProjectVersion;

/** Describes this library, libtorch and the Java runtime, for bug reports. */
public final class BuildInfo {
  private BuildInfo() {}

  /**
   * Returns the versions and the paths of the loaded libraries, one per line. libtorch's own build
   * information is not part of it.
   */
  public static String text() {
    Natives natives = NativeLibrary.loaded();
    String version = ProjectVersion.get();
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
