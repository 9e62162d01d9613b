package panama.torch.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import panama.torch.ChildJvm;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

class NativeErrorsTest {
  /** Causes its first native error where the stack is nearly full, and others on the way back. */
  static final class Program {
    private static int levels;

    private Program() {}

    public static void main(String[] args) throws InterruptedException {
      Tensor two = Torch.ones(2);
      Tensor three = Torch.ones(3);
      for (int i = 0; i < 200; i++) {
        two.add(two).close(); // the classes of a call without an error
      }
      Thread thread = new Thread(null, () -> descend(two, three), "deep", 1 << 20);
      thread.start();
      thread.join();
      try {
        two.add(three);
      } catch (ShapeException e) {
        System.out.println("usable after " + (levels > 0));
      }
    }

    @SuppressWarnings("InfiniteRecursion") // intended
    private static void descend(Tensor two, Tensor three) {
      try {
        descend(two, three);
      } catch (StackOverflowError e) {
        // Continues with the level above.
      }
      try {
        two.add(three);
      } catch (ShapeException e) {
        levels++;
      }
    }
  }

  @Test
  void aNearlyFullStackLeavesErrorsUsable() throws Exception {
    ChildJvm.Result result = ChildJvm.run(Program.class);
    assertThat(result.lines()).as(result.toString()).containsExactly("usable after true");
  }
}
