package panama.torch;

/**
 * The numbers of tensors that a {@link TensorScope} has owned, freed and passed on: {@code made =
 * freed + kept + alive}.
 *
 * @param made created in the scope, or moved into it from an inner scope
 * @param freed closed explicitly or by the scope
 * @param kept moved out by {@link TensorScope#keep(Tensor) keep} or {@link TensorScope#exempt}
 * @param alive still owned by the scope
 */
public record ScopeStatistics(long made, long freed, long kept, long alive) {}
