package panama.torch.hostile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import panama.torch.DType;
import panama.torch.Generator;
import panama.torch.Linalg;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CTCLoss;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.EmbeddingBag;
import panama.torch.nn.Functional;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.ModuleList;
import panama.torch.nn.NLLLoss;
import panama.torch.nn.RNN;
import panama.torch.nn.Reduction;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.Sequences;
import panama.torch.optim.Optimizer;

/**
 * Calls whose arguments are valid except for one, which random calls rarely are. The invalid
 * argument thus reaches loops in native code that do not check it. Called with random arguments,
 * like the rest of the API.
 */
public final class Scenarios {
  private Scenarios() {}

  private static Tensor backward(Tensor y) {
    if (y.requiresGrad()) {
      y.sum().backward();
    }
    return y;
  }

  private static Tensor weights(long... sizes) {
    return Torch.rand(sizes).requiresGrad_(true);
  }

  /** Returns class numbers of 2 x 3 tokens, one of them arbitrary. */
  private static Tensor indices(long bad) {
    return Torch.tensor(new long[] {0, 1, 2, 1, 0, bad}, 2, 3);
  }

  public static Tensor ctc(long[] inputLengths, long[] targetLengths, long target, boolean joined) {
    Tensor targets = Torch.tensor(new long[] {1, 2, 1, target});
    return backward(
        new CTCLoss()
            .forward(
                weights(5, 2, 4).logSoftmax(2),
                joined ? targets : targets.view(2, 2),
                Arrays.copyOf(inputLengths, 2),
                Arrays.copyOf(targetLengths, 2)));
  }

  /**
   * A call by name with one number out of range, whose result must not depend on the memory around
   * its tensors.
   */
  public static Tensor indexedCall(int which, int place, long number, boolean near) {
    List<IndexedCalls.IndexedCall> all = IndexedCalls.all();
    IndexedCalls.IndexedCall call = all.get(Math.floorMod(which * 31L + number, all.size()));
    long[] outside = IndexedCalls.outside(call.bound());
    long chosen = near ? outside[(int) Math.floorMod(number, (long) outside.length)] : number;
    IndexedCalls.twice(call, call.with(Math.floorMod(place, call.sound().length), chosen));
    return Torch.tensor(chosen);
  }

  public static Tensor ctcInt32(int a, int b, boolean zeroInfinity) {
    return backward(
        CTCLoss.builder()
            .zeroInfinity(zeroInfinity)
            .build()
            .forward(
                weights(3, 2, 3).logSoftmax(2),
                Torch.tensor(new int[] {1, a, 2, 1}, 2, 2),
                Torch.tensor(new int[] {3, b}),
                Torch.tensor(new int[] {2, a})));
  }

  public static Tensor crossEntropy(
      long target, long ignoreIndex, double smoothing, Reduction how) {
    return backward(
        CrossEntropyLoss.builder()
            .ignoreIndex(ignoreIndex)
            .labelSmoothing(smoothing)
            .reduction(how)
            .build()
            .forward(weights(2, 4, 3), indices(target)));
  }

  public static Tensor nll(long target, long ignoreIndex, Tensor weight, Reduction how) {
    return backward(
        NLLLoss.builder()
            .ignoreIndex(ignoreIndex)
            .weight(weight)
            .reduction(how)
            .build()
            .forward(weights(2, 4, 3), indices(target)));
  }

  public static Tensor nllWithWeights(long classes, long target) {
    return backward(
        NLLLoss.builder()
            .weight(Torch.ones(Math.clamp(classes, 0, 9)))
            .build()
            .forward(weights(3, 4), Torch.tensor(new long[] {0, 3, target})));
  }

  public static Tensor embedding(long index, long paddingIdx) {
    return backward(Functional.embedding(indices(index), weights(4, 2), paddingIdx));
  }

  public static Tensor embeddingBag(
      long index, long[] offsets, EmbeddingBag.Mode mode, boolean last, boolean byFrequency) {
    return backward(
        EmbeddingBag.builder(4, 2)
            .mode(mode)
            .includeLastOffset(last)
            .scaleGradByFreq(byFrequency)
            .paddingIdx(1)
            .build()
            .forward(Torch.tensor(new long[] {0, 1, 2, index}), Torch.tensor(offsets)));
  }

