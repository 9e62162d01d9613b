package panama.torch.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** The progress of a training: the epochs that have ended, and the position in the current one. */
final class Progress implements Stateful {
  private static final String HISTORY = "history.";

  final History history = new History();
  double best = Double.NaN;
  int epochsWithoutImprovement;

  /** The number of training batches of the current epoch that are done; 0 between two epochs. */
  long step;

  /** The losses of these batches. */
  Mean loss = new Mean();

  /** The state of the default generator before the first batch of the current epoch was drawn. */
  private Tensor epochStart = TensorScope.exempt(Generator.defaultGenerator().getState());

  void startEpoch() {
    epochStart.close();
    epochStart = TensorScope.exempt(Generator.defaultGenerator().getState());
    step = 0;
    loss = new Mean();
  }

  void endEpoch(EpochResult result, boolean improved) {
    step = 0;
    loss = new Mean();
    history.add(result, improved);
  }

  /** Runs an action with the default generator as it was at the start of the epoch. */
  void replayStart(Runnable action) {
    try (Tensor now = Generator.defaultGenerator().getState()) {
      Generator.defaultGenerator().setState(epochStart);
      action.run();
      Generator.defaultGenerator().setState(now);
    }
  }

  @Override
  public State state() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("best", Double.toString(best));
    text.put("epochs_without_improvement", Integer.toString(epochsWithoutImprovement));
    text.put("step", Long.toString(step));
    text.put("loss", Double.toString(loss.sum()));
    text.put("examples", Long.toString(loss.examples()));
    text.put("best_epoch", Integer.toString(history.bestEpoch()));
    for (EpochResult result : history.epochs()) {
      int position = 0;
      for (Map.Entry<String, Double> value : result.values().entrySet()) {
        text.put(
            HISTORY + result.epoch() + "." + position++ + "." + value.getKey(),
            value.getValue().toString());
      }
    }
    return new State(Map.of("epoch_start", epochStart), text);
  }

  @Override
  public void restore(State state) {
    Map<String, String> text = state.text();
    best = Double.parseDouble(text.get("best"));
    epochsWithoutImprovement = Integer.parseInt(text.get("epochs_without_improvement"));
    step = Long.parseLong(text.get("step"));
    loss = new Mean(Double.parseDouble(text.get("loss")), Long.parseLong(text.get("examples")));
    epochStart.close();
    epochStart = TensorScope.exempt(state.tensors().get("epoch_start").clone());
    TreeMap<Integer, TreeMap<Integer, Map.Entry<String, Double>>> epochs = new TreeMap<>();
    text.forEach(
        (key, value) -> {
          if (key.startsWith(HISTORY)) {
            String[] parts = key.split("\\.", 4);
            epochs
                .computeIfAbsent(Integer.valueOf(parts[1]), epoch -> new TreeMap<>())
                .put(Integer.valueOf(parts[2]), Map.entry(parts[3], Double.valueOf(value)));
          }
        });
    int bestEpoch = Integer.parseInt(text.get("best_epoch"));
    epochs.forEach(
        (epoch, values) -> {
          Map<String, Double> named = new LinkedHashMap<>();
          values.values().forEach(value -> named.put(value.getKey(), value.getValue()));
          history.add(new EpochResult(epoch, named), epoch == bestEpoch);
        });
  }
}
