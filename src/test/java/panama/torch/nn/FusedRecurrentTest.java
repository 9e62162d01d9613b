package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import panama.torch.Backends;
import panama.torch.Backends.Recurrent;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;

/** The fused recurrent kernels compute the same as libtorch, for sizes of all kinds. */
class FusedRecurrentTest {
  /** Below, at and above the lanes of a vector, for all instruction sets. */
  private static final long[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 20, 33, 64, 80};

  @AfterEach
  @AfterTry
  void restore() {
    Backends.recurrent(Recurrent.AUTO);
  }

  /** A random layer with its input, and the results and gradients of a backend. */
  private static final class Subject {
    private final RecurrentLayer<?> layer;
    private final Tensor x;
    private final List<Tensor> states = new ArrayList<>();
    private final long @Nullable [] lengths;
    private final long seed;
    private final DType dtype;

    Subject(long seed, DType dtype) {
      this.seed = seed;
      this.dtype = dtype;
      Random random = new Random(seed);
      Torch.manualSeed(seed);
      long n = SIZES[random.nextInt(8)];
      int length = 1 + random.nextInt(12);
      long in = SIZES[random.nextInt(SIZES.length)];
      long hidden = SIZES[random.nextInt(SIZES.length)];
      boolean batchFirst = random.nextBoolean();
      int kind = random.nextInt(5);
      long projection = kind < 4 ? 0 : random.nextLong(hidden); // smaller than hidden
      RecurrentLayer.Builder<?> builder =
          switch (kind) {
            case 0 -> RNN.builder(in, hidden);
            case 1 -> RNN.builder(in, hidden).nonlinearity(RNN.Nonlinearity.RELU);
            case 2 -> GRU.builder(in, hidden);
            default -> LSTM.builder(in, hidden).projSize(projection);
          };
      layer =
          builder
              .numLayers(1 + random.nextInt(3))
              .bidirectional(random.nextBoolean())
              .bias(random.nextBoolean())
              .batchFirst(batchFirst)
              .build();
      layer.to(dtype);
      x = batchFirst ? random(n, length, in) : random(length, n, in);
      if (random.nextBoolean()) {
        long rows = (long) layer.numLayers() * (layer.bidirectional() ? 2 : 1);
        states.add(random(rows, n, projection > 0 ? projection : hidden));
        if (layer instanceof LSTM) {
          states.add(random(rows, n, hidden));
        }
      }
      lengths =
          random.nextBoolean()
              ? LongStream.generate(() -> 1 + random.nextInt(length)).limit(n).toArray()
              : null;
    }

    private Tensor random(long... sizes) {
      return Torch.randn(sizes).to(dtype).requiresGrad_(true);
    }

    /** Returns the results and all gradients. */
    List<Tensor> compute(Recurrent backend) {
      Backends.recurrent(backend);
      layer.zeroGrad();
      List<Tensor> inputs = new ArrayList<>(List.of(x));
      inputs.addAll(states);
      inputs.forEach(input -> input.setGrad(null));
      Torch.manualSeed(seed);
      List<Tensor> results = new ArrayList<>(forward());
      List<Tensor> losses =
          results.stream().map(y -> y.mul(Torch.randn(y.shape().toArray())).sum()).toList();
      Torch.stack(losses).sum().backward();
      inputs.addAll(layer.parameters());
      inputs.forEach(input -> results.add(input.grad()));
      return results;
    }

    private List<Tensor> forward() {
      Tensor h0 = states.isEmpty() ? null : states.getFirst();
      Tensor c0 = states.size() < 2 ? null : states.get(1);
      var packed =
          lengths == null ? null : packPaddedSequence(x, lengths, layer.batchFirst(), false);
      List<Tensor> results = new ArrayList<>();
      switch (layer) {
        case LSTM lstm when packed != null ->
            lstm.forward(packed, h0, c0).forEachTensor(results::add);
        case LSTM lstm -> lstm.forward(x, h0, c0).forEachTensor(results::add);
        case HiddenStateLayer<?> other when packed != null ->
            other.forward(packed, h0).forEachTensor(results::add);
        case HiddenStateLayer<?> other -> other.forward(x, h0).forEachTensor(results::add);
      }
      results.removeIf(result -> !result.dtype().isFloatingPoint()); // indices of a packed sequence
      return results;
    }
  }

  @Property(tries = 300)
  void resultsAndGradientsAreLibtorchs(@ForAll long seed) {
    try (TensorScope scope = new TensorScope()) {
      Subject subject = new Subject(seed, DType.FLOAT64);
      List<Tensor> expected = subject.compute(Recurrent.ATEN);
      List<Tensor> actual = subject.compute(Recurrent.FUSED);
      for (int i = 0; i < expected.size(); i++) {
        double largest = Math.max(1e-3, expected.get(i).abs().max().item());
        double difference = actual.get(i).sub(expected.get(i)).abs().max().item();
        assertThat(difference / largest)
            .as("result %s of %s, x %s", i, subject.layer, subject.x.shape())
            .isLessThan(1e-12);
      }
    }
  }

  /**
   * The same numbers are computed in float64 and, by both backends, in float32. The errors of one
   * layer are a matter of chance, above all of one with few units, so those of many count.
   */
  @Test
  void float32IsAsExactAsLibtorchs() {
    var ours = new DoubleSummaryStatistics();
    var libtorchs = new DoubleSummaryStatistics();
    for (long seed = 0; seed < 500; seed++) {
      try (TensorScope scope = new TensorScope()) {
        Subject single = new Subject(seed, DType.FLOAT32);
        List<Tensor> exact = new Subject(seed, DType.FLOAT64).compute(Recurrent.ATEN);
        libtorchs.accept(error(single.compute(Recurrent.ATEN), exact));
        ours.accept(error(single.compute(Recurrent.FUSED), exact));
      }
    }
    assertThat(ours.getAverage()).isLessThan(2 * libtorchs.getAverage());
    assertThat(ours.getMax()).isLessThan(2 * libtorchs.getMax());
  }