  public static Tensor embeddingBagStartingAt0(long index, long a, long b, EmbeddingBag.Mode mode) {
    return backward(
        EmbeddingBag.builder(4, 2)
            .mode(mode)
            .maxNorm(1)
            .build()
            .forward(
                Torch.tensor(new long[] {0, 1, 2, index}), Torch.tensor(new long[] {0, a, b})));
  }

  /** Packed sequences with arbitrary batch sizes. */
  public static Tensor packed(long[] batchSizes, long[] order, boolean bidirectional) {
    LSTM lstm = LSTM.builder(2, 3).bidirectional(bidirectional).build();
    Tensor sizes = Torch.tensor(batchSizes);
    PackedSequence packed =
        new PackedSequence(
            weights(6, 2), sizes, order.length == 0 ? null : Torch.tensor(order), null);
    return backward(lstm.forward(packed).output().data());
  }

  /** Packed sequences whose batch sizes are changed after the checks. */
  public static Object packedThatChanges(long size, boolean batchFirst) {
    Tensor sizes = Torch.tensor(new long[] {3, 2, 1});
    PackedSequence packed = new PackedSequence(weights(6, 2), sizes, null, null);
    sizes.select(0, 1).fill_(size);
    packed.batchSize();
    return Sequences.padPackedSequence(packed, batchFirst);
  }

  public static Tensor pack(long[] lengths, boolean sorted) {
    PackedSequence packed =
        Sequences.packPaddedSequence(weights(3, 4, 2), Arrays.copyOf(lengths, 4), false, sorted);
    return backward(Sequences.padPackedSequence(packed, true).data());
  }

  /** An LSTM with parameters of another layer, or one too few or too many. */
  public static List<Tensor> lstm(
      long inputSize, int layers, boolean bidirectional, boolean bias, int drop, Tensor state) {
    List<Tensor> parameters =
        new ArrayList<>(List.of(weights(8, 2), weights(8, 2), weights(8), weights(8)));
    if (drop >= 0 && drop < 4) {
      parameters.set(drop, state);
    } else if (drop > 100) {
      parameters.removeLast();
    }
    Tensor h = Torch.zeros(1, 3, 2);
    return Torch.op("aten::lstm.input")
        .arg(Torch.ones(4, 3, Math.clamp(inputSize, 0, 9)))
        .arg(List.of(h, h))
        .arg(parameters)
        .arg(bias)
        .arg(layers)
        .arg(0)
        .arg(true)
        .arg(bidirectional)
        .arg(false)
        .call()
        .tensors();
  }

  public static List<Tensor> rnnPacked(
      RNN.Nonlinearity nonlinearity, long[] batchSizes, int layers) {
    List<Tensor> parameters = List.of(weights(2, 2), weights(2, 2), weights(2), weights(2));
    return Torch.op("aten::rnn_%s.data".formatted(nonlinearity.name().toLowerCase(Locale.ROOT)))
        .arg(Torch.ones(6, 2))
        .arg(Torch.tensor(batchSizes))
        .arg(Torch.zeros(1, 3, 2))
        .arg(parameters)
        .arg(true)
        .arg(layers)
        .arg(0)
        .arg(true)
        .arg(false)
        .call()
        .tensors();
  }

  public static Tensor gather(long index, int dim) {
    return backward(weights(4, 3).gather(dim, indices(index)));
  }

  public static Tensor scatter(long index, int dim, double value) {
    Tensor x = Torch.zeros(4, 3);
    return x.scatter(dim, indices(index), value)
        .scatterAdd(dim, indices(index), Torch.ones(2, 3))
        .scatter_(dim, indices(index), Torch.ones(2, 3));
  }

  public static Tensor take(long index) {
    return backward(weights(4, 3).take(indices(index)));
  }

  public static Tensor indexPut(long a, long b, boolean accumulate) {
    return Torch.zeros(4, 3)
        .indexPut_(
            List.of(Torch.tensor(new long[] {0, a}), Torch.tensor(new long[] {1, b})),
            Torch.ones(2),
            accumulate);
  }

