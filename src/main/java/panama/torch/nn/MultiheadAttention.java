package panama.torch.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.FieldPrinter;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;

/**
 * Multi-head attention: for each query a weighted mean of the values, with weights softmax(q kᵀ /
 * √(E / heads)) in each head. Vaswani et al., "Attention is all you need" (2017).
 *
 * <p>Shapes: N batch, L number of queries, S number of keys, E embedDim. Queries are (L, N, E),
 * with batchFirst (N, L, E), unbatched (L, E); keys (S, N, kdim) and values (S, N, vdim) likewise.
 *
 * <p>Parameters: {@code in_proj_weight} (3 E, E), or if kdim or vdim differ from E {@code
 * q_proj_weight} (E, E), {@code k_proj_weight} (E, kdim) and {@code v_proj_weight} (E, vdim),
 * initialized by Xavier's uniform distribution; {@code in_proj_bias} (3 E), initialized to 0; with
 * addBiasKv {@code bias_k} and {@code bias_v} (1, 1, E), by Xavier's normal distribution; {@code
 * out_proj.weight} (E, E), uniformly in ±1/√E, and {@code out_proj.bias} (E), to 0.
 */
public final class MultiheadAttention extends FluentModule<MultiheadAttention> {
  /**
   * The result of a call.
   *
   * @param output in the shape of the queries
   * @param weights the attention weight of each key for each query: (N, L, S), or (N, heads, L, S)
   *     if not averaged over the heads, both without N if unbatched; null if not asked for
   */
  public record Output(Tensor output, @Nullable Tensor weights) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      if (weights != null) {
        action.accept(weights);
      }
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("MultiheadAttention.Output")
          .add("output", output)
          .add("weights", weights)
          .toString();
    }
  }

  private final long embedDim;
  private final long numHeads;
  private final long kdim;
  private final long vdim;
  private final double dropout;
  private final boolean batchFirst;
  private final boolean addZeroAttn;
  private final @Nullable Tensor inProjWeight;
  private final List<Tensor> separateWeights = new ArrayList<>();
  private final @Nullable Tensor inProjBias;
  private final @Nullable Tensor biasK;
  private final @Nullable Tensor biasV;
  private final Linear outProj;

  /**
   * Creates a layer with PyTorch's defaults: no dropout, with biases, batches (L, N, E).
   *
   * @param embedDim E
   * @param numHeads a divisor of E
   * @throws IllegalArgumentException if a size is below 1, or if numHeads does not divide E
   */
  public MultiheadAttention(long embedDim, long numHeads) {
    this(builder(embedDim, numHeads));
  }

  /**
   * Creates a layer with dropout and PyTorch's other defaults.
   *
   * @param embedDim E
   * @param numHeads a divisor of E
   * @param dropout the probability of dropout on the attention weights, in training
   * @throws IllegalArgumentException if a size is below 1, if numHeads does not divide E, or unless
   *     dropout is from 0 to 1
   */
  public MultiheadAttention(long embedDim, long numHeads, double dropout) {
    this(builder(embedDim, numHeads).dropout(dropout));
  }

  private MultiheadAttention(Builder builder) {
    embedDim = builder.embedDim;
    numHeads = builder.numHeads;
    kdim = builder.kdim;
    vdim = builder.vdim;
    dropout = builder.dropout;
    batchFirst = builder.batchFirst;
    addZeroAttn = builder.addZeroAttn;
    boolean same = kdim == embedDim && vdim == embedDim;
    inProjWeight = same ? register("in_proj_weight", Torch.empty(3 * embedDim, embedDim)) : null;
    if (!same) {
      separateWeights.add(register("q_proj_weight", Torch.empty(embedDim, embedDim)));
      separateWeights.add(register("k_proj_weight", Torch.empty(embedDim, kdim)));
      separateWeights.add(register("v_proj_weight", Torch.empty(embedDim, vdim)));
    }
    inProjBias = builder.bias ? register("in_proj_bias", Torch.zeros(3 * embedDim)) : null;
    outProj =
        register("out_proj", new NonDynamicallyQuantizableLinear(embedDim, embedDim, builder.bias));
    biasK = builder.addBiasKv ? register("bias_k", Torch.empty(1, 1, embedDim)) : null;
    biasV = builder.addBiasKv ? register("bias_v", Torch.empty(1, 1, embedDim)) : null;
    // Initialized after out_proj, in PyTorch's order, for the same random numbers.
    if (inProjWeight != null) {
      Init.xavierUniform_(inProjWeight);
    }
    separateWeights.forEach(Init::xavierUniform_);
    Tensor outBias = outProj.bias();
    if (outBias != null) {
      Init.zeros_(outBias);
    }
    if (biasK != null && biasV != null) {
      Init.xavierNormal_(biasK);
      Init.xavierNormal_(biasV);
    }
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param embedDim E
   * @param numHeads a divisor of E
   * @throws IllegalArgumentException if a size is below 1, or if numHeads does not divide E
   */
  public static Builder builder(long embedDim, long numHeads) {
    return new Builder(embedDim, numHeads);
  }

  /** The options of a {@link MultiheadAttention}. */
  public static final class Builder {
    private final long embedDim;
    private final long numHeads;
    private double dropout;
    private boolean bias = true;
    private boolean addBiasKv;
    private boolean addZeroAttn;
    private long kdim;
    private long vdim;
    private boolean batchFirst;

    private Builder(long embedDim, long numHeads) {
      this.embedDim = Arguments.positive("embedDim", embedDim);
      this.numHeads = Arguments.positive("numHeads", numHeads);
      if (embedDim % numHeads != 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "numHeads: expected a divisor of embedDim=%d, got %d",
                embedDim,
                numHeads));
      }
      kdim = embedDim;
      vdim = embedDim;
    }

    /**
     * Sets the probability of dropout on the attention weights, in training. Default: 0.
     *
     * @param dropout the probability, 0 to 1
     * @return this builder
     */
    public Builder dropout(double dropout) {
      this.dropout = Arguments.probability("dropout", dropout);
      return this;
    }

    /**
     * Sets whether the projections have biases. Default: true.
     *
     * @param bias whether there are biases
     * @return this builder
     */
    public Builder bias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /**
     * Sets whether one trained key and value are appended to those given. Default: false.
     *
     * @param addBiasKv whether to append them
     * @return this builder
     */
    public Builder addBiasKv(boolean addBiasKv) {
      this.addBiasKv = addBiasKv;
      return this;
    }

    /**
     * Sets whether a key and value of zeros are appended to those given. Default: false.
     *
     * @param addZeroAttn whether to append them
     * @return this builder
     */
    public Builder addZeroAttn(boolean addZeroAttn) {
      this.addZeroAttn = addZeroAttn;
      return this;
    }

    /**
     * Sets the size of a key. Default: embedDim.
     *
     * @param kdim the size, at least 1
     * @return this builder
     */
    public Builder kdim(long kdim) {
      this.kdim = Arguments.positive("kdim", kdim);
      return this;
    }

    /**
     * Sets the size of a value. Default: embedDim.
     *
     * @param vdim the size, at least 1
     * @return this builder
     */
    public Builder vdim(long vdim) {
      this.vdim = Arguments.positive("vdim", vdim);
      return this;
    }

    /**
     * Sets whether batches are (N, L, E) rather than (L, N, E). Default: false.
     *
     * @param batchFirst whether N is the first dimension
     * @return this builder
     */
    public Builder batchFirst(boolean batchFirst) {
      this.batchFirst = batchFirst;
      return this;
    }

    /** Returns the layer, its parameters initialized from the default generator. */
    public MultiheadAttention build() {
      return new MultiheadAttention(this);
    }
  }

  /**
   * The options of one call, such as {@code new Options().attnMask(mask)}.
   *
   * @param keyPaddingMask the keys that all queries ignore, such as padding: BOOL, true for ignored
   *     keys, or numbers that are added to the scores; (N, S), unbatched (S)
   * @param attnMask the keys that a query ignores: BOOL, true for ignored keys, or numbers that are
   *     added to the scores; (L, S) or (N heads, L, S)
   * @param needWeights whether attention weights are returned; without them the call is faster
   * @param averageAttnWeights whether the returned weights are averaged over the heads
   * @param isCausal a hint that attnMask is the causal mask, for which libtorch has a faster kernel
   */
  public record Options(
      @Nullable Tensor keyPaddingMask,
      @Nullable Tensor attnMask,
      boolean needWeights,
      boolean averageAttnWeights,
      boolean isCausal) {
    /** Creates PyTorch's defaults: no masks; weights are returned, averaged over the heads. */
    public Options() {
      this(null, null, true, true, false);
    }

    /**
     * Returns a copy with keys that all queries ignore; null: none.
     *
     * @param mask the mask
     */
    public Options keyPaddingMask(@Nullable Tensor mask) {
      return new Options(mask, attnMask, needWeights, averageAttnWeights, isCausal);
    }

    /**
     * Returns a copy with keys that a query ignores; null: none.
     *
     * @param mask the mask
     */
    public Options attnMask(@Nullable Tensor mask) {
      return new Options(keyPaddingMask, mask, needWeights, averageAttnWeights, isCausal);
    }

    /**
     * Returns a copy in which attention weights are returned or not.
     *
     * @param needed whether attention weights are returned
     */
    public Options needWeights(boolean needed) {
      return new Options(keyPaddingMask, attnMask, needed, averageAttnWeights, isCausal);
    }

    /**
     * Returns a copy in which the returned weights are averaged over the heads or not.
     *
     * @param averaged whether the returned weights are averaged
     */
    public Options averageAttnWeights(boolean averaged) {
      return new Options(keyPaddingMask, attnMask, needWeights, averaged, isCausal);
    }

    /**
     * Returns a copy with the hint that attnMask is the causal mask.
     *
     * @param causal whether attnMask is the causal mask
     */
    public Options isCausal(boolean causal) {
      return new Options(keyPaddingMask, attnMask, needWeights, averageAttnWeights, causal);
    }
  }

  /** Returns E, the size of a query. */
  public long embedDim() {
    return embedDim;
  }

  /** Returns the number of heads. */
  public long numHeads() {
    return numHeads;
  }

  /**
   * Returns the attention of queries to keys, without masks, and the weights averaged over the
   * heads.
   *
   * @param query the queries, (L, N, E), with batchFirst (N, L, E), unbatched (L, E)
   * @param key the keys, (S, N, kdim), with batchFirst (N, S, kdim), unbatched (S, kdim)
   * @param value the values, (S, N, vdim), with batchFirst (N, S, vdim), unbatched (S, vdim)
   * @see #forward(Tensor, Tensor, Tensor, Options)
   */
  public Output forward(Tensor query, Tensor key, Tensor value) {
    return forward(query, key, value, new Options());
  }

  /**
   * Returns the attention of queries to keys.
   *
   * @param query (L, N, E), with batchFirst (N, L, E), unbatched (L, E)
   * @param key (S, N, kdim), with batchFirst (N, S, kdim), unbatched (S, kdim)
   * @param value (S, N, vdim), with batchFirst (N, S, vdim), unbatched (S, vdim)
   * @param options masks, and which weights are returned
   * @throws ArgumentException if shapes or types do not fit together
   */
  public Output forward(Tensor query, Tensor key, Tensor value, Options options) {
    return call(
        query, in -> attend(in, key == query ? in : key, value == query ? in : value, options));
  }

  private void check(Tensor query, Tensor key, Tensor value, Options options) {
    Shape q = query.shape();
    Shape k = key.shape();
    Shape v = value.shape();
    if ((q.dim() != 2 && q.dim() != 3) || q.size(-1) != embedDim) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "query: expected shape %s with E=%d because batchFirst=%s, or (L, E) unbatched, got"
                  + " %s",
              batchFirst ? "(N, L, E)" : "(L, N, E)",
              embedDim,
              batchFirst,
              q));
    }
    int batchDim = batchFirst ? 0 : 1;
    boolean batched = q.dim() == 3;
    checkLike(q, "key", k, "kdim", kdim, batchDim);
    checkLike(q, "value", v, "vdim", vdim, batchDim);
    int lengthDim = batched ? 1 - batchDim : 0;
    if (k.size(lengthDim) != v.size(lengthDim)) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "value: expected as many values as keys, S=%d, got shape %s",
              k.size(lengthDim),
              v));
    }
    long n = batched ? q.size(batchDim) : 1;
    long l = q.size(lengthDim);
    long s = k.size(lengthDim);
    Tensor padding = options.keyPaddingMask();
    if (padding != null) {
      checkMaskType("keyPaddingMask", padding);
      if (batched ? !padding.shape().is(n, s) : !padding.shape().is(s)) {
        throw new ShapeException(
            "keyPaddingMask: expected shape %s, got %s"
                .formatted(
                    batched
                        ? String.format(Locale.ROOT, "(N=%d, S=%d)", n, s)
                        : String.format(Locale.ROOT, "(S=%d)", s),
                    padding.shape()));
      }
    }
    Tensor mask = options.attnMask();
    if (mask != null) {
      checkMaskType("attnMask", mask);
      if (!mask.shape().is(l, s) && !mask.shape().is(n * numHeads, l, s)) {
        throw new ShapeException(
            String.format(
                Locale.ROOT,
                "attnMask: expected shape (L=%d, S=%d) or (N heads=%d, L=%d, S=%d), got %s",
                l,
                s,
                n * numHeads,
                l,
                s,
                mask.shape()));
      }
    } else if (options.isCausal()) {
      throw new IllegalArgumentException(
          "isCausal: expected the causal mask as attnMask, too, got none; isCausal is only a hint");
    }
  }

  private static void checkLike(
      Shape query, String name, Shape shape, String letter, long size, int batchDim) {
    if (shape.dim() != query.dim()
        || shape.size(-1) != size
        || (query.dim() == 3 && shape.size(batchDim) != query.size(batchDim))) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "%s: expected as many dimensions as the query of shape %s, its N, and %s=%d at the"
                  + " end, got %s",
              name,
              query,
              letter,
              size,
              shape));
    }
  }

  private static void checkMaskType(String name, Tensor mask) {
    if (mask.dtype() != DType.BOOL && !mask.dtype().isFloatingPoint()) {
      throw new DTypeException(
          "%s: expected bool, true for keys that are ignored, or a floating-point type, got %s; convert with .to(DType.BOOL)"
              .formatted(name, mask.dtype()));
    }
  }

  private Output attend(Tensor query, Tensor key, Tensor value, Options options) {
    check(query, key, value, options);
    try (TensorScope scope = new TensorScope()) {
      Tensor padding = additive(options.keyPaddingMask(), query.dtype());
      Tensor mask = additive(options.attnMask(), query.dtype());
      Output result =
          inProjWeight != null && inProjBias != null && isFast(query, key, value, options)
              ? fastPath(query, use(inProjWeight), use(inProjBias), padding, mask, options)
              : slowPath(query, key, value, padding, mask, options);
      scope.keep(result.output());
      if (result.weights() != null) {
        scope.keep(result.weights());
      }
      return result;
    }
  }

  /** Returns a mask as numbers to add to the scores. */
  private static @Nullable Tensor additive(@Nullable Tensor mask, DType dtype) {
    if (mask == null || mask.dtype().isFloatingPoint()) {
      return mask;
    }
    Tensor zeros =
        Torch.zeros(mask.shape().toArray(), TensorOptions.of(dtype).device(mask.device()));
    return zeros.maskedFill(mask, Double.NEGATIVE_INFINITY);
  }

  // PyTorch's fast path: it rounds differently, so that it is taken in the same cases

  private boolean isFast(Tensor query, Tensor key, Tensor value, Options options) {
    return query == key
        && key == value
        && query.dim() == 3
        && batchFirst
        && !isTraining()
        && numHeads % 2 == 0
        && biasK == null
        && !addZeroAttn
        && Stream.of(options.attnMask(), options.keyPaddingMask())
            .noneMatch(mask -> mask != null && mask.dtype().isFloatingPoint())
        && (!Torch.isGradEnabled()
            || (!query.requiresGrad() && parameters().stream().noneMatch(Tensor::requiresGrad)));
  }

  private Output fastPath(
      Tensor query,
      Tensor weight,
      Tensor bias,
      @Nullable Tensor padding,
      @Nullable Tensor mask,
      Options options) {
    Op.Call op =
        Torch.op("aten::_native_multi_head_attention")
            .arg(query)
            .arg(query)
            .arg(query)
            .arg(embedDim)
            .arg(numHeads)
            .arg(weight)
            .arg(bias)
            .arg(outProj.weight());
    op = op.argOrNone(outProj.bias());
    op = op.argOrNone(merged(padding, mask, query.size(0), query.size(1)));
    op.arg(options.needWeights()).arg(options.averageAttnWeights());
    if (mask != null) {
      op.arg(2);
    } else if (padding != null) {
      op.arg(1);
    }
    Op.Results results = op.call();
    return new Output(results.tensor(0), options.needWeights() ? results.tensor(1) : null);
  }

  private @Nullable Tensor merged(@Nullable Tensor padding, @Nullable Tensor mask, long n, long l) {
    if (mask == null) {
      return padding;
    }
    Tensor all =
        mask.dim() == 3
            ? mask.view(n, -1, l, l)
            : mask.view(1, 1, l, l).expand(n, numHeads, -1, -1);
    return padding == null ? all : all.add(padding.view(n, 1, 1, l).expand(-1, numHeads, -1, -1));
  }

  private Output slowPath(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor padding,
      @Nullable Tensor mask,
      Options options) {
    boolean batched = query.dim() == 3;
    List<Tensor> inputs =
        Stream.of(query, key, value)
            .map(x -> !batched ? x.unsqueeze(1) : batchFirst ? x.transpose(0, 1) : x)
            .toList();
    long l = inputs.getFirst().size(0);
    long n = inputs.getFirst().size(1);
    List<Tensor> projected = projected(inputs, batched && query == key, batched && key == value);
    Tensor q = projected.get(0);
    Tensor k = projected.get(1);
    Tensor v = projected.get(2);
    boolean causal = options.isCausal() && padding == null;
    Tensor allowed = causal && !options.needWeights() ? null : mask;
    if (allowed != null && allowed.dim() == 2) {
      allowed = allowed.unsqueeze(0);
    }
    Tensor keys = !batched && padding != null ? padding.unsqueeze(0) : padding;

    if (biasK != null && biasV != null) {
      k = Torch.cat(List.of(k, use(biasK).expand(1, n, embedDim)), 0);
      v = Torch.cat(List.of(v, use(biasV).expand(1, n, embedDim)), 0);
      allowed = withOneMore(allowed);
      keys = withOneMore(keys);
    }
    q = heads(q, n);
    k = heads(k, n);
    v = heads(v, n);
    if (addZeroAttn) {
      k = withZeros(k);
      v = withZeros(v);
      allowed = withOneMore(allowed);
      keys = withOneMore(keys);
    }
    long s = k.size(1);
    if (keys != null) {
      Tensor each = keys.view(n, 1, 1, s).expand(-1, numHeads, -1, -1).reshape(n * numHeads, 1, s);
      allowed = allowed == null ? each : allowed.add(each);
    }
    double p = isTraining() ? dropout : 0;

    if (!options.needWeights()) {
      Tensor attended = scaledDotProduct(q, k, v, allowed, n, p, causal).permute(2, 0, 1, 3);
      return new Output(output(attended, l, n, batched), null);
    }
    Tensor scaled = q.mul(Math.sqrt(1.0 / q.size(2)));
    Tensor transposed = k.transpose(-2, -1);
    Tensor scores = allowed == null ? scaled.bmm(transposed) : allowed.baddbmm(scaled, transposed);
    Tensor weights = scores.softmax(-1);
    if (p > 0) {
      weights = Functional.dropout(weights, p, true);
    }
    Tensor attended = weights.bmm(v).transpose(0, 1);
    weights = weights.view(n, numHeads, l, s);
    if (options.averageAttnWeights()) {
      weights = weights.mean(1);
    }
    return new Output(output(attended, l, n, batched), batched ? weights : weights.squeeze(0));
  }

  /** Projects queries, keys and values, in one product if they come from one tensor. */
  private List<Tensor> projected(List<Tensor> inputs, boolean sameKey, boolean sameValue) {
    Tensor bias = use(inProjBias);
    if (inProjWeight == null) {
      return eachBy(inputs, separateWeights.stream().map(this::use).toList(), bias);
    }
    Tensor weight = use(inProjWeight);
    if (!sameValue) {
      return eachBy(inputs, parts(weight, 0, 3), bias);
    }
    if (sameKey) {
      return split(Functional.linear(inputs.getFirst(), weight, bias), 3);
    }
    Tensor q =
        Functional.linear(
            inputs.get(0),
            weight.slice(0, 0, embedDim),
            bias == null ? null : bias.slice(0, 0, embedDim));
    List<Tensor> kv =
        split(
            Functional.linear(
                inputs.get(1),
                weight.slice(0, embedDim, 3 * embedDim),
                bias == null ? null : bias.slice(0, embedDim, 3 * embedDim)),
            2);
    return List.of(q, kv.get(0), kv.get(1));
  }

  private List<Tensor> eachBy(List<Tensor> inputs, List<Tensor> weights, @Nullable Tensor bias) {
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor part = bias == null ? null : parts(bias, 0, 3).get(i);
      results.add(Functional.linear(inputs.get(i), weights.get(i), part));
    }
    return results;
  }

  private static List<Tensor> parts(Tensor tensor, int dim, int count) {
    return tensor.chunk(count, dim);
  }

  /** Splits (L, N, count E) into count contiguous tensors (L, N, E). */
  private List<Tensor> split(Tensor together, int count) {
    long l = together.size(0);
    long n = together.size(1);
    Tensor apart =
        together.view(l, n, count, embedDim).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous();
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(apart.select(0, i));
    }
    return results;
  }

  /** Reshapes (S, N, E) to (N heads, S, E / heads). */
  private Tensor heads(Tensor x, long n) {
    return x.view(x.size(0), n * numHeads, embedDim / numHeads).transpose(0, 1);
  }

  private static Tensor withZeros(Tensor x) {
    Tensor zeros =
        Torch.zeros(
            new long[] {x.size(0), 1, x.size(2)}, TensorOptions.of(x.dtype()).device(x.device()));
    return Torch.cat(List.of(x, zeros), 1);
  }

  /** Returns a mask for one more key, which no query ignores. */
  private static @Nullable Tensor withOneMore(@Nullable Tensor mask) {
    return mask == null ? null : Functional.pad(mask, new long[] {0, 1});
  }

  private Tensor scaledDotProduct(
      Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, long n, double p, boolean causal) {
    Tensor shaped = mask;
    if (mask != null) {
      shaped = mask.size(0) == 1 ? mask.unsqueeze(0) : mask.view(n, numHeads, -1, k.size(1));
    }
    return Functional.scaledDotProductAttention(
        perHead(q, n), perHead(k, n), perHead(v, n), shaped, p, causal);
  }

  private Tensor perHead(Tensor x, long n) {
    return x.view(n, numHeads, x.size(1), x.size(2));
  }

  private Tensor output(Tensor attended, long l, long n, boolean batched) {
    Tensor y =
        Functional.linear(attended.reshape(l * n, embedDim), outProj.weight(), outProj.bias())
            .view(l, n, embedDim);
    return !batched ? y.squeeze(1) : batchFirst ? y.transpose(0, 1) : y;
  }
}
