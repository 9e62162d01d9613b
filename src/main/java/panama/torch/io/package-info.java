/**
 * Tensors in files.
 *
 * <pre>{@code
 * SafeTensors.save(path, model.stateDict());
 * model.loadStateDict(SafeTensors.load(path));
 * }</pre>
 *
 * <p>{@link SafeTensors#open} lists what is in a file and loads single tensors.
 */
@NullMarked
package panama.torch.io;

import org.jspecify.annotations.NullMarked;
