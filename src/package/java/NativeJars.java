import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Creates the two native jars of this platform, that of the shim and that of libtorch, from the
 * files that native/package/CMakeLists.txt has prepared. Each jar is a named module with one class
 * that provides its files, and a manifest {@code native.properties} with their checksums. The same
 * input gives the same bytes. A jar whose input has not changed is not written again.
 *
 * <pre>
 * java NativeJars.java BASEDIR PACKAGE JAR VERSION TIMESTAMP LEVEL
 * </pre>
 *
 * where JAR is the path of the jars without {@code -CLASSIFIER.jar}, and LEVEL is the compression
 * level.
 */
final class NativeJars {
  private static final String MODULE =
      """
      /** The native libraries of panama-torch for PLATFORM. */
      @SuppressWarnings("module") // the digits are those of the platform
      module MODULE {
        requires panama.torch;

        provides panama.torch.spi.NativeFiles with
            MODULE.JarFiles;
      }
      """;

  private static final String PROVIDER =
      """
      package MODULE;

      /** The files of this jar. */
      public final class JarFiles implements panama.torch.spi.NativeFiles {
        @Override
        public java.io.InputStream open(String name) throws java.io.IOException {
          java.io.InputStream stream = JarFiles.class.getResourceAsStream(name);
          if (stream == null) {
            throw new java.io.FileNotFoundException(name);
          }
          return stream;
        }
      }
      """;

  private final Path base;
  private final Path input;
  private final String jar;
  private final String version;
  private final LocalDateTime timestamp;
  private final int level;
  private final Properties properties = new Properties();
  private final String platform;

  private NativeJars(String[] args) throws IOException {
    base = Path.of(args[0]);
    input = Path.of(args[1]);
    jar = args[2];
    version = args[3];
    timestamp =
        OffsetDateTime.parse(args[4]).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    level = Integer.parseInt(args[5]);
    try (Reader reader = Files.newBufferedReader(input.resolve("package.properties"))) {
      properties.load(reader);
    }
    platform = properties.getProperty("platform");
  }

  public static void main(String[] args) throws IOException {
    NativeJars jars = new NativeJars(args);
    String module = jars.platform.replace('-', '.');
    jars.make(
        "shim",
        jars.platform,
        "panama.torch.natives." + module,
        List.of("preload", "shim"),
        List.of(
            "platform",
            "preload",
            "shim",
            "libtorch.version",
            "libtorch.load",
            "libtorch.load.cuda"));
    jars.make(
        "libtorch",
        "libtorch-" + jars.platform,
        "panama.torch.libtorch." + module,
        List.of("libtorch.load"),
        List.of("platform", "libtorch.version", "libtorch.load"));
  }

  /**
   * Creates a jar from the folder {@code part}. The entries {@code libraries} name its libraries.
   */
  private void make(
      String part, String classifier, String module, List<String> libraries, List<String> entries)
      throws IOException {
    Path target = Path.of(jar + "-" + classifier + ".jar");
    Path keyFile = input.resolve(part + ".key");
    String key = key(part);
    if (Files.exists(target) && Files.exists(keyFile) && Files.readString(keyFile).equals(key)) {
      System.out.println(target + " is up to date");
      return;
    }
    Files.deleteIfExists(keyFile);

    String folder = module.replace('.', '/') + "/";
    Map<String, Object> contents = new TreeMap<>(compile(module)); // names to bytes or paths
    contents.put(
        "META-INF/services/panama.torch.spi.NativeFiles", (module + ".JarFiles\n").getBytes(UTF_8));
    StringBuilder manifest = new StringBuilder("version=" + version + "\n");
    for (String entry : entries) {
      String value = properties.getProperty(entry);
      if (value != null) { // only Linux has libraries to load first
        manifest.append(entry).append('=').append(value).append('\n');
      }
    }
    String files =
        libraries.stream()
            .map(properties::getProperty)
            .filter(Objects::nonNull)
            .collect(Collectors.joining(","));
    StringBuilder checksums = new StringBuilder();
    for (String name : files.split(",", -1)) {
      Path file = input.resolve(part).resolve(name);
      contents.put(folder + name, file);
      checksums.append("%s.size=%s\n".formatted(name, Files.size(file)));
      checksums.append("%s.sha256=%s\n".formatted(name, sha256(Files.newInputStream(file))));
    }
    manifest.append("files=").append(files).append('\n').append(checksums);
    // The folder to unpack to, which differs for different contents.
    String content = sha256(new ByteArrayInputStream(checksums.toString().getBytes(UTF_8)));
    manifest.append("id=%s-%s\n".formatted(classifier, content.substring(0, 16)));
    contents.put(folder + "native.properties", manifest.toString().getBytes(UTF_8));
    for (String license : List.of("LICENSE", "LICENSES")) {
      Path file = input.resolve(part).resolve(license);
      if (Files.exists(file)) {
        contents.put("META-INF/" + license, file);
      }
    }

    Path draft = Path.of(target + ".part");
    try (OutputStream stream = Files.newOutputStream(draft);
        ZipOutputStream zip = new ZipOutputStream(stream)) {
      zip.setLevel(level);
      // The format requires it to be the first entry.
      write(
          zip,
          "META-INF/MANIFEST.MF",
          """
          Manifest-Version: 1.0
          Implementation-Title: panama-torch, %s
          Implementation-Version: %s

          """
              .formatted(classifier, version)
              .getBytes(UTF_8));
      for (Map.Entry<String, Object> entry : contents.entrySet()) {
        write(zip, entry.getKey(), entry.getValue());
      }
    }
    Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(keyFile, key);
    System.out.println(target + ": " + Files.size(target) + " bytes");
  }

