package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.nn.utils.parametrizations.Parametrizations.spectralNorm;
import static panama.torch.nn.utils.parametrizations.Parametrizations.weightNorm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.MultiheadAttention.Options;

/** Compares weights, results and all gradients of every layer with all options, in both types. */
@Tag("locale")
class LayersGoldenTest {
  private static final Golden GOLDEN = Golden.of("layers");

  private static final long[] X = {2, 3, 7};
  private static final long[] Q = {3, 2, 4};
  private static final long[] K = {5, 2, 4};

  /** Computes the results of a module; absent ones are null. */
  private interface Run<M> {
    List<Tensor> of(M module, List<Tensor> inputs);
  }

  /** One module, the shapes of its inputs, and the computation. */
  private record Case<M extends Module>(
      String name, Supplier<M> make, List<long[]> shapes, Run<M> run) {
    @Override
    public String toString() {
      return name;
    }

    List<Tensor> parts(DType dtype) {
      return partsWith(dtype, module -> {});
    }

    List<Tensor> partsWith(DType dtype, Consumer<Module> before) {
      Torch.manualSeed(0);
      M module = make.get();
      module.to(dtype);
      before.accept(module);
      List<Tensor> inputs =
          shapes.stream().map(s -> Torch.randn(s).to(dtype).requiresGrad_(true)).toList();
      List<Tensor> results = run.of(module, inputs);
      Tensor loss =
          results.stream()
              .filter(result -> result.dtype().isFloatingPoint())
              .map(Golden::weighted)
              .reduce(Tensor::add)
              .orElseThrow();
      if (loss.requiresGrad()) {
        loss.backward();
      }
      List<Tensor> parts = new ArrayList<>(module.parameters());
      parts.addAll(module.buffers());
      parts.addAll(results);
      Stream.concat(inputs.stream(), module.parameters().stream())
          .map(Tensor::grad)
          .filter(Objects::nonNull)
          .forEach(parts::add);
      return parts;
    }
  }

  private static <M extends Module> Case<M> of(
      String name, Supplier<M> make, Run<M> run, long[]... shapes) {
    return new Case<>(name, make, List.of(shapes), run);
  }

  /** A layer from one tensor to one tensor. */
  private static <M extends Module & Layer> Case<M> of(
      String name, Supplier<M> make, long... shape) {
    return of(name, make, (m, in) -> List.of(m.forward(in.getFirst())), shape);
  }

  /** A layer from indices to one tensor. */
  private static <M extends Module & Layer> Case<M> ofIndices(String name, Supplier<M> make) {
    return of(name, make, (m, in) -> List.of(m.forward(indices())));
  }

  private static Tensor indices() {
    return Torch.tensor(new long[][] {{0, 2, 5}, {5, 5, 1}});
  }

  private static Tensor flat() {
    return indices().flatten();
  }

  private static Tensor offsets() {
    return Torch.tensor(new long[] {0, 2, 2});
  }

  private static Tensor table() {
    return Torch.arange(18).to(DType.FLOAT32).view(6, 3);
  }

  static Stream<Case<?>> linear() {
    return Stream.of(
        of("linear", () -> new Linear(3, 4), 2, 5, 3),
        of("linear no bias", () -> new Linear(3, 4, false), 3),
        bilinear("bilinear", true, new long[] {5, 3}, new long[] {5, 2}),
        bilinear("bilinear no bias", false, new long[] {2, 5, 3}, new long[] {2, 5, 2}));
  }

  private static Case<?> bilinear(String name, boolean bias, long[]... shapes) {
    return of(
        name,
        () -> new Bilinear(3, 2, 4, bias),
        (m, in) -> List.of(m.forward(in.get(0), in.get(1))),
        shapes);
  }

