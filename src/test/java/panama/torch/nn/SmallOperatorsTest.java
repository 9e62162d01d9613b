package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.autograd.GradCheck.gradgradcheck;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;

/**
 * Small operators, which the calling thread computes alone (native/src/small_work.cpp), have the
 * bits of libtorch's operators of any number of threads.
 */
class SmallOperatorsTest {
  private static final Op ADDMM = Torch.op("aten::addmm");
  private static final Op LOG_SOFTMAX = Torch.op("aten::_log_softmax");

  private final int threadsBefore = Torch.getNumThreads();

  @AfterEach
  void restoreThreads() {
    Torch.setNumThreads(threadsBefore);
  }

  /** Returns a result and the gradients of the leaves. */
  private static List<Tensor> withGradients(
      Supplier<Tensor> function, boolean transposed, Tensor... leaves) {
    for (Tensor leaf : leaves) {
      leaf.setGrad(null);
    }
    Torch.manualSeed(7);
    Tensor result = function.get();
    Tensor gradient =
        transposed && result.dim() == 2
            ? Torch.randn(DType.FLOAT64, result.size(1), result.size(0)).t()
            : Torch.randn(DType.FLOAT64, result.shape().toArray());
    result.backward(gradient.to(result.dtype()));
    List<Tensor> all = new ArrayList<>(List.of(result.detach()));
    for (Tensor leaf : leaves) {
      all.add(leaf.grad().detach());
    }
    return all;
  }

  private static void assertSameBits(String name, List<Tensor> actual, List<Tensor> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).equal(expected.get(i))).as("%s, tensor %d", name, i).isTrue();
    }
  }

  private static Tensor leaf(DType dtype, long... shape) {
    return Torch.randn(shape).to(dtype).detach().requiresGrad_(true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void linearHasTheBitsOfProductsByATeam(int threads) {
    Torch.setNumThreads(threads);
    var random = new Random(threads);
    for (int i = 0; i < 300; i++) {
      try (var scope = new TensorScope()) {
        DType dtype = random.nextInt(4) == 0 ? DType.FLOAT64 : DType.FLOAT32;
        long in = 1L + random.nextInt(70);
        long out = 1L + random.nextInt(random.nextBoolean() ? 12 : 70);
        long length = 1L + random.nextInt(3);
        Tensor sequence = leaf(dtype, 1 + random.nextInt(40), length, in);
        Tensor weight = leaf(dtype, out, in);
        Tensor bias = leaf(dtype, out);
        boolean lastStep = random.nextBoolean();
        boolean transposed = random.nextBoolean();
        Supplier<Tensor> input = () -> lastStep ? sequence.select(1, -1) : sequence;
        List<Tensor> actual =
            withGradients(
                () -> Functional.linear(input.get(), weight, bias),
                transposed,
                sequence,
                weight,
                bias);
        List<Tensor> expected =
            withGradients(
                () -> {
                  Tensor x = input.get();
                  Tensor rows = x.reshape(-1, in);
                  Tensor y = ADDMM.arg(bias).arg(rows).arg(weight.t()).call().tensor(0);
                  return lastStep ? y : y.reshape(x.size(0), length, out);
                },
                transposed,
                sequence,
                weight,
                bias);
        assertSameBits(
            sequence.shape() + " " + weight.shape() + dtype + lastStep + transposed,
            actual,
            expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void logSoftmaxAndCrossEntropyHaveTheBitsOfATeam(int threads) {
    Torch.setNumThreads(threads);
    var random = new Random(threads);
    for (int i = 0; i < 200; i++) {
      try (var scope = new TensorScope()) {
        DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
        long n = 1L + random.nextInt(60);
        long classes = 1L + random.nextInt(60);
        int dim = random.nextInt(2);
        Tensor x = leaf(dtype, n, classes);
        Tensor target = Torch.randint(0, classes, n);
        assertSameBits(
            "log_softmax",
            withGradients(() -> x.logSoftmax(dim), false, x),
            withGradients(() -> LOG_SOFTMAX.arg(x).arg(dim).arg(false).call().tensor(0), false, x));
        assertSameBits(
            "cross entropy",
            withGradients(() -> new CrossEntropyLoss().forward(x, target), false, x),
            withGradients(
                () -> {
                  Tensor chosen = LOG_SOFTMAX.arg(x).arg(1).arg(false).call().tensor(0);
                  return Torch.op("aten::nll_loss").arg(chosen).arg(target).call().tensor(0);
                },
                false,
                x));
      }
    }
  }

  @Test
  void aFailedBackwardPassLeavesTheNumberOfThreads() {
    Torch.setNumThreads(2);
    try (var scope = new TensorScope()) {
      Tensor x = Torch.randn(32, 20);
      Tensor weight = leaf(DType.FLOAT32, 2, 20);
      Tensor y = Functional.linear(x, weight, leaf(DType.FLOAT32, 2)).sum();
      x.add_(1);
      assertThatThrownBy(y::backward)
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("modified by an inplace operation");
      assertThat(Torch.getNumThreads()).isEqualTo(2);
    }
  }

  @Test
  void gradientsOfGradientsAreThoseOfLibtorch() {
    Torch.setNumThreads(2);
    try (var scope = new TensorScope()) {
      Tensor x = leaf(DType.FLOAT64, 8, 5);
      Tensor weight = leaf(DType.FLOAT64, 3, 5);
      Tensor bias = leaf(DType.FLOAT64, 3);
      assertThat(
              gradgradcheck(
                  inputs ->
                      List.of(
                          Functional.linear(inputs.get(0), inputs.get(1), inputs.get(2))
                              .logSoftmax(-1)),
                  List.of(x, weight, bias)))
          .isTrue();
    }
  }
}
