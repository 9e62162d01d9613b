package panama.torch.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** The progress of a training: the epochs that have ended, and the position in the current one. */
final class Progress implements Stateful {
  private static final String HISTORY = "history.";

  final History history = new History();
  double best = Double.NaN;
  long epochsWithoutImprovement;

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
    text.put("epochs_without_improvement", Long.toString(epochsWithoutImprovement));
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
    SavedState saved = new SavedState(state);
    best = saved.number("best");
    epochsWithoutImprovement = saved.count("epochs_without_improvement");
    step = saved.count("step");
    loss = new Mean(saved.number("loss"), saved.count("examples"));
    Tensor start = saved.tensor("epoch_start").clone();
    epochStart.close();
    epochStart = TensorScope.exempt(start);
    SortedMap<Integer, SortedMap<Integer, Map.Entry<String, Double>>> epochs = new TreeMap<>();
    state
        .text()
        .forEach(
            (key, value) -> {
              if (key.startsWith(HISTORY)) {
                addTo(epochs, key, value);
              }
            });
    long bestEpoch = saved.count("best_epoch");
    epochs.forEach(
        (epoch, values) -> {
          Map<String, Double> named = new LinkedHashMap<>();
          values.values().forEach(value -> named.put(value.getKey(), value.getValue()));
          history.add(new EpochResult(epoch, named), epoch == bestEpoch);
        });
  }

  /** Adds a value of an epoch, whose key has the epoch, the position and the name. */
  private static void addTo(
      Map<Integer, SortedMap<Integer, Map.Entry<String, Double>>> epochs,
      String key,
      String value) {
    String[] parts = key.split("\\.", 4);
    if (parts.length < 4) {
      throw SavedState.wrong("history.epoch.position.name", "values", "'" + key + "'");
    }
    int epoch = SavedState.parse(key, parts[1], "a value of an epoch", Integer::valueOf);
    int position = SavedState.parse(key, parts[2], "a value at a position", Integer::valueOf);
    double number = SavedState.parse(key, value, "a number", Double::valueOf);
    epochs.computeIfAbsent(epoch, e -> new TreeMap<>()).put(position, Map.entry(parts[3], number));
  }
}