  static Stream<Case<?>> embeddings() {
    return Stream.of(
        ofIndices("embedding", () -> new Embedding(6, 3)),
        of(
            "embedding padding",
            () -> new Embedding(6, 3, -1),
            (m, in) -> List.of(m.forward(indices().to(DType.INT32)))),
        ofIndices("embedding max norm", () -> Embedding.builder(6, 3).maxNorm(1).build()),
        ofIndices(
            "embedding norm type", () -> Embedding.builder(6, 3).maxNorm(0.5).normType(1).build()),
        ofIndices("embedding by freq", () -> Embedding.builder(6, 3).scaleGradByFreq(true).build()),
        ofIndices("embedding given", () -> Embedding.fromPretrained(table(), false)),
        ofIndices("embedding frozen", () -> Embedding.fromPretrained(table())));
  }

  static Stream<Case<?>> bags() {
    Stream.Builder<Case<?>> cases = Stream.builder();
    Map<String, EmbeddingBag.Mode> modes =
        Map.of(
            "sum", EmbeddingBag.Mode.SUM,
            "mean", EmbeddingBag.Mode.MEAN,
            "max", EmbeddingBag.Mode.MAX);
    modes.forEach(
        (text, mode) -> {
          Supplier<EmbeddingBag> make = () -> EmbeddingBag.builder(6, 3).mode(mode).build();
          Run<EmbeddingBag> run = (m, in) -> List.of(m.forward(flat(), offsets()));
          cases.add(ofIndices("bag " + text, make));
          cases.add(of("bag %s offsets".formatted(text), make, run));
          cases.add(
              of(
                  "bag %s padding".formatted(text),
                  () -> EmbeddingBag.builder(6, 3).mode(mode).paddingIdx(5).build(),
                  run));
        });
    Supplier<EmbeddingBag> sum =
        () -> EmbeddingBag.builder(6, 3).mode(EmbeddingBag.Mode.SUM).build();
    cases
        .add(
            of(
                "bag last offset",
                () -> EmbeddingBag.builder(6, 3).includeLastOffset(true).build(),
                (m, in) -> List.of(m.forward(flat(), Torch.tensor(new long[] {0, 2, 2, 6})))))
        .add(
            of(
                "bag weights",
                sum,
                (m, in) -> List.of(m.forward(indices(), null, in.getFirst())),
                new long[] {2, 3}))
        .add(
            of(
                "bag weights offsets",
                sum,
                (m, in) -> List.of(m.forward(flat(), offsets(), in.getFirst())),
                new long[] {6}))
        .add(
            ofIndices(
                "bag max norm",
                () ->
                    EmbeddingBag.builder(6, 3)
                        .maxNorm(1)
                        .normType(3)
                        .scaleGradByFreq(true)
                        .build()))
        .add(ofIndices("bag given", () -> EmbeddingBag.fromPretrained(table(), false)));
    return cases.build();
  }

  static Stream<Case<?>> normalizations() {
    Run<BatchNorm1d> twice = (m, in) -> List.of(m.forward(in.get(0)), m.forward(in.get(1)));
    Run<BatchNorm1d> thenEval =
        (m, in) -> {
          Tensor first = m.forward(in.get(0));
          m.eval();
          return List.of(first, m.forward(in.get(1)));
        };
    return Stream.of(
        of("dropout", () -> new Dropout(0.3), 5, 4),
        of("identity", Identity::new, 5, 4),
        of("layer norm", () -> new LayerNorm(4), 2, 3, 4),
        of("layer norm two", () -> LayerNorm.builder(3, 4).eps(0.1).bias(false).build(), 2, 3, 4),
        of("layer norm bare", () -> LayerNorm.builder(4).elementwiseAffine(false).build(), 2, 3, 4),
        of("batch norm", () -> new BatchNorm1d(3), twice, new long[] {4, 3}, new long[] {5, 3}),
        of("batch norm length", () -> BatchNorm1d.builder(3).eps(0.1).momentum(0.3).build(), X),
        of("batch norm eval", () -> new BatchNorm1d(3), thenEval, X, X),
        of(
            "batch norm cumulative",
            () -> BatchNorm1d.builder(3).cumulativeAverage().build(),
            twice,
            new long[] {4, 3},
            new long[] {5, 3}),
        of("batch norm bare", () -> BatchNorm1d.builder(3).affine(false).build(), X),
        of("batch norm no bias", () -> BatchNorm1d.builder(3).bias(false).build(), X),
        of(
            "batch norm untracked",
            () -> BatchNorm1d.builder(3).trackRunningStats(false).build(),
            thenEval,
            X,
            X));
  }

