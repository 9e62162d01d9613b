/** Tests of the published jars, which are used as a program uses them: packed, on its path. */
@NullMarked
package panama.torch.artifacts;

import org.jspecify.annotations.NullMarked;