  public static Tensor indexAlong(long index, int dim, double alpha) {
    Tensor x = Torch.zeros(3, 3);
    Tensor at = Torch.tensor(new long[] {0, index, 1});
    x.indexAdd_(dim, at, Torch.ones(3, 3), alpha);
    x.indexCopy_(dim, at, Torch.ones(3, 3));
    x.indexFill_(dim, at, alpha);
    return backward(weights(3, 3).indexSelect(dim, at));
  }

  /** Operands that share memory. */
  public static Tensor aliased(long step, int dim) {
    Tensor x = Torch.arange(12).to(DType.FLOAT32);
    Tensor windows = x.unfold(dim, 3, step);
    windows.add_(1);
    x.slice(0, 0, 8).copy_(x.slice(0, 4, 12));
    x.expand(3, 12).mul_(2);
    x.maskedScatter_(x.gt(2), x);
    x.addcmul_(x, x);
    return x.set_(x.view(12), panama.torch.Index.all());
  }

  /** Parameters that change their shape and type under an optimizer. */
  public static void replacedData(Optimizer optimizer, Tensor data, Tensor grad, boolean first) {
    optimizer.step();
    for (var group : optimizer.paramGroups()) {
      for (Tensor parameter : group.parameters()) {
        if (first) {
          parameter.setData(data);
        }
        parameter.setGrad(grad);
        if (!first) {
          parameter.setData(data);
        }
      }
    }
    optimizer.step();
    optimizer.zeroGrad();
  }

  /** A layer whose parameters were given other data. */
  public static Tensor brokenModule(Module module, Tensor data, boolean close) {
    for (Tensor parameter : module.parameters()) {
      if (close) {
        parameter.close();
      } else {
        parameter.setData(data);
      }
    }
    return Torch.ones(1);
  }

  public static Tensor modulesInACircle(ModuleList<Module> a, ModuleList<Module> b) {
    a.append(b);
    b.append(a);
    return Torch.tensor(a.parameters().size());
  }

  public static Tensor hookThatThrows(boolean closes, boolean inside) {
    Tensor x = weights(3);
    Tensor y = x.mul(2);
    y.registerHook(
        grad -> {
          if (closes) {
            x.close();
            y.close();
            grad.close();
            return inside ? grad : null;
          }
          throw new Arguments.OfHook();
        });
    y.sum().backward();
    return x;
  }

  /** A segment whose memory operators would reallocate. */
  public static Tensor segmentAndData(Tensor other, long size) {
    Tensor x = Torch.arange(4).to(DType.FLOAT32);
    var segment = x.asSegment();
    x.setData(other);
    segment.fill((byte) 1);
    try (Tensor y = Torch.ones(2)) {
      var after = y.asSegment();
      y.close();
      after.fill((byte) 2);
    }
    Torch.op("aten::resize_").arg(x).arg(new long[] {size}).call();
    return x;
  }

  public static Tensor generatorState(long at, long value, long length) {
    Generator generator = new Generator();
    Tensor state = generator.getState();
    long n = state.numel();
    Tensor changed = state.slice(0, 0, Math.clamp(length + n - 1, 0, n)).contiguous();
    if (changed.numel() > 0) {
      changed.select(0, Math.floorMod(at, changed.numel())).fill_(value & 0xff);
    }
    generator.setState(changed);
    return Torch.randn(new long[] {3}, TensorOptions.DEFAULT, generator);
  }

  public static Object decompositions(double a, double b, long n) {
    long size = Math.clamp(n, 0, 4);
    Tensor x = Torch.full(new long[] {size, size}, a);
    if (size > 1) {
      x.select(0, 0).fill_(b);
    }
    List<Object> results = new ArrayList<>();
    results.add(Linalg.svd(x, true));
    results.add(Linalg.qr(x));
    results.add(Linalg.det(x));
    return results;
  }

  /** A scope that is closed before a scope that was opened later. */
  public static Tensor scopes(boolean order) {
    TensorScope outer = new TensorScope();
    TensorScope inner = new TensorScope();
    Tensor x = Torch.ones(2);
    try {
      if (order) {
        outer.close();
      }
      return inner.keep(x);
    } finally {
      inner.close();
      outer.close();
    }
  }

  public static Tensor allocation(long a, long b) {
    return Torch.empty(a, b, 1L << 60);
  }

  public static Tensor training(Linear layer, Tensor x, Optimizer optimizer) {
    Tensor y = backward(layer.forward(x));
    optimizer.step();
    return y;
  }
}