  static Stream<Case<?>> activations() {
    return Stream.of(
        of("relu", ReLU::new, X),
        of("leaky relu", LeakyReLU::new, X),
        of("leaky relu steep", () -> new LeakyReLU(0.25), X),
        of("gelu", GELU::new, X),
        of("gelu tanh", () -> new GELU(GELU.Approximate.TANH), X),
        of("silu", SiLU::new, X),
        of("elu", ELU::new, X),
        of("elu alpha", () -> new ELU(0.3), X),
        of("tanh", Tanh::new, X),
        of("sigmoid", Sigmoid::new, X),
        of("softmax", () -> new Softmax(-1), X),
        of("log softmax", () -> new LogSoftmax(1), X),
        of("softplus", Softplus::new, X),
        of("softplus beta", () -> new Softplus(3, 1.5), X));
  }

  static Stream<Case<?>> convolutions() {
    Stream.Builder<Case<?>> cases = Stream.builder();
    cases
        .add(of("conv", () -> new Conv1d(3, 4, 3), X))
        .add(of("conv unbatched", () -> Conv1d.builder(3, 4, 3).bias(false).build(), 3, 7))
        .add(
            of(
                "conv options",
                () -> Conv1d.builder(4, 6, 3).stride(2).padding(2).dilation(2).groups(2).build(),
                2,
                4,
                9))
        .add(
            of(
                "conv same",
                () -> Conv1d.builder(3, 4, 4).padding(Conv1d.Padding.SAME).dilation(2).build(),
                X))
        .add(
            of(
                "conv valid",
                () -> Conv1d.builder(3, 4, 3).padding(Conv1d.Padding.VALID).stride(2).build(),
                X));
    for (PaddingMode mode :
        List.of(PaddingMode.REFLECT, PaddingMode.REPLICATE, PaddingMode.CIRCULAR)) {
      cases.add(
          of(
              "conv " + mode,
              () -> Conv1d.builder(3, 4, 3).padding(2).paddingMode(mode).build(),
              X));
      cases.add(
          of(
              "conv same " + mode,
              () -> Conv1d.builder(3, 4, 4).padding(Conv1d.Padding.SAME).paddingMode(mode).build(),
              X));
    }
    return cases.build();
  }

  private static List<Tensor> both(MaxPoolOutput pooled) {
    return List.of(pooled.output(), pooled.indices());
  }

  static Stream<Case<?>> pools() {
    return Stream.of(
        of("max pool", () -> new MaxPool1d(2), X),
        of(
            "max pool options",
            () -> MaxPool1d.builder(3).stride(2).padding(1).dilation(2).ceilMode(true).build(),
            X),
        of(
            "max pool indices",
            () -> MaxPool1d.builder(2).stride(1).build(),
            (m, in) -> both(m.forwardWithIndices(in.getFirst())),
            X),
        of("avg pool", () -> new AvgPool1d(3), X),
        of(
            "avg pool options",
            () ->
                AvgPool1d.builder(3)
                    .stride(2)
                    .padding(1)
                    .ceilMode(true)
                    .countIncludePad(false)
                    .build(),
            3,
            8),
        of("adaptive avg pool", () -> new AdaptiveAvgPool1d(3), X),
        of("adaptive max pool", () -> new AdaptiveMaxPool1d(3), X),
        of(
            "adaptive max pool indices",
            () -> new AdaptiveMaxPool1d(3),
            (m, in) -> both(m.forwardWithIndices(in.getFirst())),
            X));
  }

  private static Tensor above(long rows, long columns, long diagonal) {
    return Torch.op("aten::triu")
        .arg(Torch.ones(rows, columns))
        .arg(diagonal)
        .tensor()
        .to(DType.BOOL);
  }

