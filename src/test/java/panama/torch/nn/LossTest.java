package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Snippet;
import panama.torch.Tensor;
import panama.torch.Torch;

/** The contract of {@link Loss} for subclasses outside its package. */
class LossTest {
  private static final class Doubled extends Loss<Doubled> {
    Doubled(Reduction reduction) {
      super(reduction);
    }

    Tensor forward(Tensor x) {
      return call(x, in -> reduce(in.mul(2)));
    }
  }

  private static final Tensor X = Torch.tensor(new float[][] {{1, 2, 3}, {4, 5, 6}});

  @Test
  void customLossesApplyTheReduction() {
    Tensor each = new Doubled(Reduction.NONE).forward(X);
    assertThat(each.shape()).isEqualTo(X.shape());
    assertThat(each.flatten().toFloatArray()).containsExactly(2, 4, 6, 8, 10, 12);
    assertThat(new Doubled(Reduction.MEAN).forward(X).item()).isEqualTo(7);
    assertThat(new Doubled(Reduction.SUM).forward(X).item()).isEqualTo(42);
    assertThat(new Doubled(Reduction.SUM).reduction()).isEqualTo(Reduction.SUM);
  }

  @Test
  void customLossesRefuseBatchMean() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Doubled(Reduction.BATCHMEAN))
        .withMessageContainingAll("reduction", "BATCHMEAN", "KLDivLoss", "MEAN");
  }

  /** Returns the first example of a class's Javadoc. */
  private static String example(String file) throws Exception {
    MatchResult found =
        Pattern.compile("<pre>\\{@code\n(.*?)^ \\* \\}</pre>", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(Path.of(file)))
            .results()
            .findFirst()
            .orElseThrow();
    return found.group(1).lines().map(line -> line.substring(2)).collect(Collectors.joining("\n"));
  }

  @Test
  void theExampleRunsInAnotherPackage(@TempDir Path folder) throws Exception {
    Snippet.run(
        folder,
        "QuantileLossExample",
        """
        import static org.assertj.core.api.Assertions.assertThat;
        import static org.assertj.core.api.Assertions.assertThatThrownBy;
        import static org.assertj.core.api.Assertions.within;
        import panama.torch.*;
        import panama.torch.nn.*;
        import panama.torch.nn.Module;

        """
            + example("src/main/java/panama/torch/nn/Loss.java")
            + """

            Tensor x = Torch.tensor(new float[] {1, 2, 3}).requiresGrad_();
            Tensor target = Torch.tensor(new float[] {2, 2, 1});
            QuantileLoss each = new QuantileLoss(0.9, Reduction.NONE).eval();
            float[] losses = each.forward(x, target).toFloatArray();
            assertThat(losses).containsExactly(new float[] {0.9f, 0, 0.2f}, within(1e-6f));
            Tensor mean = new QuantileLoss(0.9, Reduction.MEAN).forward(x, target);
            assertThat(mean.item()).isCloseTo(1.1 / 3, within(1e-6));
            mean.backward();
            assertThat(x.grad().toFloatArray()[0]).isCloseTo(-0.3f, within(1e-6f));
            assertThatThrownBy(() -> each.forward(x, Torch.ones(3, 1)))
                .hasMessageContaining("target: expected shape [3]");
            // A method that a public class inherits from a package-private one.
            java.util.function.BinaryOperator<Tensor> mse = new MSELoss()::forward;
            assertThat(mse.apply(target, target).item()).isZero();
            """);
  }
}
