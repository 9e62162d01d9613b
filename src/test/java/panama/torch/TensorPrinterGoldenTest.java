package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.io.SafeTensors;

@Tag("locale")
class TensorPrinterGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/printing.safetensors");

  static Stream<Arguments> cases() throws IOException {
    Map<String, String> printed = SafeTensors.loadMetadata(GOLDEN);
    return SafeTensors.load(GOLDEN).entrySet().stream()
        .map(e -> Arguments.of(e.getKey(), e.getValue(), printed.get(e.getKey())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void printsWhatPyTorchPrints(String name, Tensor stored, String expected) {
    Tensor tensor =
        name.startsWith("complex")
            ? Torch.op("aten::view_as_complex").arg(stored).tensor()
            : stored;
    // At most, since the garbage collector may free tensors of other tests at the same time.
    long before = Torch.memory().liveTensors();
    assertThat(tensor.toString()).isEqualTo(expected);
    assertThat(Torch.memory().liveTensors())
        .as("what printing leaves behind")
        .isLessThanOrEqualTo(before);
  }

  @Test
  void printsGradFnAndRequiresGrad() {
    Tensor x = Torch.ones(2).requiresGrad_(true);
    assertThat(x).hasToString("tensor([1., 1.], requires_grad=True)");
    assertThat(x.mul(x)).hasToString("tensor([1., 1.], grad_fn=<MulBackward0>)");
    assertThat(x.sum()).hasToString("tensor(2., grad_fn=<SumBackward0>)");
  }

  /** PyTorch prints 0.0000 for the first number, although it is not 0. */
  @Test
  void printsSmallPowersOfTwoExactly() {
    assertThat(Torch.tensor(new byte[] {0, 127, -2}).view(DType.FLOAT8_E8M0FNU))
        .hasToString("tensor([5.8775e-39, 1.0000e+00, 1.7014e+38], dtype=torch.float8_e8m0fnu)");
  }

  @Test
  void printsViewsThatAreNotContiguous() {
    assertThat(Torch.arange(6).view(2, 3).transpose(0, 1))
        .hasToString("tensor([[0, 3],\n        [1, 4],\n        [2, 5]])");
  }

  @Test
  void printsClosedTensors() {
    Tensor x = Torch.ones(1);
    x.close();
    assertThat(x).hasToString("tensor(closed)");
  }

  @Test
  void printsOnlyTheSizeOfTensorsThatItCannotRead() {
    for (String layout : List.of("aten::to_sparse", "aten::to_sparse_csr", "aten::to_mkldnn")) {
      assertThat(Torch.op(layout).arg(Torch.ones(2, 3)).tensor())
          .as(layout)
          .hasToString("tensor(..., size=(2, 3))");
    }
  }
}
