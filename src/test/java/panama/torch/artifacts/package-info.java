/** Tests of the jars that are published, as a program has them: beside it, and unpacked nowhere. */
@NullMarked
package panama.torch.artifacts;

import org.jspecify.annotations.NullMarked;
