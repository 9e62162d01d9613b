package panama.torch.internal.loading;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The libraries to load, and where they come from.
 *
 * @param preload loads before libtorch; null where the platform has none
 * @param libtorch those of libtorch, in order
 * @param libtorchOrigin who named the place, for messages
 * @param version the version of libtorch that the shim is built for
 * @param shim the shim, which loads last
 * @param shimOrigin who named the place
 */
public record Natives(
    @Nullable Path preload,
    List<Path> libtorch,
    String libtorchOrigin,
    String version,
    Path shim,
    String shimOrigin) {}
