package panama.torch;

/**
 * The native memory in use at one moment.
 *
 * @param liveTensors tensors made and not yet freed
 * @param liveBytes bytes that libtorch's CPU allocator has handed out and not got back, those held
 *     by graphs and gradients included
 */
public record MemoryUse(long liveTensors, long liveBytes) {}
