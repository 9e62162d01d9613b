package panama.torch.examples.languageid;

import static panama.torch.Torch.tensor;

import java.util.List;
import panama.torch.Tensor;

/**
 * A batch of pieces as the input of a network.
 *
 * @param characters the numbers of the characters, (N, L), padded
 * @param lengths the lengths of the pieces, (N), not sorted
 * @param languages the numbers of the languages, (N)
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Batch(Tensor characters, long[] lengths, Tensor languages) {
  static Batch of(List<Piece> pieces, Alphabet alphabet) {
    long[] lengths = pieces.stream().mapToLong(piece -> piece.text().length()).toArray();
    int longest = pieces.stream().mapToInt(piece -> piece.text().length()).max().orElse(0);
    long[] characters = new long[pieces.size() * longest]; // Alphabet.PADDING is 0
    for (int i = 0; i < pieces.size(); i++) {
      long[] codes = alphabet.encode(pieces.get(i).text());
      System.arraycopy(codes, 0, characters, i * longest, codes.length);
    }
    return new Batch(
        tensor(characters, pieces.size(), longest),
        lengths,
        tensor(pieces.stream().mapToLong(Piece::language).toArray()));
  }
}
