package panama.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.TorchException;

/**
 * A step increments the versions of the parameters in every implementation, since gradients of a
 * graph recorded before it would be wrong.
 */
class OptimizerVersionTest {
  static Stream<Named<Function<List<Tensor>, Optimizer>>> optimizers() {
    return Stream.of(
        named("SGD fused", p -> SGD.builder(p).fused(true).build()),
        named("SGD", p -> SGD.builder(p).build()),
        named("SGD momentum fused", p -> SGD.builder(p).momentum(0.9).fused(true).build()),
        named("SGD momentum", p -> SGD.builder(p).momentum(0.9).build()),
        named("Adam fused", p -> Adam.builder(p).fused(true).build()),
        named("Adam", p -> Adam.builder(p).build()),
        named("Adam amsgrad fused", p -> Adam.builder(p).amsgrad(true).fused(true).build()),
        named("AdamW fused", p -> AdamW.builder(p).fused(true).build()),
        named("AdamW", p -> AdamW.builder(p).build()),
        named("Adagrad fused", p -> Adagrad.builder(p).fused(true).build()),
        named("Adagrad", p -> Adagrad.builder(p).build()),
        named("Adadelta", p -> Adadelta.builder(p).build()),
        named("Adamax", p -> Adamax.builder(p).build()),
        named("NAdam", p -> NAdam.builder(p).build()),
        named("RAdam", p -> RAdam.builder(p).build()),
        named("RMSprop", p -> RMSprop.builder(p).build()),
        named("LBFGS", p -> LBFGS.builder(p).build()),
        named("LBFGS wolfe", p -> LBFGS.builder(p).strongWolfe(true).build()));
  }

  private static Named<Function<List<Tensor>, Optimizer>> named(
      String name, Function<List<Tensor>, Optimizer> make) {
    return Named.of(name, make);
  }

  private static long version(Tensor tensor) {
    return Torch.op("aten::_version").arg(tensor).call().integer(0);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aGraphRecordedBeforeAStepIsRefused(Function<List<Tensor>, Optimizer> make) {
    Torch.manualSeed(0);
    Tensor weight = Torch.randn(3, 4).requiresGrad_();
    Tensor transposed =
        Torch.randn(4, 3).t().requiresGrad_(); // the fused kernels do not support it
    Tensor idle = Torch.randn(2).requiresGrad_();
    Optimizer optimizer = make.apply(List.of(weight, transposed, idle));
    for (int step = 0; step < 2; step++) {
      List<Tensor> before =
          Stream.of(weight, transposed)
              .map(p -> p.mul(p).sum())
              .toList(); // the backward pass needs both p
      long idleVersion = version(idle);
      optimizer.step(
          () -> {
            optimizer.zeroGrad();
            Tensor loss = weight.pow(4).sum().add(transposed.pow(4).sum());
            loss.backward();
            return loss;
          });
      long gradientVersion = version(Objects.requireNonNull(weight.grad()));
      assertThat(before)
          .allSatisfy(
              loss ->
                  assertThatThrownBy(loss::backward)
                      .isInstanceOf(TorchException.class)
                      .hasMessageMatching("(?s).*modified by an in-?place operation.*"));
      if (!(optimizer instanceof LBFGS)) { // which treats all parameters as one vector
        assertThat(version(idle)).isEqualTo(idleVersion);
      }
      // The schemas of the kernels say that they write to the gradients, which they do not.
      assertThat(gradientVersion).isZero();
    }
  }
}
