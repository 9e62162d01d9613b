package panama.torch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.RNN;
import panama.torch.optim.Adam;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;
import panama.torch.optim.ParameterState;
import panama.torch.optim.RMSprop;
import panama.torch.optim.SGD;

/**
 * The time of a step: of the default, of libtorch's fused kernels, which RMSprop does not have, and
 * of one operator after the other. The parameters are those of a small network (RNN 10 to 20,
 * Linear 20 to 2), of an LSTM (128 to 256), or one tensor of four million elements.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OptimizerBenchmark {
  @Param({"Adam", "SGD", "RMSprop"})
  public String optimizer;

  @Param({"default", "fused", "operators"})
  public String implementation;

  @Param({"network", "LSTM", "4M"})
  public String parameters;

  private Optimizer stepped;

  @Setup
  public void createOptimizer() {
    List<Tensor> all =
        switch (parameters) {
          case "network" ->
              Stream.of(new RNN(10, 20).parameters(), new Linear(20, 2).parameters())
                  .flatMap(List::stream)
                  .toList();
          case "LSTM" -> new LSTM(128, 256).parameters();
          default -> List.of(Torch.randn(1 << 22).requiresGrad_(true));
        };
    all.forEach(parameter -> parameter.setGrad(Torch.randnLike(parameter.detach())));
    boolean fused = implementation.equals("fused");
    stepped =
        implementation.equals("operators")
            ? new Operators(all, optimizer)
            : switch (optimizer) {
              case "Adam" -> fused ? Adam.builder(all).fused(true).build() : new Adam(all);
              case "SGD" ->
                  fused
                      ? SGD.builder(all).momentum(0.9).fused(true).build()
                      : new SGD(all, 1e-3, 0.9);
              default -> new RMSprop(all);
            };
  }

  @Benchmark
  public void step() {
    stepped.step();
  }

  /** Takes the steps by one operator after the other. */
  private static final class Operators extends Optimizer {
    private final String kind;

    Operators(List<Tensor> parameters, String kind) {
      super(parameters, Map.of("lr", 1e-3));
      this.kind = kind;
    }

    @Override
    protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
      state.putScalar("step", 0).putZeros("m").putZeros("v");
    }

    @Override
    protected void update(
        ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
      Tensor m = state.get("m");
      Tensor v = state.get("v");
      double lr = group.lr();
      switch (kind) {
        case "SGD" -> parameter.add_(m.mul_(0.9).add_(gradient, 1), -lr);
        case "Adam" -> {
          double t = state.get("step").add_(1).item();
          m.lerp_(gradient, 0.1);
          v.mul_(0.999).addcmul_(gradient, gradient, 0.001);
          Tensor root = v.sqrt().div(Math.sqrt(1 - Math.pow(0.999, t))).add_(1e-8);
          parameter.addcdiv_(m, root, -lr / (1 - Math.pow(0.9, t)));
        }
        default -> {
          state.get("step").add_(1);
          v.mul_(0.99).addcmul_(gradient, gradient, 0.01);
          parameter.addcdiv_(gradient, v.sqrt().add_(1e-8), -lr);
        }
      }
    }
  }
}
