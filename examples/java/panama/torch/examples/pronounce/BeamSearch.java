package panama.torch.examples.pronounce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.ValuesAndIndices;

/**
 * Finds probable sequences of tokens: writes them token by token, and keeps at each step only the
 * most probable ones. With a width of 1, that is greedy search.
 *
 * @param width how many sequences are kept, at least 1
 * @param maxLength the largest number of tokens of a sequence, its end included
 * @param start the token before the first
 * @param end the token after the last
 */
record BeamSearch(int width, int maxLength, long start, long end) {
  /**
   * A sequence of tokens.
   *
   * @param tokens the tokens, without start and end
   * @param logProbability the logarithm of the probability of all tokens, the end included
   */
  record Sequence(long[] tokens, double logProbability) {
    private Sequence append(long token, double logProbability) {
      long[] longer = Arrays.copyOf(tokens, tokens.length + 1);
      longer[tokens.length] = token;
      return new Sequence(longer, logProbability);
    }
  }

  /**
   * Returns up to {@code width} sequences, the most probable first. They are complete, unless none
   * ends within the largest length.
   *
   * @param model returns the logarithms of the probabilities (K, C) of the C tokens that follow the
   *     K given sequences (K, T), which begin with the start
   */
  List<Sequence> search(UnaryOperator<Tensor> model) {
    List<Sequence> open = List.of(new Sequence(new long[0], 0));
    List<Sequence> complete = new ArrayList<>();
    for (int length = 1; length <= maxLength && canImprove(complete, open); length++) {
      List<Sequence> longer = new ArrayList<>();
      try (var scope = new TensorScope()) {
        Tensor next = model.apply(tensor(open));
        double[] known = open.stream().mapToDouble(Sequence::logProbability).toArray();
        Tensor sums = next.to(DType.FLOAT64).add(Torch.tensor(known, DType.FLOAT64).unsqueeze(1));
        ValuesAndIndices best = sums.flatten().topk(Math.min(width, sums.numel()));
        double[] logProbabilities = best.values().toDoubleArray();
        long[] positions = best.indices().toLongArray();
        for (int i = 0; i < positions.length; i++) {
          Sequence before = open.get((int) (positions[i] / next.size(1)));
          long token = positions[i] % next.size(1);
          if (token == end) {
            complete.add(new Sequence(before.tokens(), logProbabilities[i]));
          } else {
            longer.add(before.append(token, logProbabilities[i]));
          }
        }
      }
      open = longer;
      complete.sort(Comparator.comparingDouble(Sequence::logProbability).reversed());
    }
    if (complete.isEmpty()) {
      return open;
    }
    return complete.subList(0, Math.min(width, complete.size()));
  }

  /** Returns whether an open sequence may be among the best; appending makes it less probable. */
  private boolean canImprove(List<Sequence> complete, List<Sequence> open) {
    return !open.isEmpty()
        && (complete.size() < width
            || open.getFirst().logProbability() > complete.get(width - 1).logProbability());
  }

  private Tensor tensor(List<Sequence> sequences) {
    long[] tokens =
        sequences.stream()
            .flatMapToLong(
                sequence ->
                    LongStream.concat(LongStream.of(start), Arrays.stream(sequence.tokens())))
            .toArray();
    return Torch.tensor(tokens, sequences.size(), tokens.length / sequences.size());
  }
}
