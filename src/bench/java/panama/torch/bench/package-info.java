/**
 * Compares this library with other programs that compute recurrent networks, and writes
 * docs/benchmarks.md: {@code mvn -Pbench verify}. Each peer is a process with its own copy of
 * libtorch, a {@link panama.torch.bench.Worker} or a program in another language that answers the
 * same lines.
 */
@NullMarked
package panama.torch.bench;

import org.jspecify.annotations.NullMarked;
