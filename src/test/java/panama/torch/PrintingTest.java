package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.Index.all;
import static panama.torch.Index.at;
import static panama.torch.Index.ellipsis;
import static panama.torch.Index.mask;
import static panama.torch.Index.newAxis;
import static panama.torch.Index.range;
import static panama.torch.Index.rangeFrom;
import static panama.torch.Index.rangeTo;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.nn.HiddenStateLayer;
import panama.torch.nn.LSTM;
import panama.torch.nn.LSTMCell;
import panama.torch.nn.MaxPool1d;
import panama.torch.nn.MaxPoolOutput;
import panama.torch.nn.MultiheadAttention;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.PaddedSequence;

/**
 * String forms as jshell and debuggers show them. TensorPrinterGoldenTest tests those of tensors.
 */
@Tag("locale")
class PrintingTest {
  private static final Tensor ROWS = tensor(new float[][] {{1, 2}, {3, 4}});
  private static final Tensor ROW = tensor(new float[] {5});

  @Test
  void recordsPrintTensorsBelowEachOther() {
    assertThat(new LSTM.Output(ROWS, ROW, ROW))
        .hasToString(
            """
            LSTM.Output(
              output=tensor([[1., 2.],
                             [3., 4.]]),
              hN=tensor([5.]),
              cN=tensor([5.]))\
            """);
    assertThat(new MultiheadAttention.Output(ROW, null))
        .hasToString("MultiheadAttention.Output(\n  output=tensor([5.]),\n  weights=None)");
    assertThat(new PaddedSequence(ROWS.view(2, 1, 2), tensor(new long[] {2})))
        .hasToString(
            """
            PaddedSequence(
              data=tensor([[[1., 2.]],

                           [[3., 4.]]]),
              lengths=tensor([2]))\
            """);
  }

  /** All lines of the string form of the packed sequence are indented. */
  @Test
  void aPackedSequenceInAnOutputIsIndented() {
    PackedSequence packed = new PackedSequence(ROWS, tensor(new long[] {2}), null, null);
    String own = packed.toString();
    assertThat(own).startsWith("PackedSequence(data=tensor([[1., 2.],\n");
    assertThat(new HiddenStateLayer.PackedOutput(packed, ROW).toString())
        .contains(
            "PackedOutput(\n  output="
                + own.replace("\n", "\n         ")
                + ",\n  hN=tensor([5.]))");
  }

  @Test
  void recordsPrintTheNamesOfTheirTensors() {
    assertThat(
            List.of(
                new HiddenStateLayer.Output(ROW, ROW),
                new LSTMCell.Output(ROW, ROW),
                new MaxPoolOutput(ROW, ROW),
                new ValuesAndIndices(ROW, ROW),
                new Unique(ROW, null, ROW),
                new Linalg.Qr(ROW, ROW),
                new Linalg.Svd(ROW, ROW, ROW),
                new Linalg.Eigh(ROW, ROW),
                new Linalg.Slogdet(ROW, ROW),
                Torch.op("aten::topk").arg(ROW).arg(1).call()))
        .extracting(value -> value.toString().replace("tensor([5.])", "x").replace("\n ", ""))
        .containsExactly(
            "Output( output=x, hN=x)",
            "LSTMCell.Output( h=x, c=x)",
            "MaxPoolOutput( output=x, indices=x)",
            "ValuesAndIndices( values=x, indices=x)",
            "Unique( output=x, inverse=None, counts=x)",
            "Qr( q=x, r=x)",
            "Svd( u=x, s=x, vh=x)",
            "Eigh( eigenvalues=x, eigenvectors=x)",
            "Slogdet( sign=x, logabsdet=x)",
            "Results( 0=x, 1=tensor([0]))");
    assertThat(MaxPool1d.builder(1).build().forwardWithIndices(zeros(1, 1)).toString())
        .startsWith("MaxPoolOutput(\n  output=tensor([[0.]]),\n");
  }

  @Test
  void indicesPrintAsTheyAreWritten() {
    assertThat(
            List.of(
                at(-3),
                at(new long[] {0, 2}),
                at(tensor(new long[] {1})),
                mask(tensor(new boolean[] {true})),
                all(),
                all().step(2),
                range(1, -1),
                range(1, 9).step(2),
                rangeFrom(2),
                rangeTo(5),
                ellipsis(),
                newAxis()))
        .hasToString(
            "[at(-3), at([0, 2]), at(tensor([1])), mask(tensor([True])), all(), all().step(2),"
                + " range(1, -1), range(1, 9).step(2), rangeFrom(2), rangeTo(5), ellipsis(),"
                + " newAxis()]");
  }

  @Test
  void modesPrintThatTheyLastUntilClosed() {
    String thread = Thread.currentThread().getName();
    GradMode noGrad = Torch.noGrad();
    assertThat(noGrad)
        .hasToString(
            "noGrad(on thread %s until this is closed; best: try (var _ = noGrad()) { ... })"
                .formatted(thread));
    noGrad.close();
    assertThat(noGrad).hasToString("noGrad(closed)");
    try (GradMode enableGrad = Torch.enableGrad();
        GradMode inference = Torch.inferenceMode();
        Autocast autocast = Torch.autocast(DType.BFLOAT16)) {
      assertThat(enableGrad.toString()).startsWith("enableGrad(on thread " + thread);
      assertThat(inference.toString()).startsWith("inferenceMode(on thread " + thread);
      assertThat(autocast.toString())
          .startsWith(
              "autocast(CPU, bfloat16, on thread %s until this is closed".formatted(thread));
    }
    AnomalyMode anomaly = Torch.detectAnomaly();
    try (anomaly) {
      assertThat(anomaly.toString()).startsWith("detectAnomaly(on in the whole process until");
    }
    assertThat(anomaly).hasToString("detectAnomaly(off)");
  }

  @Test
  void scopesPrintTheNumberOfTheirTensors() throws InterruptedException {
    TensorScope scope = new TensorScope();
    zeros(1).close();
    zeros(1);
    assertThat(scope.toString())
        .startsWith("TensorScope(1 tensor of this thread, freed by close()");
    zeros(1);
    assertThat(scope.toString())
        .startsWith("TensorScope(2 tensors of this thread, freed by close()");
    String[] elsewhere = new String[1];
    Thread other = new Thread(() -> elsewhere[0] = scope.toString());
    other.start();
    other.join();
    assertThat(elsewhere[0])
        .isEqualTo("TensorScope(of thread %s)".formatted(Thread.currentThread().getName()));
    scope.close();
    assertThat(scope).hasToString("TensorScope(closed)");
  }
}
