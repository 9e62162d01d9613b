/**
 * Tensors in files.
 *
 * <pre>{@code
 * SafeTensors.save(path, model.stateDict());
 * model.loadStateDict(SafeTensors.load(path));
 * }</pre>
 */
@NullMarked
package panama.torch.io;

import org.jspecify.annotations.NullMarked;
