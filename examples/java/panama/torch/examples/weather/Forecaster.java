package panama.torch.examples.weather;

import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;

/** A recurrent layer and a linear one, which forecast changes of the last temperature. */
final class Forecaster extends Module {
  private final RecurrentLayer<?> rnn;
  private final Linear fc;
  private final double noise;
  private final Generator generator = new Generator();

  /**
   * Creates a network.
   *
   * @param cell lstm, gru or rnn
   * @param hidden the hidden size
   * @param noise the standard deviation of the noise that is added to the input in training, which
   *     keeps the network from learning the few years by heart
   * @param seed of the noise
   */
  Forecaster(String cell, int hidden, double noise, long seed) {
    rnn =
        register(
            "rnn",
            switch (cell) {
              case "lstm" -> LSTM.builder(SeattleWeather.FEATURES, hidden).batchFirst(true).build();
              case "gru" -> GRU.builder(SeattleWeather.FEATURES, hidden).batchFirst(true).build();
              case "rnn" -> RNN.builder(SeattleWeather.FEATURES, hidden).batchFirst(true).build();
              default ->
                  throw new IllegalArgumentException(
                      "cell: expected lstm, gru or rnn, got " + cell);
            });
    fc = register("fc", new Linear(hidden, SeattleWeather.DAYS));
    this.noise = noise;
    generator.manualSeed(seed);
  }

  /** Returns scaled temperatures (N, days, 1) for x of shape (N, L, features). */
  Tensor forward(Tensor x) {
    Tensor input = isTraining() ? x.add(Torch.emptyLike(x).normal_(0, noise, generator)) : x;
    Tensor temperature = x.select(1, -1).narrow(1, 0, 1);
    return fc.forward(rnn.forward(input).output().select(1, -1)).add(temperature).unsqueeze(2);
  }
}
