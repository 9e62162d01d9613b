package panama.torch;

/**
 * A snapshot of the native memory in use.
 *
 * @param liveTensors the number of tensors created and not yet freed
 * @param liveBytes the bytes allocated by libtorch's CPU allocator and not yet freed, including the
 *     memory of graphs and gradients
 * @param keptBytes the bytes of freed blocks that are cached for reuse; {@link Torch#emptyCache}
 *     returns them to the operating system
 */
public record MemoryUse(long liveTensors, long liveBytes, long keptBytes) {}