  /**
   * Returns a key of the input of a jar, made of sizes and times; the same key needs no new jar.
   */
  private String key(String part) throws IOException {
    StringBuilder key = new StringBuilder(jar + " " + version + " " + timestamp + " " + level);
    List<Path> sources = new ArrayList<>();
    try (var files = Files.list(input.resolve(part))) {
      files.forEach(sources::add);
    }
    sources.add(input.resolve("package.properties"));
    sources.add(base.resolve("src/package/java/NativeJars.java"));
    sources.add(base.resolve(SERVICE));
    sources.sort(null);
    for (Path source : sources) {
      key.append('\n').append(source).append(' ').append(Files.size(source));
      key.append(' ').append(Files.getLastModifiedTime(source));
    }
    return key.toString();
  }

  private static final String SERVICE = "src/main/java/panama/torch/spi/NativeFiles.java";

  /**
   * Compiles a module against the service interface of the main module only, and returns the bytes
   * of the class files by name.
   */
  private Map<String, byte[]> compile(String module) throws IOException {
    Path sources = input.resolve("sources");
    Path classes = input.resolve("classes");
    Path main = Files.createDirectories(sources.resolve("panama.torch"));
    Path own = Files.createDirectories(sources.resolve(module));
    Files.createDirectories(main.resolve("panama/torch/spi"));
    Files.writeString(
        main.resolve("module-info.java"), "module panama.torch { exports panama.torch.spi; }");
    Files.writeString(
        main.resolve("panama/torch/spi/NativeFiles.java"), Files.readString(base.resolve(SERVICE)));
    Path provider = own.resolve(module.replace('.', '/')).resolve("JarFiles.java");
    Files.createDirectories(provider.getParent());
    Files.writeString(provider, PROVIDER.replace("MODULE", module));
    Files.writeString(
        own.resolve("module-info.java"),
        MODULE.replace("MODULE", module).replace("PLATFORM", platform));
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--release",
                "22",
                "-d",
                classes.toString(),
                "--module-source-path",
                sources.toString(),
                "--module-version",
                version,
                "--module",
                module);
    if (status != 0) {
      throw new IOException("javac ended with status " + status);
    }
    String provided = module.replace('.', '/') + "/JarFiles.class";
    return Map.of(
        "module-info.class",
        Files.readAllBytes(classes.resolve(module).resolve("module-info.class")),
        provided,
        Files.readAllBytes(classes.resolve(module).resolve(provided)));
  }

  private void write(ZipOutputStream zip, String name, Object content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(timestamp);
    zip.putNextEntry(entry);
    if (content instanceof Path file) {
      Files.copy(file, zip);
    } else {
      zip.write((byte[]) content);
    }
    zip.closeEntry();
  }

  private static String sha256(InputStream stream) throws IOException {
    try (var digest = new DigestInputStream(stream, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
