package panama.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Compares twenty steps of every optimizer with its options, in two groups, with PyTorch; bit for
 * bit, four hundred steps in half precision, and ten of PyTorch's defaults.
 */
class OptimizerGoldenTest {
  private static final int STEPS = 20;
  private static final List<Integer> CHECKPOINTS = List.of(1, 10, 100, 400);
  private static final Golden GOLDEN = Golden.of("optim");
  private static final Golden HALF = Golden.of("optim_half");
  private static final Golden BITS = Golden.of("optim_bits");

  /**
   * Creates an optimizer from parameters, the third in a separate group, and whether it is fused;
   * otherwise the option is not set.
   */
  static final Map<String, BiFunction<List<Tensor>, Boolean, Optimizer>> OPTIMIZERS =
      new TreeMap<>();

  private static final Map<String, BiFunction<List<Tensor>, Boolean, Optimizer>> LBFGS_VARIANTS =
      Map.of(
          "plain", (p, fused) -> LBFGS.builder(p).lr(0.1).build(),
          "history", (p, fused) -> LBFGS.builder(p).lr(0.5).historySize(2).maxIter(5).build(),
          "wolfe", (p, fused) -> LBFGS.builder(p).strongWolfe(true).maxIter(4).build(),
          "wolfe short",
              (p, fused) -> LBFGS.builder(p).strongWolfe(true).maxIter(3).maxEval(3).lr(20).build(),
          "wolfe long",
              (p, fused) ->
                  LBFGS.builder(p).strongWolfe(true).maxIter(6).lr(1e-3).historySize(3).build());

  static {
    sgd("plain", b -> {});
    sgd("decay", b -> b.weightDecay(0.1));
    sgd("momentum", b -> b.momentum(0.9));
    sgd("dampening", b -> b.momentum(0.9).dampening(0.3).weightDecay(0.1));
    sgd("nesterov", b -> b.momentum(0.8).nesterov(true).weightDecay(0.1));
    sgd("maximize", b -> b.momentum(0.5).maximize(true));

    adam("plain", b -> {});
    adam("decay", b -> b.weightDecay(0.1));
    adam("betas", b -> b.betas(0.8, 0.9).eps(1e-3));
    adam("amsgrad", b -> b.amsgrad(true).betas(0.5, 0.6).weightDecay(0.1));
    adam("maximize", b -> b.maximize(true).weightDecay(0.1));

    adamW("plain", b -> {});
    adamW("decay", b -> b.weightDecay(0.1));
    adamW("betas", b -> b.betas(0.8, 0.9).eps(1e-3));
    adamW("amsgrad", b -> b.amsgrad(true).betas(0.5, 0.6));
    adamW("maximize", b -> b.maximize(true));

    nAdam("plain", b -> {});
    nAdam("decay", b -> b.weightDecay(0.1).momentumDecay(0.1));
    nAdam("decoupled", b -> b.weightDecay(0.1).decoupledWeightDecay(true));
    nAdam("betas", b -> b.betas(0.8, 0.9).eps(1e-3).maximize(true));

    rAdam("plain", b -> {});
    rAdam("decay", b -> b.weightDecay(0.1));
    rAdam("decoupled", b -> b.weightDecay(0.1).decoupledWeightDecay(true));
    rAdam("betas", b -> b.betas(0.8, 0.95).eps(1e-3).maximize(true));

    adamax("plain", b -> {});
    adamax("decay", b -> b.weightDecay(0.1));
    adamax("betas", b -> b.betas(0.8, 0.9).eps(1e-3).maximize(true));

    rmsProp("plain", b -> {});
    rmsProp("decay", b -> b.weightDecay(0.1).alpha(0.9).eps(1e-3));
    rmsProp("centered", b -> b.centered(true));
    rmsProp("momentum", b -> b.momentum(0.9));
    rmsProp("all", b -> b.momentum(0.5).centered(true).maximize(true).weightDecay(0.1));

    adagrad("plain", b -> {});
    adagrad("decay", b -> b.weightDecay(0.1).lrDecay(0.1));
    adagrad("initial", b -> b.initialAccumulatorValue(0.5).eps(1e-3));
    adagrad("maximize", b -> b.maximize(true));

    adadelta("plain", b -> {});
    adadelta("decay", b -> b.weightDecay(0.1).rho(0.8).eps(1e-3));
    adadelta("maximize", b -> b.maximize(true));
  }

  private interface Options<B> {
    void set(B builder);
  }

