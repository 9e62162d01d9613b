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
import panama.torch.nn.init.Init;

/**
 * Attention in several heads: each query is answered by a weighted mean of the values, weights
 * softmax(q kᵀ / √(E / heads)). Vaswani et al., "Attention is all you need" (2017).
 *
 * <p>Shapes: N batch, L queries, S keys, E embedDim. Queries (L, N, E), with batchFirst (N, L, E),
 * unbatched (L, E); keys (S, N, kdim) and values (S, N, vdim) alike.
 *
 * <p>Parameters: {@code in_proj_weight} (3 E, E), or where kdim or vdim differ from E {@code
 * q_proj_weight} (E, E), {@code k_proj_weight} (E, kdim) and {@code v_proj_weight} (E, vdim),
 * Xavier uniform; {@code in_proj_bias} (3 E), 0; with addBiasKv {@code bias_k} and {@code bias_v}
 * (1, 1, E), Xavier normal; {@code out_proj.weight} (E, E), uniform in ±1/√E, and {@code
 * out_proj.bias} (E), 0.
 */
public final class MultiheadAttention extends Module {
  /**
   * What comes out.
   *
   * @param output in the shape of the queries
   * @param weights how much each query heeds each key: (N, L, S), or (N, heads, L, S) where not
   *     averaged, both without N where unbatched; null where not asked for
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

  /** With PyTorch's defaults. */
  public MultiheadAttention(long embedDim, long numHeads) {
    this(builder(embedDim, numHeads));
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
    // All draws after those of out_proj, in PyTorch's order.
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
   * Starts from PyTorch's defaults.
   *
   * @param embedDim E
   * @param numHeads a divisor of E
   * @throws IllegalArgumentException for a size below 1, or heads that do not divide E
   */
  public static Builder builder(long embedDim, long numHeads) {
    return new Builder(embedDim, numHeads);
  }

  /** The options. */
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
      this.embedDim = Sizes.positive("embedDim", embedDim);
      this.numHeads = Sizes.positive("numHeads", numHeads);
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

    /** The probability of dropout on the weights, in training. Default: 0. */
    public Builder dropout(double dropout) {
      this.dropout = Sizes.probability("dropout", dropout);
      return this;
    }

    /** Whether the projections have biases. Default: true. */
    public Builder bias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /** Whether one learned key and value are added to those given. Default: false. */
    public Builder addBiasKv(boolean addBiasKv) {
      this.addBiasKv = addBiasKv;
      return this;
    }

    /** Whether a key and value of zeros are added to those given. Default: false. */
    public Builder addZeroAttn(boolean addZeroAttn) {
      this.addZeroAttn = addZeroAttn;
      return this;
    }

    /** The size of a key. Default: embedDim. */
    public Builder kdim(long kdim) {
      this.kdim = Sizes.positive("kdim", kdim);
      return this;
    }

    /** The size of a value. Default: embedDim. */
    public Builder vdim(long vdim) {
      this.vdim = Sizes.positive("vdim", vdim);
      return this;
    }

    /** Whether batches are (N, L, E) rather than (L, N, E). Default: false. */
    public Builder batchFirst(boolean batchFirst) {
      this.batchFirst = batchFirst;
      return this;
    }

    /** The layer, its parameters drawn from the default generator. */
    public MultiheadAttention build() {
      return new MultiheadAttention(this);
    }
  }

  /**
   * What one call may have beside its tensors: {@code new Options().attnMask(mask)}.
   *
   * @param keyPaddingMask keys that nobody heeds: BOOL, true for those, or numbers added to the
   *     scores; (N, S), unbatched (S)
   * @param attnMask keys that a query does not heed: BOOL, true for those, or numbers added to the
   *     scores; (L, S) or (N heads, L, S)
   * @param needWeights whether weights come out, too; without them the whole is faster
   * @param averageAttnWeights whether the weights of all heads are averaged
   * @param isCausal a hint that attnMask is the causal mask, which lets libtorch do without it
   */
  public record Options(
      @Nullable Tensor keyPaddingMask,
      @Nullable Tensor attnMask,
      boolean needWeights,
      boolean averageAttnWeights,
      boolean isCausal) {
    /** PyTorch's defaults: no masks; weights, averaged. */
    public Options() {
      this(null, null, true, true, false);
    }

    /** With keys that nobody heeds; null: none. */
    public Options keyPaddingMask(@Nullable Tensor mask) {
      return new Options(mask, attnMask, needWeights, averageAttnWeights, isCausal);
    }

    /** With keys that a query does not heed; null: none. */
    public Options attnMask(@Nullable Tensor mask) {
      return new Options(keyPaddingMask, mask, needWeights, averageAttnWeights, isCausal);
    }

    /** With weights or without. */
    public Options needWeights(boolean needed) {
      return new Options(keyPaddingMask, attnMask, needed, averageAttnWeights, isCausal);
    }

    /** With weights averaged over the heads or not. */
    public Options averageAttnWeights(boolean averaged) {
      return new Options(keyPaddingMask, attnMask, needWeights, averaged, isCausal);
    }

    /** With the hint that the mask is causal. */
    public Options isCausal(boolean causal) {
      return new Options(keyPaddingMask, attnMask, needWeights, averageAttnWeights, causal);
    }
  }

