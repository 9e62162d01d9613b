package panama.torch.internal.loading;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import panama.torch.spi.NativeFiles;

/**
 * Finds the native libraries. The shim is in the folder that {@code -Dpanama.torch.home} or {@code
 * PANAMA_TORCH_HOME} names, or in a native jar. libtorch is where {@code -Dpanama.torch.libtorch}
 * points, or where the manifest in that folder says, or in a native jar. If the libraries are not
 * where the user has said, loading fails; the search does not go on.
 */
final class NativeSearch {
  static final String HOME = "panama.torch.home";
  static final String HOME_VARIABLE = "PANAMA_TORCH_HOME";
  static final String LIBTORCH = "panama.torch.libtorch";
  static final String VERIFY = "panama.torch.cache.verify";

  private static final String MERGED =
      "where jars are merged into one, so must be their META-INF/services";

  /** A native jar for this platform. */
  private record Jar(NativeManifest manifest, NativeFiles files) {}

  /** Each place that was searched and why it was not used, one per line. */
  private final StringBuilder account = new StringBuilder();

  private @Nullable Jar shim;
  private @Nullable Jar libtorch;

  /** The folder in which jars are unpacked if the usual one cannot be written to. */
  private @Nullable Path temporary;

  private NativeSearch() {}

  /**
   * Finds the native libraries, and unpacks native jars if necessary.
   *
   * @throws UnsatisfiedLinkError if a library is missing; the message names the places searched
   */
  static Natives find() {
    return new NativeSearch().search();
  }

  private Natives search() {
    String home = System.getProperty(HOME);
    String source = "-D" + HOME;
    if (home == null || home.isBlank()) {
      note(source, "not set");
      home = System.getenv(HOME_VARIABLE);
      source = HOME_VARIABLE;
    }
    if (home != null && !home.isBlank()) {
      return inHome(home, source);
    }
    note(source, "not set");
    searchJars();
    return inJars();
  }

