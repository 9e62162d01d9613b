package panama.torch.internal.loading;

import org.jspecify.annotations.Nullable;

/** The version of panama-torch. */
public final class ProjectVersion {
  private ProjectVersion() {}

  /**
   * Returns the version of the module or, on the class path, of the jar; null in a build tree,
   * which has none.
   */
  public static @Nullable String get() {
    Module module = ProjectVersion.class.getModule();
    return module.isNamed()
        ? module.getDescriptor().rawVersion().orElse(null)
        : ProjectVersion.class.getPackage().getImplementationVersion();
  }
}
