package panama.torch;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;

/**
 * The time of a recurrent layer with each of its backends: forward and backward ({@code training}),
 * and forward in inference mode. Shapes are N, L, input size and hidden size.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecurrentBenchmark {
  @Param({"RNN", "GRU", "LSTM"})
  public String layer;

  @Param({"32 5 10 20", "32 50 64 128", "32 100 128 256", "64 100 256 512", "1 100 64 128"})
  public String shape;

  @Param({"ATEN", "FUSED"})
  public Backends.Recurrent backend;

  private RecurrentLayer<?> module;
  private Tensor x;

  @Setup
  public void createLayer() {
    Backends.recurrent(backend);
    long[] sizes = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    RecurrentLayer.Builder<?> builder =
        switch (layer) {
          case "RNN" -> RNN.builder(sizes[2], sizes[3]);
          case "GRU" -> GRU.builder(sizes[2], sizes[3]);
          default -> LSTM.builder(sizes[2], sizes[3]);
        };
    module = builder.batchFirst(true).build();
    x = Torch.randn(sizes[0], sizes[1], sizes[2]).requiresGrad_(true);
  }

  @Benchmark
  public Tensor training() {
    try (TensorScope scope = new TensorScope()) {
      module.zeroGrad();
      x.setGrad(null);
      module.forward(x).output().sum().backward();
      return x;
    }
  }

  @Benchmark
  public long inference() {
    try (TensorScope scope = new TensorScope();
        var mode = Torch.inferenceMode()) {
      return module.forward(x).output().numel();
    }
  }
}
