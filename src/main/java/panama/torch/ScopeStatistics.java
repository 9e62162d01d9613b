package panama.torch;

/**
 * What has become of the tensors of one {@link TensorScope}: {@code made = freed + kept + alive}.
 *
 * @param made made in it, or moved into it from a scope inside
 * @param freed closed, by hand or by the scope's end
 * @param kept moved out, by {@link TensorScope#keep(Tensor) keep} or {@link TensorScope#exempt}
 * @param alive waiting for the scope's end
 */
public record ScopeStatistics(long made, long freed, long kept, long alive) {}
