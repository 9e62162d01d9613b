/**
 * Reads and writes files of tensors, in the safetensors format.
 *
 * <pre>{@code
 * SafeTensors.save(path, model.stateDict());
 * model.loadStateDict(SafeTensors.load(path));
 * }</pre>
 *
 * <p>{@link SafeTensors#open} lists the tensors of a file and loads some of them.
 */
@NullMarked
package panama.torch.io;

import org.jspecify.annotations.NullMarked;
