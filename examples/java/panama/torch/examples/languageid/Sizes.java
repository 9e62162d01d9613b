package panama.torch.examples.languageid;

/**
 * How a network is built.
 *
 * @param cell the kind of recurrent layer
 * @param hidden H, its hidden size
 * @param layers how many there are on top of each other
 * @param bidirectional whether each also reads backwards
 */
record Sizes(Cell cell, int hidden, int layers, boolean bidirectional) {}
