/**
 * Pickles, Python's serialization format, without Python and without executing anything. Uses no
 * native code and no other class of this module.
 */
@NullMarked
package panama.torch.internal.pickle;

import org.jspecify.annotations.NullMarked;