  private static <B extends ElementwiseOptimizer.Builder<B>> B grouped(
      B builder, List<Tensor> p, double lr, Options<B> options) {
    builder.lr(lr).addParamGroup(List.of(p.get(2)), group -> group.lr(0.01).weightDecay(0.2));
    options.set(builder); // after the group, whose options must not depend on the order
    return builder;
  }

  private static <B> B fused(B builder, boolean fused, BiFunction<B, Boolean, B> option) {
    return fused ? option.apply(builder, true) : builder;
  }

  private static List<Tensor> first(List<Tensor> p) {
    return List.of(p.get(0), p.get(1), p.get(3));
  }

  private static void sgd(String name, Options<SGD.Builder> options) {
    OPTIMIZERS.put(
        "sgd " + name,
        (p, fused) ->
            fused(grouped(SGD.builder(first(p)), p, 0.05, options), fused, SGD.Builder::fused)
                .build());
  }

  private static void adam(String name, Options<Adam.Builder> options) {
    OPTIMIZERS.put(
        "adam " + name,
        (p, fused) ->
            fused(grouped(Adam.builder(first(p)), p, 0.05, options), fused, Adam.Builder::fused)
                .build());
  }

  private static void adamW(String name, Options<AdamW.Builder> options) {
    OPTIMIZERS.put(
        "adamw " + name,
        (p, fused) ->
            fused(grouped(AdamW.builder(first(p)), p, 0.05, options), fused, AdamW.Builder::fused)
                .build());
  }

  private static void nAdam(String name, Options<NAdam.Builder> options) {
    OPTIMIZERS.put(
        "nadam " + name, (p, fused) -> grouped(NAdam.builder(first(p)), p, 0.05, options).build());
  }

  private static void rAdam(String name, Options<RAdam.Builder> options) {
    OPTIMIZERS.put(
        "radam " + name, (p, fused) -> grouped(RAdam.builder(first(p)), p, 0.05, options).build());
  }

  private static void adamax(String name, Options<Adamax.Builder> options) {
    OPTIMIZERS.put(
        "adamax " + name,
        (p, fused) -> grouped(Adamax.builder(first(p)), p, 0.05, options).build());
  }

  private static void rmsProp(String name, Options<RMSprop.Builder> options) {
    OPTIMIZERS.put(
        "rmsprop " + name,
        (p, fused) -> grouped(RMSprop.builder(first(p)), p, 0.02, options).build());
  }

  private static void adagrad(String name, Options<Adagrad.Builder> options) {
    OPTIMIZERS.put(
        "adagrad " + name,
        (p, fused) ->
            fused(
                    grouped(Adagrad.builder(first(p)), p, 0.1, options),
                    fused,
                    Adagrad.Builder::fused)
                .build());
  }

  private static void adadelta(String name, Options<Adadelta.Builder> options) {
    OPTIMIZERS.put(
        "adadelta " + name,
        (p, fused) -> grouped(Adadelta.builder(first(p)), p, 1, options).build());
  }

  static List<Tensor> parameters(DType dtype) {
    return parameters(dtype, new long[] {3, 2}, new long[] {4}, new long[] {5}, new long[] {2});
  }

  private static List<Tensor> parameters(DType dtype, long[]... shapes) {
    Torch.manualSeed(0);
    return Stream.of(shapes)
        .map(shape -> Torch.randn(shape).to(dtype).requiresGrad_(true))
        .toList();
  }

  /** Returns a loss of all parameters except the last, which gets no gradient. */
  static Tensor loss(List<Tensor> p) {
    return p.subList(0, 3).stream()
        .map(x -> Golden.weighted(x.mul(x)).add(x.tanh().sum()))
        .reduce(Tensor::add)
        .orElseThrow();
  }

