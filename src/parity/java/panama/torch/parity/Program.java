package panama.torch.parity;

import java.util.Map;
import panama.torch.Tensor;

/** One program, with a twin of the same name in programs.py. */
interface Program {
  /** The steps of every training. */
  int STEPS = 200;

  /** The name of its twin. */
  String name();

  /** What it computes, by name. */
  Map<String, Tensor> run();
}
