package panama.torch.examples.languageid;

/**
 * Some characters of a text, which may begin and end within words.
 *
 * @param text normalised
 * @param language its number in the corpus
 */
record Piece(String text, int language) {}
