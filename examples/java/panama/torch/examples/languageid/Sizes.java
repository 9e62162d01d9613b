package panama.torch.examples.languageid;

/**
 * The architecture of a network.
 *
 * @param cell the kind of recurrent layer
 * @param hidden the hidden size H
 * @param layers the number of stacked layers
 * @param bidirectional whether each layer also reads the text backwards
 */
record Sizes(Cell cell, int hidden, int layers, boolean bidirectional) {}
