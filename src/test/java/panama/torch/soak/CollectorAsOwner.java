package panama.torch.soak;

import java.util.Locale;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Compares a loop that closes none of its temporaries with the same loop with a scope for each
 * step. Blocks of both alternate, since the speed of a machine varies.
 */
final class CollectorAsOwner {
  private static final int BATCH = 64;
  private static final int HIDDEN = 256;

  /** The bytes of temporaries in one step. */
  private static final long BYTES = 4L * 4 * BATCH * HIDDEN;

  private static final long BLOCK = 1L << 28;

  private final Tensor x = Torch.randn(BATCH, HIDDEN);
  private final Tensor h = Torch.zeros(BATCH, HIDDEN);
  private final Tensor weightIh = Torch.randn(HIDDEN, HIDDEN);
  private final Tensor weightHh = Torch.randn(HIDDEN, HIDDEN);
  private long most;

  private CollectorAsOwner() {}

  /**
   * Arguments: the MiB of temporaries without scopes, and the largest allowed ratio of the two
   * times.
   */
  public static void main(String[] args) {
    long blocks = (Long.parseLong(args[0]) << 20) / BLOCK;
    double bound = Double.parseDouble(args[1]);
    CollectorAsOwner loop = new CollectorAsOwner();
    long inUse = Torch.memory().liveBytes();
    loop.collected();
    loop.scoped();
    long collected = 0;
    long scoped = 0;
    for (long i = 0; i < blocks; i++) {
      long start = System.nanoTime();
      loop.collected();
      long middle = System.nanoTime();
      loop.scoped();
      collected += middle - start;
      scoped += System.nanoTime() - middle;
    }
    long budget = Long.getLong("panama.torch.nativeBudget");
    double ratio = (double) collected / scoped;
    System.out.printf(
        Locale.ROOT,
        "at most %d MB dropped, budget %d MB; %.2f x the scoped loop%n",
        (loop.most - inUse) / 1_000_000,
        budget / 1_000_000,
        ratio);
    System.exit(loop.most - inUse <= budget && ratio <= bound ? 0 : 1);
  }

  private void collected() {
    for (long made = 0; made < BLOCK; made += BYTES) {
      step();
    }
  }

  private void scoped() {
    for (long made = 0; made < BLOCK; made += BYTES) {
      try (var scope = new TensorScope()) {
        step();
      }
    }
  }

  /** One step of a recurrent network by hand: tanh(x W_ih + h W_hh). */
  private void step() {
    x.matmul(weightIh).add(h.matmul(weightHh)).tanh();
    most = Math.max(most, Torch.memory().liveBytes());
  }
}
