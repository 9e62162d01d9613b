package panama.torch;

/**
 * The native memory in use at one moment.
 *
 * @param liveTensors tensors made and not yet freed
 * @param liveBytes bytes that libtorch's CPU allocator has handed out and not got back, those held
 *     by graphs and gradients included
 * @param keptBytes bytes of freed blocks that wait for the next tensors of their size; {@link
 *     Torch#emptyCache} gives them back
 */
public record MemoryUse(long liveTensors, long liveBytes, long keptBytes) {}
