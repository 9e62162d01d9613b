/**
 * How the jars with native libraries give them to the loader. Programs have no use for it; their
 * whole part is to have those jars on the class path or the module path:
 *
 * <pre>{@code
 * NativeFiles files = ServiceLoader.load(NativeFiles.class).findFirst().orElseThrow();
 * try (InputStream manifest = files.open("native.properties")) { ... }
 * }</pre>
 */
@NullMarked
package panama.torch.spi;

import org.jspecify.annotations.NullMarked;
