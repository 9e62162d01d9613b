package panama.torch.internal.loading;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_call;

/**
 * Loads libtorch and the shim, once, from where {@link NativeSearch} finds them: the files that a
 * manifest names, in its order. No folder is scanned, and nothing is downloaded.
 */
public final class NativeLibrary {
  /** The error of the one attempt to load, with its cause; null if it succeeded. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final @Nullable UnsatisfiedLinkError FAILURE;

  private static final @Nullable Natives LOADED;

  static {
    Natives loaded = null;
    UnsatisfiedLinkError failure = null;
    try {
      ProcessEnd end = ProcessEnd.guardLoad();
      try {
        loaded = load();
      } finally {
        end.loadEnded(loaded != null);
      }
    } catch (UnsatisfiedLinkError e) {
      failure = e;
    } catch (RuntimeException e) { // for example, a property that is not a valid path
      failure = failure("cannot load the native library: " + e, e);
    }
    LOADED = loaded;
    FAILURE = failure;
  }

  private NativeLibrary() {}

  /**
   * Loads the libraries at the first call.
   *
   * @throws UnsatisfiedLinkError if that failed, at this call or an earlier one
   */
  public static void ensureLoaded() {
    if (FAILURE != null) {
      UnsatisfiedLinkError again = new UnsatisfiedLinkError(FAILURE.getMessage());
      again.initCause(FAILURE.getCause());
      throw again;
    }
  }

  /** Returns the loaded libraries. */
  public static Natives loaded() {
    ensureLoaded();
    return Objects.requireNonNull(LOADED);
  }

  private static Natives load() {
    WarmUp warmUp = WarmUp.start();
    Natives natives = NativeSearch.find();
    warmUp.awaitFirst();
    if (natives.preload() != null) {
      // The preload library changes the environment until the shim is loaded. The JDK copies the
      // environment at the first call, and fails forever if it changes during the copy.
      System.getenv();
      loadFile(natives.preload(), natives.shimOrigin());
    }
    for (Path file : natives.libtorch()) {
      loadFile(file, natives.libtorchOrigin());
    }
    checkVersion(natives);
    loadFile(natives.shim(), natives.shimOrigin());
    long contract = PanamaTorch.pt_contract_version();
    if (contract != PanamaTorch.PT_CONTRACT_VERSION()) {
      throw failure(
          String.format(
              Locale.ROOT,
              "the native library %s speaks contract version %d, these classes version %d: take"
                  + " both from one build",
              natives.shim(),
              contract,
              PanamaTorch.PT_CONTRACT_VERSION()),
          null);
    }
    limitThreads();
    return natives;
  }

  /**
   * Limits the threads of an operator to the processors of the JVM, which also respects the CPU
   * limit of a container, unless an environment variable sets their number.
   */
  private static void limitThreads() {
    if (System.getenv("OMP_NUM_THREADS") != null || System.getenv("MKL_NUM_THREADS") != null) {
      return;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    if (PanamaTorch.pt_num_threads() > processors) {
      try (Arena arena = Arena.ofConfined()) {
        PanamaTorch.pt_set_num_threads(processors, pt_call.allocate(arena));
      }
    }
  }

  /**
   * Checks the version of the loaded libtorch. Called before the shim is loaded: with another
   * version of libtorch, loading the shim fails with an unresolved symbol, or succeeds and crashes
   * later.
   */
  @SuppressWarnings("restricted")
  private static void checkVersion(Natives natives) {
    String version = "of an unknown version";
    MemorySegment function =
        SymbolLookup.loaderLookup().find("aoti_torch_abi_version").orElse(null);
    if (function != null) {
      long packed;
      try {
        packed =
            (long)
                Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                    .invokeExact();
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      // One byte each, from the most significant one: major, minor, patch.
      StringBuilder text = new StringBuilder().append(packed >>> 56);
      text.append('.').append(packed >>> 48 & 0xff).append('.').append(packed >>> 40 & 0xff);
      version = text.toString();
    }
    if (!version.equals(natives.version())) {
      throw NativeSearch.mismatch(
          version,
          natives.libtorch().getLast() + " (" + natives.libtorchOrigin() + ")",
          natives.version(),
          natives.shim().toString());
    }
  }

  @SuppressWarnings("restricted")
  private static void loadFile(Path file, String origin) {
    if (!Files.isRegularFile(file)) {
      throw failure(
          "%s, which %s names, does not exist: build anew with mvn compile".formatted(file, origin),
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
      if (message.contains("failed to map segment")
          || message.contains("Operation not permitted")) {
        throw failure(
            "cannot load %s: the file system of %s lets nothing be executed, it is mounted noexec. Choose a folder on another one with -D%s"
                .formatted(message, file.getParent(), CacheFolder.PROPERTY),
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

  /** Returns an error with a message and a cause. */
  static UnsatisfiedLinkError failure(String message, @Nullable Throwable cause) {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError(message);
    if (cause != null) {
      error.initCause(cause);
    }
    return error;
  }
}