  /** E. */
  public long embedDim() {
    return embedDim;
  }

  /** The number of heads. */
  public long numHeads() {
    return numHeads;
  }

  /** Without masks, with averaged weights. */
  public Output forward(Tensor query, Tensor key, Tensor value) {
    return forward(query, key, value, new Options());
  }

  /**
   * Attends.
   *
   * @param query (L, N, E), with batchFirst (N, L, E), unbatched (L, E)
   * @param key (S, N, kdim), with batchFirst (N, S, kdim), unbatched (S, kdim)
   * @param value (S, N, vdim), with batchFirst (N, S, vdim), unbatched (S, vdim)
   * @throws ArgumentException for shapes or types that do not fit together
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
          "isCausal: expected an attnMask beside it, which it is a hint about, got none");
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
          "%s: expected bool, true for what is not heeded, or a floating-point type, got %s"
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
              ? atOnce(query, use(inProjWeight), use(inProjBias), padding, mask, options)
              : inSteps(query, key, value, padding, mask, options);
      scope.keep(result.output());
      if (result.weights() != null) {
        scope.keep(result.weights());
      }
      return result;
    }
  }

  /** A mask as numbers to add to the scores. */
  private static @Nullable Tensor additive(@Nullable Tensor mask, DType dtype) {
    if (mask == null || mask.dtype().isFloatingPoint()) {
      return mask;
    }
    Tensor zeros =
        Torch.zeros(mask.shape().toArray(), TensorOptions.of(dtype).device(mask.device()));
    return zeros.maskedFill(mask, Double.NEGATIVE_INFINITY);
  }

  // Where PyTorch takes its fast path, whose rounding is another, so does this

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

  private Output atOnce(
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

  private Output inSteps(
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
      Tensor heeded = scaledDotProduct(q, k, v, allowed, n, p, causal).permute(2, 0, 1, 3);
      return new Output(output(heeded, l, n, batched), null);
    }
    Tensor scaled = q.mul(Math.sqrt(1.0 / q.size(2)));
    Tensor turned = k.transpose(-2, -1);
    Tensor scores =
        allowed == null
            ? Torch.op("aten::bmm").arg(scaled).arg(turned).call().tensor()
            : Torch.op("aten::baddbmm").arg(allowed).arg(scaled).arg(turned).call().tensor();
    Tensor weights = scores.softmax(-1);
    if (p > 0) {
      weights = Functional.dropout(weights, p, true);
    }
    Tensor heeded = Torch.op("aten::bmm").arg(weights).arg(v).call().tensor().transpose(0, 1);
    weights = weights.view(n, numHeads, l, s);
    if (options.averageAttnWeights()) {
      weights = weights.mean(1);
    }
    return new Output(output(heeded, l, n, batched), batched ? weights : weights.squeeze(0));
  }

  /** Queries, keys and values of all heads: together where they come from one tensor. */
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
    return Torch.op("aten::chunk").arg(tensor).arg(count).arg(dim).call().tensors(0);
  }

  /** (L, N, count E) into count contiguous tensors (L, N, E). */
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

  /** (S, N, E) as (N heads, S, E / heads). */
  private Tensor heads(Tensor x, long n) {
    return x.view(x.size(0), n * numHeads, embedDim / numHeads).transpose(0, 1);
  }

  private static Tensor withZeros(Tensor x) {
    Tensor zeros =
        Torch.zeros(
            new long[] {x.size(0), 1, x.size(2)}, TensorOptions.of(x.dtype()).device(x.device()));
    return Torch.cat(List.of(x, zeros), 1);
  }

  /** A mask for one key more, which everybody heeds. */
  private static @Nullable Tensor withOneMore(@Nullable Tensor mask) {
    return mask == null
        ? null
        : Torch.op("aten::pad").arg(mask).arg(new long[] {0, 1}).call().tensor();
  }

  private Tensor scaledDotProduct(
      Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, long n, double p, boolean causal) {
    Tensor shaped = mask;
    if (mask != null) {
      shaped = mask.size(0) == 1 ? mask.unsqueeze(0) : mask.view(n, numHeads, -1, k.size(1));
    }
    Op.Call op = Torch.op("aten::scaled_dot_product_attention").arg(perHead(q, n));
    return op.arg(perHead(k, n))
        .arg(perHead(v, n))
        .argOrNone(shaped)
        .arg(p)
        .arg(causal)
        .call()
        .tensor();
  }

  private Tensor perHead(Tensor x, long n) {
    return x.view(n, numHeads, x.size(1), x.size(2));
  }

  private Tensor output(Tensor heeded, long l, long n, boolean batched) {
    Tensor y =
        Functional.linear(heeded.reshape(l * n, embedDim), outProj.weight(), outProj.bias())
            .view(l, n, embedDim);
    return !batched ? y.squeeze(1) : batchFirst ? y.transpose(0, 1) : y;
  }
}