  /** Returns the largest relative error in the Euclidean norm. */
  private static double error(List<Tensor> actual, List<Tensor> exact) {
    double largest = 0;
    for (int i = 0; i < exact.size(); i++) {
      double size = exact.get(i).norm().item();
      if (size > 0) {
        largest = Math.max(largest, actual.get(i).sub(exact.get(i)).norm().item() / size);
      }
    }
    return largest;
  }

  @Test
  void inferenceHasTheSameBitsAsTraining() {
    Backends.recurrent(Recurrent.FUSED);
    for (RecurrentLayer<?> layer : List.of(new RNN(5, 20), new GRU(5, 20), new LSTM(5, 20))) {
      Tensor x = Torch.randn(7, 9, 5);
      Tensor training = layer.forward(x).output();
      assertThat(training.requiresGrad()).isTrue();
      try (var mode = Torch.noGrad()) {
        assertThat(Torch.equal(layer.forward(x).output(), training)).isTrue();
      }
      try (var mode = Torch.inferenceMode()) {
        assertThat(Torch.equal(layer.forward(x).output(), training)).isTrue();
      }
    }
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    Backends.recurrent(Recurrent.FUSED);
    int threads = Torch.getNumThreads();
    var lstm = new LSTM(64, 128);
    Tensor x = Torch.randn(20, 33, 64);
    Tensor expected = lstm.forward(x).output();
    try {
      Torch.setNumThreads(1);
      assertThat(Torch.equal(lstm.forward(x).output(), expected)).isTrue();
    } finally {
      Torch.setNumThreads(threads);
    }
  }

  /** Of five sequences, one thread has three: the other one takes some over. */
  @Test
  void workTakenOverByAnotherThreadHasTheSameBits() {
    Backends.recurrent(Recurrent.FUSED);
    int threads = Torch.getNumThreads();
    List<RecurrentLayer<?>> layers =
        List.of(
            new RNN(96, 160),
            GRU.builder(64, 96).bidirectional(true).build(),
            new LSTM(64, 96),
            LSTM.builder(64, 96).projSize(40).batchFirst(true).build());
    try {
      for (RecurrentLayer<?> layer : layers) {
        Tensor x =
            Torch.randn(
                    layer.batchFirst()
                        ? new long[] {5, 200, layer.inputSize()}
                        : new long[] {200, 5, layer.inputSize()})
                .requiresGrad_(true);
        Torch.setNumThreads(1);
        Tensor expected = layer.forward(x).output();
        Tensor gradient = Torch.randnLike(expected);
        Torch.setNumThreads(2);
        List<Tensor> first = List.of();
        for (int i = 0; i < 20; i++) {
          try (var scope = new TensorScope()) {
            layer.zeroGrad();
            x.setGrad(null);
            Tensor output = layer.forward(x).output();
            assertThat(Torch.equal(output, expected)).isTrue();
            output.backward(gradient);
            List<Tensor> all = new ArrayList<>(List.of(x.grad()));
            layer.parameters().forEach(parameter -> all.add(parameter.grad()));
            if (first.isEmpty()) {
              first = all.stream().map(each -> scope.keep(each.clone())).toList();
            }
            for (int j = 0; j < all.size(); j++) {
              assertThat(Torch.equal(all.get(j), first.get(j))).isTrue();
            }
          }
        }
      }
    } finally {
      Torch.setNumThreads(threads);
    }
  }

  @Test
  void aGraphCanBeUsedTwice() {
    Backends.recurrent(Recurrent.FUSED);
    var gru = new GRU(3, 4);
    Tensor loss = gru.forward(Torch.randn(5, 2, 3)).output().sum();
    loss.backward(true);
    Tensor once = gru.parameters().getFirst().grad().clone();
    loss.backward();
    assertThat(Torch.equal(gru.parameters().getFirst().grad(), once.mul(2))).isTrue();
  }

  @Test
  void saysWhatTheKernelsCannotCompute() {
    Backends.recurrent(Recurrent.FUSED);
    Tensor x = Torch.randn(5, 2, 3);
    GRU half = new GRU(3, 4).to(DType.BFLOAT16);
    assertThatThrownBy(() -> half.forward(x.to(DType.BFLOAT16)))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("it has no gradients in bfloat16; the backends AUTO and ATEN can");
    try (var autocast = Torch.autocast(DType.BFLOAT16)) {
      assertThatThrownBy(() -> new GRU(3, 4).forward(x)).hasMessageContaining("autocast");
    }
    try (var inference = Torch.inferenceMode()) {
      assertThat(half.forward(x.to(DType.BFLOAT16)).output().dtype()).isEqualTo(DType.BFLOAT16);
    }
    assertThatThrownBy(() -> new GRU(3, 4).to(DType.FLOAT16).forward(x.to(DType.FLOAT16)))
        .hasMessageContaining("neither float32 nor float64 nor bfloat16");
    assertThat(Backends.recurrent(Recurrent.AUTO)).isEqualTo(Recurrent.FUSED);
    assertThat(Backends.recurrent()).isEqualTo(Recurrent.AUTO);
    assertThat(half.forward(x.to(DType.BFLOAT16)).output().dtype()).isEqualTo(DType.BFLOAT16);
  }
}
