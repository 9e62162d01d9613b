package panama.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operands of the cases for the table of operators, and the methods that add cases. */
abstract class OperatorOperands {
  static final Golden GOLDEN = Golden.of("operators");

  static final Tensor X = GOLDEN.get("in X");
  static final Tensor Y = GOLDEN.get("in Y");
  static final Tensor M = GOLDEN.get("in M");
  static final Tensor V = GOLDEN.get("in V");
  static final Tensor P = GOLDEN.get("in P");
  static final Tensor P1 = GOLDEN.get("in P1");
  static final Tensor NP = GOLDEN.get("in NP");
  static final Tensor U = GOLDEN.get("in U");
  static final Tensor Q = GOLDEN.get("in Q");
  static final Tensor Q01 = GOLDEN.get("in Q01");
  static final Tensor Q2 = GOLDEN.get("in Q2");
  static final Tensor Y2 = GOLDEN.get("in Y2");
  static final Tensor F = GOLDEN.get("in F");
  static final Tensor S = GOLDEN.get("in S");
  static final Tensor N = GOLDEN.get("in N");
  static final Tensor I = GOLDEN.get("in I");
  static final Tensor J = GOLDEN.get("in J");
  static final Tensor K = GOLDEN.get("in K");
  static final Tensor B = GOLDEN.get("in B");
  static final Tensor C = GOLDEN.get("in C");
  static final Tensor X4 = GOLDEN.get("in X4");
  static final Tensor BIG = GOLDEN.get("in BIG");
  static final Tensor ASC = GOLDEN.get("in ASC");
  static final Tensor ORDER = GOLDEN.get("in ORDER");
  static final Tensor COUNTS = GOLDEN.get("in COUNTS");
  static final Tensor ROW = GOLDEN.get("in ROW");
  static final Tensor ONE = GOLDEN.get("in ONE");
  static final Tensor CUBE = GOLDEN.get("in CUBE");
  static final Tensor BATCH = GOLDEN.get("in BATCH");
  static final Tensor SPD = GOLDEN.get("in SPD");
  static final Tensor ROWS = GOLDEN.get("in ROWS");
  static final Tensor PLACES = GOLDEN.get("in PLACES");
  static final Tensor PAIRS = GOLDEN.get("in PAIRS");
  static final Tensor LOGP = GOLDEN.get("in LOGP");
  static final Tensor PM = GOLDEN.get("in PM");
  static final Tensor PM2 = GOLDEN.get("in PM2");
  static final Tensor T2 = GOLDEN.get("in T2");
  static final Tensor TM = GOLDEN.get("in TM");
  static final Tensor SIG = GOLDEN.get("in SIG");
  static final Tensor IMG = GOLDEN.get("in IMG");
  static final Tensor VOL = GOLDEN.get("in VOL");
  static final Tensor SHUF = GOLDEN.get("in SHUF");
  static final Tensor COLS = GOLDEN.get("in COLS");
  static final Tensor W1 = GOLDEN.get("in W1");
  static final Tensor W2 = GOLDEN.get("in W2");
  static final Tensor W3 = GOLDEN.get("in W3");
  static final Tensor WT1 = GOLDEN.get("in WT1");
  static final Tensor WT2 = GOLDEN.get("in WT2");
  static final Tensor TBC = GOLDEN.get("in TBC");
  static final Tensor AFFINE = GOLDEN.get("in AFFINE");
  // Created here, since safetensors files store no strides and no complex numbers.
  static final Tensor MT = M.t();
  static final Tensor CT = CUBE.movedim(0, 2);
  static final Tensor XT = X.view(3, 2);
  static final Tensor Z = Torch.complex(X, P);

  /**
   * A call of a method of an operator.
   *
   * @param key the name of its expected numbers in the file
   * @param face the class that has the method
   * @param call calls the method
   */
  record Case(String key, String face, Supplier<Object> call) {}

  final List<Case> cases = new ArrayList<>();

  abstract void addAll();

  final void add(String key, String face, Supplier<Object> call) {
    cases.add(new Case(key, face, call));
  }

  /** The tensor that the last case has written to, or null if it has written to none. */
  static @Nullable Tensor changed;

  /** Returns a copy that the case can write to. */
  static Tensor copy(Tensor x) {
    changed = x.clone();
    return changed;
  }

  static Generator generator() {
    return new Generator().manualSeed(0);
  }
}
