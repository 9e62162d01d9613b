package panama.torch.parity;

import java.util.Map;
import panama.torch.Tensor;

/** A program with an equivalent of the same name in programs.py. */
interface Program {
  /** The number of steps of every training. */
  int STEPS = 200;

  /** Returns the name of the function in programs.py. */
  String name();

  /** Runs the program and returns its results by name. */
  Map<String, Tensor> run();
}
