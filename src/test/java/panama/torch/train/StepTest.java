package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.Torch.tensor;

import java.util.List;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.data.PackCollate;
import panama.torch.data.PadCollate;

class StepTest {
  private static final List<List<Tensor>> EXAMPLES =
      List.of(
          List.of(tensor(new float[] {1, 2, 3}), tensor(10)),
          List.of(tensor(new float[] {5}), tensor(20)));

  private static Tensor difference(Tensor predictions, Tensor targets) {
    return targets.sub(predictions).sum();
  }

  private static void assertOutput(StepOutput output, double... predictions) {
    assertThat(output.requirePredictions().to(DType.FLOAT64).toDoubleArray())
        .containsExactly(predictions);
    assertThat(output.requireTargets().toLongArray()).containsExactly(10, 20);
    assertThat(output.loss().item()).isEqualTo(30 - predictions[0] - predictions[1]);
  }

  @Test
  void paddedGivesTheModelSequencesAndLengths() {
    var step = Step.padded((x, lengths) -> x.sum(1).mul(lengths), StepTest::difference);
    assertOutput(step.apply(new PadCollate().collate(EXAMPLES)), 18, 5);
  }

  @Test
  void packedGivesTheModelSequences() {
    var step = Step.packed(x -> x.data().narrow(0, 0, 2), StepTest::difference);
    assertOutput(step.apply(new PackCollate().collate(EXAMPLES)), 1, 5);
  }
}
