/**
 * Trains a language model of characters on a book, by truncated back-propagation through time, and
 * samples text from it. {@link panama.torch.examples.charlm.CharLm} is the program.
 */
@NullMarked
package panama.torch.examples.charlm;

import org.jspecify.annotations.NullMarked;