  static Stream<String> cases() {
    return GOLDEN.names().stream().filter(name -> !name.startsWith("lbfgs"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(String name) {
    String[] words = name.split(" ", -1); // kind, variant, type, fused
    DType dtype = words[2].equals("float64") ? DType.FLOAT64 : DType.FLOAT32;
    List<Tensor> p = parameters(dtype);
    Optimizer optimizer =
        OPTIMIZERS.get(words[0] + " " + words[1]).apply(p, words[3].equals("fused=true"));
    for (int step = 0; step < STEPS; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        loss(p).backward();
        optimizer.step();
      }
    }
    check(name, dtype, p);
  }

  static Set<String> halfCases() {
    return HALF.names();
  }

  @ParameterizedTest
  @MethodSource("halfCases")
  void equalsPyTorchBitForBitInHalfPrecision(String name) {
    checkBits(HALF, name, CHECKPOINTS);
  }

  static Set<String> bitsCases() {
    return BITS.names();
  }

  @ParameterizedTest
  @MethodSource("bitsCases")
  void equalsPyTorchsDefaultBitForBit(String name) {
    checkBits(BITS, name, CHECKPOINTS.subList(0, 2));
  }

  private static void checkBits(Golden golden, String name, List<Integer> checkpoints) {
    String[] words = name.split(" ", -1); // kind, variant, type, fused
    DType dtype = DType.valueOf(words[2].toUpperCase(Locale.ROOT));
    List<Tensor> p =
        parameters(dtype, new long[] {40}, new long[] {3, 2}, new long[] {5}, new long[] {2});
    boolean fused = words.length > 3 && words[3].equals("fused=true");
    Optimizer optimizer = OPTIMIZERS.get(words[0] + " " + words[1]).apply(p, fused);
    for (int step = 1; step <= checkpoints.getLast(); step++) {
      try (var scope = new TensorScope()) {
        for (Tensor parameter : p.subList(0, 3)) {
          parameter.setGrad(simpleGradient(parameter.detach(), step));
        }
        optimizer.step();
        int row = checkpoints.indexOf(step);
        if (row >= 0) {
          assertThat(Torch.cat(p.stream().map(x -> x.detach().flatten()).toList(), 0).toByteArray())
              .as("%s after step %s", name, step)
              .isEqualTo(golden.get(name).select(0, row).toByteArray());
        }
      }
    }
  }

  /** Returns a gradient towards a target that changes with each step. */
  private static Tensor simpleGradient(Tensor x, int step) {
    Tensor place = Torch.arange(x.numel()).add(1).to(x.dtype()).reshape(x.shape().toArray());
    return x.mul(place.mul(0.01)).add(place.mul(0.02 * (step % 7 - 3)));
  }

  @Test
  void everyOptimizerHasACase() {
    var here = new TreeSet<>(OPTIMIZERS.keySet());
    LBFGS_VARIANTS.keySet().forEach(variant -> here.add("lbfgs " + variant));
    var there = new TreeSet<String>();
    GOLDEN.names().forEach(name -> there.add(name.substring(0, name.indexOf(" float"))));
    assertThat(here).isEqualTo(there);
    assertThat(HALF.names())
        .allMatch(name -> OPTIMIZERS.containsKey(name.replaceFirst(" b?float16.*", "")))
        .hasSize(2 * (int) cases().filter(name -> name.contains(" float32 ")).count());
    assertThat(BITS.names()).hasSize(2 * OPTIMIZERS.size());
  }

  static Stream<String> lbfgsCases() {
    return GOLDEN.names().stream().filter(name -> name.startsWith("lbfgs"));
  }

  @ParameterizedTest
  @MethodSource("lbfgsCases")
  void lbfgsAgreesWithPyTorch(String name) {
    DType dtype = name.endsWith("float64") ? DType.FLOAT64 : DType.FLOAT32;
    List<Tensor> p = parameters(dtype);
    String variant = name.substring("lbfgs ".length(), name.indexOf(" float"));
    Optimizer optimizer = LBFGS_VARIANTS.get(variant).apply(p, false);
    List<Tensor> parts = new ArrayList<>(p);
    for (int step = 0; step < 4; step++) {
      parts.add(
          optimizer.step(
              () -> {
                optimizer.zeroGrad();
                Tensor valley = loss(p);
                Tensor waves =
                    p.subList(0, 3).stream()
                        .map(x -> Torch.op("aten::sin").arg(x.mul(3)).tensor().sum())
                        .reduce(Tensor::add)
                        .orElseThrow();
                Tensor loss = valley.add(waves);
                loss.backward();
                return loss;
              }));
    }
    Map<String, Tensor> state = optimizer.stateDict().tensors();
    parts.add(state.get("state.0.func_evals"));
    parts.add(state.get("state.0.n_iter"));
    check(name, dtype, parts);
  }

  private static void check(String name, DType dtype, List<Tensor> parts) {
    double[] actual =
        Torch.cat(parts.stream().map(x -> x.detach().to(DType.FLOAT64).flatten()).toList(), 0)
            .toDoubleArray();
    double[] expected = GOLDEN.get(name).to(DType.FLOAT64).toDoubleArray();
    assertThat(actual).hasSameSizeAs(expected);
    double tolerance = dtype == DType.FLOAT64 ? 1e-12 : 1e-6;
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i])
          .as("%s, element %d", name, i)
          .isCloseTo(expected[i], within(tolerance * (1 + Math.abs(expected[i]))));
    }
  }
}
