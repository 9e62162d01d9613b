package panama.torch.train.metrics;

import panama.torch.Tensor;

/** PLACEHOLDER */
public interface Metric {
  void update(Tensor predictions, Tensor targets);
  double compute();
  void reset();
  String name();
}