  private static List<Tensor> both(MultiheadAttention.Output out) {
    Tensor weights = out.weights();
    return weights == null ? List.of(out.output()) : List.of(out.output(), weights);
  }

  private static Run<MultiheadAttention> attend(UnaryOperator<Options> options) {
    return (m, in) ->
        both(m.forward(in.get(0), in.get(1), in.get(2), options.apply(new Options())));
  }

  private static Run<MultiheadAttention> alone(UnaryOperator<Options> options) {
    return (m, in) -> {
      Tensor x = in.getFirst();
      return both(m.forward(x, x, x, options.apply(new Options())));
    };
  }

  private static Run<MultiheadAttention> fast(UnaryOperator<Options> options) {
    return (m, in) -> {
      m.eval();
      try (var guard = Torch.noGrad()) {
        return alone(options).of(m, in);
      }
    };
  }

  private static Case<?> attention(
      String name,
      UnaryOperator<MultiheadAttention.Builder> options,
      Run<MultiheadAttention> run,
      long[]... shapes) {
    return of(
        "attention" + name,
        () -> options.apply(MultiheadAttention.builder(4, 2)).build(),
        run,
        shapes);
  }

  static Stream<Case<?>> attention() {
    Tensor late =
        Torch.tensor(
            new boolean[] {false, false, false, true, true, false, false, false, false, true},
            2,
            5);
    Tensor early = Torch.tensor(new boolean[] {false, false, true, false, false, false}, 2, 3);
    Tensor barred = above(3, 5, 2);
    Tensor future = above(3, 3, 1);
    Tensor each =
        Torch.stack(Stream.of(1, 2, 3, 4).map(i -> above(3, 5, i).to(DType.UINT8)).toList(), 0)
            .to(DType.BOOL);
    UnaryOperator<MultiheadAttention.Builder> plain = b -> b;
    UnaryOperator<Options> none = o -> o;
    Run<MultiheadAttention> shared = (m, in) -> both(m.forward(in.get(0), in.get(1), in.get(1)));
    return Stream.of(
        attention("", plain, attend(none), Q, K, K),
        attention(" self", plain, alone(none), Q),
        attention(" shared", plain, shared, Q, K),
        attention(" no bias", b -> b.bias(false), shared, Q, K),
        attention(
            " batch first",
            b -> b.batchFirst(true),
            attend(none),
            new long[] {2, 3, 4},
            new long[] {2, 5, 4},
            new long[] {2, 5, 4}),
        attention(" self batch first", b -> b.batchFirst(true), alone(none), new long[] {2, 3, 4}),
        attention(
            " kdim",
            b -> b.kdim(3).vdim(5),
            attend(none),
            Q,
            new long[] {5, 2, 3},
            new long[] {5, 2, 5}),
        of(
            "attention kdim no bias",
            () -> MultiheadAttention.builder(4, 1).bias(false).kdim(3).build(),
            attend(none),
            Q,
            new long[] {5, 2, 3},
            K),
        attention(
            " bias kv",
            b -> b.addBiasKv(true),
            attend(o -> o.keyPaddingMask(late).attnMask(barred)),
            Q,
            K,
            K),
        attention(
            " zero attn",
            b -> b.addZeroAttn(true),
            attend(o -> o.keyPaddingMask(late).attnMask(barred)),
            Q,
            K,
            K),
        attention(
            " both added",
            b -> b.addBiasKv(true).addZeroAttn(true),
            attend(o -> o.needWeights(false)),
            Q,
            K,
            K),
        attention(" padding", plain, attend(o -> o.keyPaddingMask(late)), Q, K, K),
        attention(" mask", plain, attend(o -> o.attnMask(barred)), Q, K, K),
        attention(
            " each mask", plain, attend(o -> o.attnMask(each).averageAttnWeights(false)), Q, K, K),
        attention(
            " float masks",
            plain,
            (m, in) ->
                both(
                    m.forward(
                        in.get(0),
                        in.get(1),
                        in.get(2),
                        new Options().attnMask(in.get(3)).keyPaddingMask(in.get(4)))),
            Q,
            K,
            K,
            new long[] {3, 5},
            new long[] {2, 5}),
        attention(" no weights", plain, attend(o -> o.needWeights(false)), Q, K, K),
        attention(
            " no weights masks",
            plain,
            attend(o -> o.needWeights(false).keyPaddingMask(late).attnMask(barred)),
            Q,
            K,
            K),
        attention(
            " no weights each mask",
            plain,
            attend(o -> o.needWeights(false).attnMask(each)),
            Q,
            K,
            K),
        attention(
            " causal", plain, alone(o -> o.needWeights(false).attnMask(future).isCausal(true)), Q),
        attention(" causal weights", plain, alone(o -> o.attnMask(future).isCausal(true)), Q),
        attention(" dropout", b -> b.dropout(0.4), attend(none), Q, K, K),
        attention(
            " dropout no weights", b -> b.dropout(0.4), attend(o -> o.needWeights(false)), Q, K, K),
        attention(
            " dropout eval",
            b -> b.dropout(0.4),
            (m, in) -> {
              m.eval();
              return attend(none).of(m, in);
            },
            Q,
            K,
            K),
        attention(
            " unbatched",
            plain,
            attend(o -> o.keyPaddingMask(late.select(0, 0)).attnMask(barred)),
            new long[] {3, 4},
            new long[] {5, 4},
            new long[] {5, 4}),
        attention(
            " unbatched self",
            b -> b.batchFirst(true),
            alone(o -> o.needWeights(false)),
            new long[] {3, 4}),
        attention(" fast", b -> b.batchFirst(true), fast(none), new long[] {2, 3, 4}),
        attention(
            " fast padding",
            b -> b.batchFirst(true),
            fast(o -> o.keyPaddingMask(early)),
            new long[] {2, 3, 4}),
        attention(
            " fast mask",
            b -> b.batchFirst(true),
            fast(o -> o.attnMask(future).averageAttnWeights(false)),
            new long[] {2, 3, 4}),
        attention(
            " fast both",
            b -> b.batchFirst(true),
            fast(o -> o.keyPaddingMask(early).attnMask(future).needWeights(false)),
            new long[] {2, 3, 4}));
  }