  private static Natives inHome(String home, String source) {
    Path file = Path.of(home, NativeManifest.NAME).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw NativeLibrary.failure(
          "no native library: %s is %s, but there is no %s in it. Build with mvn compile, or point it to target/native/lib of a built checkout"
              .formatted(source, home, NativeManifest.NAME),
          null);
    }
    NativeManifest manifest = NativeManifest.read(file);
    String version = manifest.get("libtorch.version");
    Path shim = file.resolveSibling(manifest.get("shim"));
    Path preload = preload(manifest, shim);
    String origin = source + "=" + home;
    Tree tree = usersTree(manifest, shim);
    if (tree != null) {
      return new Natives(preload, tree.files(), tree.origin(), version, shim, origin);
    }
    LibtorchTree own = new LibtorchTree(file.resolveSibling(manifest.get("libtorch.lib")));
    return new Natives(preload, own.files(manifest), file.toString(), version, shim, origin);
  }

  private static @Nullable Path preload(NativeManifest manifest, Path shim) {
    String name = manifest.find("preload");
    return name == null ? null : shim.resolveSibling(name);
  }

  private void searchJars() {
    boolean any = false;
    Iterator<NativeFiles> found =
        ServiceLoader.load(NativeFiles.class, NativeSearch.class.getClassLoader()).iterator();
    while (true) {
      String place = "a native jar";
      try {
        if (!found.hasNext()) {
          break;
        }
        NativeFiles files = found.next();
        any = true;
        place = place(files);
        NativeManifest manifest = NativeManifest.read(place, files);
        String platform = manifest.get("platform");
        if (!platform.equals(Platform.NAME)) {
          note(place, "is for " + platform + ", and this is " + Platform.NAME);
        } else if (manifest.hasShim()) {
          shim = first(shim, new Jar(manifest, files));
        } else {
          libtorch = first(libtorch, new Jar(manifest, files));
        }
      } catch (ServiceConfigurationError e) {
        note(place, e.getMessage());
      }
    }
    if (!any) {
      note("native jars on the class path or module path", "none");
    }
  }

  private Jar first(@Nullable Jar present, Jar found) {
    if (present == null) {
      return found;
    }
    note(found.manifest.place(), "comes after " + present.manifest.place());
    return present;
  }

  private Natives inJars() {
    if (shim == null) {
      throw NativeLibrary.failure(
          "no native library for %s. Looked at\n%s%s".formatted(Platform.NAME, account, advice()),
          null);
    }
    NativeManifest own = shim.manifest;
    Path folder = unpack(shim);
    Path file = folder.resolve(own.get("shim"));
    Path preload = preload(own, file);
    String needed = own.get("libtorch.version");
    Tree tree = usersTree(own, file);
    if (tree != null) {
      return new Natives(preload, tree.files(), tree.origin(), needed, file, own.place());
    }
    note("-D" + LIBTORCH, "not set");
    if (libtorch == null) {
      throw NativeLibrary.failure(
          "the shim is in %s, but libtorch is missing. Looked at\n%sAdd %s with the classifier libtorch-%s at run time (%s), or point -D%s to a libtorch %s that you have"
              .formatted(
                  own.place(), account, coordinates(), Platform.NAME, MERGED, LIBTORCH, needed),
          null);
    }
    String has = libtorch.manifest.get("libtorch.version");
    if (!has.equals(needed)) {
      throw mismatch(has, libtorch.manifest.place(), needed, own.place());
    }
    Path unpacked = unpack(libtorch);
    List<Path> files = new ArrayList<>();
    for (String name : libtorch.manifest.names("libtorch.load")) {
      files.add(unpacked.resolve(name));
    }
    return new Natives(preload, files, libtorch.manifest.place(), needed, file, own.place());
  }

  /** The libraries of a libtorch that the user provides. */
  private record Tree(List<Path> files, String origin) {}

  /** Returns the libtorch that the system property names; null if it is not set. */
  private static @Nullable Tree usersTree(NativeManifest shim, Path shimFile) {
    String path = System.getProperty(LIBTORCH);
    if (path == null || path.isBlank()) {
      return null;
    }
    LibtorchTree tree = new LibtorchTree(Path.of(path).toAbsolutePath());
    List<Path> files = tree.files(shim);
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw NativeLibrary.failure(
            "no libtorch: -D%s is %s, but there is no %s. Point it to an unpacked libtorch %s, or to its lib folder"
                .formatted(LIBTORCH, path, file, shim.get("libtorch.version")),
            null);
      }
    }
    LibtorchTree.Version version = tree.version();
    String needed = shim.get("libtorch.version");
    if (version != null && !version.number().equals(needed)) {
      throw mismatch(
          version.number(),
          "%s (-D%s; by %s)".formatted(path, LIBTORCH, version.file()),
          needed,
          shimFile.toString());
    }
    return new Tree(files, "-D" + LIBTORCH + "=" + path);
  }

  /** Returns an error about two versions that do not match. */
  static UnsatisfiedLinkError mismatch(String has, String where, String needed, String shim) {
    return NativeLibrary.failure(
        "libtorch %s in %s does not fit: the shim %s is built for libtorch %s. Take the same version of both"
            .formatted(has, where, shim, needed),
        null);
  }

  private Path unpack(Jar jar) {
    boolean full = "full".equals(System.getProperty(VERIFY));
    Path chosen = CacheFolder.chosen();
    Path root = chosen != null ? chosen : temporary != null ? temporary : CacheFolder.usual();
    try {
      return new NativeCache(root, full).provide(jar.manifest, jar.files);
    } catch (NativeCache.ReadOnlyException e) {
      if (chosen != null) {
        throw NativeLibrary.failure(
            "-D%s is %s, which cannot be written to: %s"
                .formatted(CacheFolder.PROPERTY, chosen, e.getMessage()),
            e);
      }
      if (temporary != null) {
        throw cannotUnpack(jar, root, e);
      }
      temporary = temporaryFolder(jar, root, e);
      return unpack(jar);
    } catch (IOException e) {
      throw cannotUnpack(jar, root, e);
    }
  }

  private static Path temporaryFolder(Jar jar, Path usual, IOException reason) {
    try {
      Path folder = CacheFolder.temporary();
      System.getLogger("panama.torch")
          .log(
              System.Logger.Level.WARNING,
              "the cache {0} cannot be written to ({1}); the native libraries go to {2}. Choose a"
                  + " folder with -D{3}",
              usual,
              reason.getMessage(),
              folder,
              CacheFolder.PROPERTY);
      return folder;
    } catch (IOException e) {
      UnsatisfiedLinkError error = cannotUnpack(jar, usual, e);
      error.addSuppressed(reason);
      throw error;
    }
  }

  private static UnsatisfiedLinkError cannotUnpack(Jar jar, Path root, IOException cause) {
    long needed = 0;
    for (String name : jar.manifest.names("files")) {
      needed += Long.parseLong(jar.manifest.get(name + ".size"));
    }
    String free = "an unknown number of";
    try {
      free = Long.toString(Files.getFileStore(root).getUsableSpace() >> 20);
    } catch (IOException e) {
      // Only the message needs it.
    }
    return NativeLibrary.failure(
        "cannot unpack %s into %s: %s. It takes %s MiB, and %s MiB are free there; choose another folder with -D%s"
            .formatted(
                jar.manifest.place(),
                root,
                cause.getMessage(),
                (needed >> 20) + 1,
                free,
                CacheFolder.PROPERTY),
        cause);
  }

  /** Returns the jar of a provider, or the name of its class if the jar is not known. */
  private static String place(NativeFiles files) {
    CodeSource source = files.getClass().getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return files.getClass().getName();
    }
    String location = source.getLocation().toString();
    return location.startsWith("file:") ? Path.of(URI.create(location)).toString() : location;
  }

  private static String advice() {
    String build = "build from source and set -D%s".formatted(HOME);
    return Platform.NAME.equals(Platform.OF_NATIVE_JARS)
        ? "Add %s with the classifiers %s and libtorch-%s at run time (%s), or %s"
            .formatted(coordinates(), Platform.NAME, Platform.NAME, MERGED, build)
        : "Native jars are made for %s alone; here, %s".formatted(Platform.OF_NATIVE_JARS, build);
  }

  private static String coordinates() {
    String version = ProjectVersion.get();
    return "io.github.panama-torch:panama-torch" + (version == null ? "" : ":" + version);
  }

  private void note(String place, @Nullable String outcome) {
    account.append("  ").append(place).append(": ").append(outcome).append('\n');
  }
}
