/**
 * The service interface through which native libraries are loaded from jars. Programs do not use it
 * directly; they only need those jars on the class path or the module path. The loader finds them
 * with:
 *
 * <pre>{@code
 * NativeFiles files = ServiceLoader.load(NativeFiles.class).findFirst().orElseThrow();
 * try (InputStream manifest = files.open("native.properties")) { ... }
 * }</pre>
 */
@NullMarked
package panama.torch.spi;

import org.jspecify.annotations.NullMarked;
