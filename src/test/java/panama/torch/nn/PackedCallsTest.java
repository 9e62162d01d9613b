package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.Torch.randn;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;

import java.util.List;
import org.junit.jupiter.api.Test;
import panama.torch.ChildJvm;
import panama.torch.nn.utils.rnn.PackedSequence;

/** The native calls that a layer makes for a packed batch, as jextract's trace prints them. */
class PackedCallsTest {
  static final class Program {
    public static void main(String[] args) {
      LSTM lstm = new LSTM(3, 4);
      PackedSequence packed = packPaddedSequence(randn(5, 2, 3), new long[] {2, 5}, false, false);
      lstm.forward(packed);
      System.out.println("begin");
      lstm.forward(packed);
      System.out.println("end");
    }
  }

  @Test
  void anUnsortedBatchWithoutStatesTakesFive() throws Exception {
    ChildJvm.Result result = ChildJvm.run(Program.class, "-Djextract.trace.downcalls=true");
    List<String> lines = result.lines();
    List<String> calls =
        lines.subList(lines.indexOf("begin") + 1, lines.indexOf("end")).stream()
            .map(line -> line.replaceFirst("\\(.*", ""))
            .filter(function -> !function.equals("pt_tensor_free")) // by the garbage collector
            .toList();
    assertThat(calls)
        .containsExactly(
            "pt_tensor_describe", // the number of dimensions
            "pt_tensor_describe", // H_in
            "pt_tensor_describe", // the type of the weights
            "pt_tensor_describe", // the type of x
            "pt_operator_call");
  }
}
