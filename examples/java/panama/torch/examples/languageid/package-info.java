/**
 * Identifies the language of a text with a character-level recurrent network, trained on the
 * Universal Declaration of Human Rights. {@link panama.torch.examples.languageid.LanguageId} is the
 * program.
 */
@NullMarked
package panama.torch.examples.languageid;

import org.jspecify.annotations.NullMarked;
