package panama.torch.parity;

import java.util.LinkedHashMap;
import java.util.Map;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;
import panama.torch.nn.Dropout;

/** The random numbers of the default generator for each operator. */
final class RandomStreams implements Program {
  @Override
  public String name() {
    return "random_streams";
  }

  @Override
  public Map<String, Tensor> run() {
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (long seed : new long[] {0, 1, 123_456_789, -1}) {
      Torch.manualSeed(seed);
      String at = seed + " ";
      results.put(at + "rand", Torch.rand(19));
      results.put(at + "rand double", Torch.rand(new long[] {7}, TensorOptions.of(DType.FLOAT64)));
      results.put(at + "randn", Torch.randn(19));
      results.put(at + "randn short", Torch.randn(3));
      results.put(at + "randint", Torch.randint(-5, 1000, 17));
      results.put(at + "randperm", Torch.randperm(23));
      results.put(at + "uniform", Torch.empty(5).uniform_(-2, 3));
      results.put(at + "normal", Torch.empty(18).normal_(1, 2));
      results.put(
          at + "bernoulli", Torch.full(new long[] {20}, 0.3, TensorOptions.DEFAULT).bernoulli());
      results.put(
          at + "multinomial",
          Torch.tensor(new float[] {0.1f, 0.2f, 0.3f, 0.4f}).multinomial(9, true));
      results.put(at + "dropout", new Dropout(0.4).forward(Torch.ones(21)));
      results.put(at + "exponential", Torch.empty(9).exponential_(1));
    }
    return results;
  }
}