  private static Sequential named() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("first", new Linear(3, 4));
    layers.put("act", new Tanh());
    layers.put("second", new Linear(4, 2));
    return new Sequential(layers);
  }

  private static ModuleList<Module> list() {
    return new ModuleList<Module>(List.of(new Linear(3, 3), new Linear(3, 3), new Tanh()))
        .append(new Linear(3, 3));
  }

  static Stream<Case<?>> containers() {
    return Stream.of(
        of(
            "sequential",
            () -> new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2)),
            5,
            3),
        of("sequential named", LayersGoldenTest::named, 5, 3),
        of(
            "module list",
            LayersGoldenTest::list,
            (m, in) -> {
              Tensor x = in.getFirst();
              for (int i : new int[] {0, 1, -1}) {
                x = ((Layer) m.get(i)).forward(x);
              }
              return List.of(x);
            },
            new long[] {5, 3}),
        of(
            "module list empty",
            ModuleList<Module>::new,
            (m, in) -> List.of(in.getFirst().mul(1)),
            new long[] {1}),
        of(
            "module dict",
            () -> new ModuleDict<Linear>().put("b", new Linear(3, 3)).put("a", new Linear(3, 2)),
            (m, in) -> List.of(m.get("a").forward(m.get("b").forward(in.getFirst()))),
            new long[] {5, 3}));
  }

  static Stream<Case<?>> parametrizations() {
    return Stream.of(
        of("weight norm", () -> weightNorm(new Linear(3, 4)), 2, 3),
        of("weight norm dim", () -> weightNorm(new Linear(3, 4), "weight", 1), 2, 3),
        of("weight norm all", () -> weightNorm(new Linear(3, 4), "weight", -1), 2, 3),
        of("weight norm conv", () -> weightNorm(new Conv1d(3, 4, 3)), X),
        ofIndices("weight norm embedding", () -> weightNorm(new Embedding(6, 3))),
        of(
            "spectral norm",
            () -> spectralNorm(new Linear(3, 4)),
            (m, in) -> List.of(m.forward(in.get(0)), m.forward(in.get(1))),
            new long[] {2, 3},
            new long[] {2, 3}),
        of(
            "spectral norm eval",
            () -> spectralNorm(new Linear(3, 4)),
            (m, in) -> {
              m.eval();
              return List.of(m.forward(in.getFirst()));
            },
            new long[] {2, 3}),
        of(
            "spectral norm options",
            () -> spectralNorm(new Linear(3, 4), "weight", 3, 1e-3, 1),
            2,
            3),
        of("spectral norm conv", () -> spectralNorm(new Conv1d(3, 4, 3), "weight", 1, 1e-12, 1), X),
        of("spectral norm bias", () -> spectralNorm(new Linear(3, 4), "bias"), 2, 3),
        ofIndices("spectral norm embedding", () -> spectralNorm(new Embedding(6, 3))),
        of("both norms", () -> spectralNorm(weightNorm(new Linear(3, 4))), 2, 3),
        of(
            "weight norm lstm",
            () -> weightNorm(LSTM.builder(3, 2).build(), "weight_hh_l0"),
            (m, in) -> List.of(m.forward(in.getFirst()).output()),
            new long[] {4, 2, 3}),
        of(
            "spectral norm gru",
            () -> {
              GRU gru = GRU.builder(3, 2).build();
              gru.eval();
              return spectralNorm(gru, "weight_ih_l0");
            },
            (m, in) -> {
              m.eval();
              return List.of(m.forward(in.getFirst()).output());
            },
            new long[] {4, 2, 3}),
        of(
            "weight norm cell",
            () -> weightNorm(new GRUCell(3, 2), "weight_ih"),
            (m, in) -> List.of(m.forward(in.getFirst())),
            new long[] {2, 3}));
  }

  private static final List<Supplier<Stream<Case<?>>>> GROUPS =
      List.of(
          LayersGoldenTest::linear,
          LayersGoldenTest::embeddings,
          LayersGoldenTest::bags,
          LayersGoldenTest::normalizations,
          LayersGoldenTest::activations,
          LayersGoldenTest::convolutions,
          LayersGoldenTest::pools,
          LayersGoldenTest::attention,
          LayersGoldenTest::containers,
          LayersGoldenTest::parametrizations);

  static Stream<Case<?>> cases() {
    return GROUPS.stream().flatMap(Supplier::get);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatPyTorchComputes(Case<?> one) {
    Numbers.check(GOLDEN, one.name(), one::parts);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void printsAsPyTorchDoes(Case<?> one) {
    String expected =
        new String(GOLDEN.get("repr " + one.name()).toByteArray(), StandardCharsets.UTF_8);
    assertThat(one.make().get()).hasToString(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void keepsItsParametersAfterTheScopeItWasCreatedIn(Case<?> one) {
    Module module;
    try (TensorScope scope = new TensorScope()) {
      module = one.make().get();
    }
    assertThat(module.stateDict().values()).noneMatch(Tensor::isClosed);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void runsHooks(Case<?> one) {
    AtomicInteger calls = new AtomicInteger();
    one.partsWith(
        DType.FLOAT32,
        module ->
            module.registerForwardHook(
                (m, in, out) -> {
                  calls.incrementAndGet();
                  return null;
                }));
    // Lists and dictionaries have no forward of their own.
    assertThat(calls.get() > 0).isNotEqualTo(one.name().startsWith("module "));
  }

  @Test
  void comparesEveryCaseOfTheFile() {
    Set<String> names = new TreeSet<>();
    cases().map(Case::name).forEach(name -> names.addAll(names(name)));
    assertThat(names).isEqualTo(new TreeSet<>(GOLDEN.names()));
  }

  private static List<String> names(String name) {
    return List.of(name + " float32", name + " float64", "repr " + name);
  }
}
