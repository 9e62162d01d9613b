package panama.torch.examples.languageid;

/**
 * A part of a text, which may begin and end within words.
 *
 * @param text the normalized characters
 * @param language the number of its language in the corpus
 */
record Piece(String text, int language) {}
