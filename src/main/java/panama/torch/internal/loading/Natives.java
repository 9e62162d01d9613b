package panama.torch.internal.loading;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The libraries to load.
 *
 * @param preload loads before libtorch; null if the platform has none
 * @param libtorch the libraries of libtorch, in order
 * @param libtorchOrigin the setting, file or jar that determined where libtorch is, for messages
 * @param version the version of libtorch that the shim is built for
 * @param shim the shim, which loads last
 * @param shimOrigin the setting or jar that determined where the shim is, for messages
 */
public record Natives(
    @Nullable Path preload,
    List<Path> libtorch,
    String libtorchOrigin,
    String version,
    Path shim,
    String shimOrigin) {}
