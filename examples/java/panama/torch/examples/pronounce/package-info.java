/**
 * Converts spellings to phonemes with a sequence-to-sequence network with attention, trained on
 * words of the CMU Pronouncing Dictionary. {@link panama.torch.examples.pronounce.Pronounce} is the
 * program.
 */
@NullMarked
package panama.torch.examples.pronounce;

import org.jspecify.annotations.NullMarked;
