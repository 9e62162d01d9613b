package panama.torch.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Loads libtorch and the shim, once, by the manifest {@code native.properties} that the build
 * writes beside the shim: the files to load, in order. No folder is ever scanned.
 */
public final class NativeLibrary {
  private static final String MANIFEST = "native.properties";
  private static final String PROPERTY = "panama.torch.home";
  private static final String VARIABLE = "PANAMA_TORCH_HOME";

  /** What ended the one attempt to load; kept for its cause's stack trace. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final @Nullable UnsatisfiedLinkError FAILURE = tryToLoad();

  private NativeLibrary() {}

  /**
   * Does nothing once the libraries are loaded.
   *
   * @throws UnsatisfiedLinkError which says what was looked for and where; the same at each use
   */
  public static void ensureLoaded() {
    if (FAILURE != null) {
      UnsatisfiedLinkError again = new UnsatisfiedLinkError(FAILURE.getMessage());
      again.initCause(FAILURE.getCause());
      throw again;
    }
  }

  private static @Nullable UnsatisfiedLinkError tryToLoad() {
    try {
      load();
      return null;
    } catch (UnsatisfiedLinkError e) {
      return e;
    }
  }

  private static void load() {
    Path manifest = manifest();
    Properties properties = read(manifest);
    List<Path> files = new ArrayList<>();
    Path libtorch = Path.of(entry(manifest, properties, "libtorch.lib"));
    for (String name : entry(manifest, properties, "libtorch.load").split(",", -1)) {
      files.add(libtorch.resolve(name.strip()));
    }
    files.add(manifest.resolveSibling(entry(manifest, properties, "shim")).toAbsolutePath());
    for (Path file : files) {
      loadFile(manifest, file);
    }
    long contract = PanamaTorch.pt_contract_version();
    if (contract != PanamaTorch.PT_CONTRACT_VERSION()) {
      throw failure(
          "the native library %s speaks contract version %d, these classes version %d: take both from one build"
              .formatted(files.getLast(), contract, PanamaTorch.PT_CONTRACT_VERSION()),
          null);
    }
  }

  private static Path manifest() {
    String home = System.getProperty(PROPERTY);
    String source = "-D" + PROPERTY;
    if (home == null || home.isBlank()) {
      home = System.getenv(VARIABLE);
      source = VARIABLE;
    }
    if (home == null || home.isBlank()) {
      throw failure(
          "no native library: neither -D%s nor the environment variable %s is set. Point one of them to the folder that holds %s; the build makes it as target/native/lib"
              .formatted(PROPERTY, VARIABLE, MANIFEST),
          null);
    }
    Path manifest = Path.of(home, MANIFEST);
    if (!Files.isRegularFile(manifest)) {
      throw failure(
          "no native library: %s is %s, but there is no %s in it. Build with mvn compile, or point it to target/native/lib of a built checkout"
              .formatted(source, home, MANIFEST),
          null);
    }
    return manifest.toAbsolutePath();
  }

  private static Properties read(Path manifest) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(manifest)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw failure("cannot read " + manifest + ": " + e.getMessage(), e);
    }
    return properties;
  }

  private static String entry(Path manifest, Properties properties, String key) {
    String value = properties.getProperty(key);
    if (value == null || value.isBlank()) {
      throw failure(
          manifest + " has no entry " + key + ": build anew with mvn clean compile", null);
    }
    return value.strip();
  }

  @SuppressWarnings("restricted")
  private static void loadFile(Path manifest, Path file) {
    if (!Files.isRegularFile(file)) {
      throw failure(
          "%s, which %s names, does not exist: build anew with mvn compile"
              .formatted(file, manifest),
          null);
    }
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("already loaded in another classloader")) {
        throw failure(
            "%s belongs to another class loader: a JVM loads a native library for one alone, and these classes have been loaded a second time. Have one copy of panama-torch, in a class loader that is the parent of all that use it, such as a server's shared library folder"
                .formatted(file),
            e);
      }
      throw failure("cannot load " + message, e);
    } catch (IllegalCallerException e) {
      String module = NativeLibrary.class.getModule().getName();
      throw failure(
          "native access is denied: start java with --enable-native-access="
              + (module == null ? "ALL-UNNAMED" : module),
          e);
    }
  }

  private static UnsatisfiedLinkError failure(String message, @Nullable Throwable cause) {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError(message);
    if (cause != null) {
      error.initCause(cause);
    }
    return error;
  }
}
