package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.Index.all;
import static panama.torch.Index.at;
import static panama.torch.Index.ellipsis;
import static panama.torch.Index.mask;
import static panama.torch.Index.newAxis;
import static panama.torch.Index.range;
import static panama.torch.Index.rangeFrom;
import static panama.torch.Index.rangeTo;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.bucketize;
import static panama.torch.Torch.cartesianProd;
import static panama.torch.Torch.cat;
import static panama.torch.Torch.cdist;
import static panama.torch.Torch.cosineSimilarity;
import static panama.torch.Torch.einsum;
import static panama.torch.Torch.empty;
import static panama.torch.Torch.emptyLike;
import static panama.torch.Torch.eye;
import static panama.torch.Torch.full;
import static panama.torch.Torch.fullLike;
import static panama.torch.Torch.hstack;
import static panama.torch.Torch.linspace;
import static panama.torch.Torch.logspace;
import static panama.torch.Torch.meshgrid;
import static panama.torch.Torch.normal;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.onesLike;
import static panama.torch.Torch.pairwiseDistance;
import static panama.torch.Torch.pow;
import static panama.torch.Torch.rand;
import static panama.torch.Torch.randLike;
import static panama.torch.Torch.randint;
import static panama.torch.Torch.randintLike;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.randnLike;
import static panama.torch.Torch.randperm;
import static panama.torch.Torch.searchsorted;
import static panama.torch.Torch.stack;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.tensordot;
import static panama.torch.Torch.vstack;
import static panama.torch.Torch.where;
import static panama.torch.Torch.zeros;
import static panama.torch.Torch.zerosLike;
import static panama.torch.nn.Functional.oneHot;
import static panama.torch.nn.Functional.pad;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compares type, shape and numbers of every function on tensors with PyTorch. See tensors.py. */
class TensorGoldenTest {
  private static final Golden GOLDEN = Golden.of("tensors");
  private static final Tensor X = GOLDEN.get("in X");
  private static final Tensor Y = GOLDEN.get("in Y");
  private static final Tensor M = GOLDEN.get("in M");
  private static final Tensor V = GOLDEN.get("in V");
  private static final Tensor P = GOLDEN.get("in P");
  private static final Tensor U = GOLDEN.get("in U");
  private static final Tensor F = GOLDEN.get("in F");
  private static final Tensor H = GOLDEN.get("in H");
  private static final Tensor S = GOLDEN.get("in S");
  private static final Tensor N = GOLDEN.get("in N");
  private static final Tensor I = GOLDEN.get("in I");
  private static final Tensor J = GOLDEN.get("in J");
  private static final Tensor K = GOLDEN.get("in K");
  private static final Tensor B = GOLDEN.get("in B");
  private static final Tensor C = GOLDEN.get("in C");
  private static final Tensor CUBE = GOLDEN.get("in CUBE");
  private static final Tensor SPD = GOLDEN.get("in SPD");
  private static final Tensor EMPTY = GOLDEN.get("in EMPTY");
  private static final Tensor ROWS = GOLDEN.get("in ROWS");
  private static final Tensor PLACES = GOLDEN.get("in PLACES");
  private static final Tensor PATCH = CUBE.select(0, 0).slice(0, 0, 2).slice(1, 0, 2);
  private static final TensorOptions F64 = TensorOptions.of(DType.FLOAT64);
  private static final Tensor F64_ONES = ones(new long[] {2}, F64);

  private final Map<String, Supplier<Object>> cases = new LinkedHashMap<>();

  private void add(String name, Supplier<Object> expression) {
    assertThat(cases.put(name, expression)).as(name).isNull();
  }

  TensorGoldenTest() { // Creation
    add("zeros", () -> zeros(2, 0, 3));
    add("ones", () -> ones(new long[] {2, 1}, F64));
    add("empty dtype", () -> empty(DType.INT8, 2, 0));
    add("zeros dtype", () -> zeros(DType.BOOL, 2, 3));
    add("zeros dtype alone", () -> zeros(DType.INT16));
    add("ones dtype", () -> ones(DType.FLOAT16, 2, 1));
    add("full double", () -> full(new long[] {2, 2}, 1.5));
    add("full long", () -> full(new long[] {2}, 7));
    add("full long typed", () -> full(new long[0], 7, TensorOptions.of(DType.INT8)));
    add("full dtype", () -> full(new long[] {2}, 0.1, DType.FLOAT64));
    add("full long dtype", () -> full(new long[] {2}, (1L << 53) + 1, DType.INT64));
    add("arange end", () -> arange(5));
    add("arange start", () -> arange(2, 5));
    add("arange step", () -> arange(9, 2, -3));
    add("arange real", () -> arange(2.5));
    add("arange real start", () -> arange(0.5, 3.0));
    add("arange real step", () -> arange(0.5, 2, 0.25));
    add("arange typed", () -> arange(0.5, 2, 0.25, F64));
    add("arange long typed", () -> arange(1L, 9L, 3L, TensorOptions.of(DType.INT16)));
    add("arange end dtype", () -> arange(5, DType.FLOAT32));
    add("arange start dtype", () -> arange(2, 5, DType.INT32));
    add("arange step dtype", () -> arange(9, 2, -3, DType.FLOAT64));
    add("arange real dtype", () -> arange(0.5, 2, 0.25, DType.FLOAT64));
    add("linspace", () -> linspace(-1, 2, 7));
    add("linspace typed", () -> linspace(-1, 2, 7, F64));
    add("linspace dtype", () -> linspace(-1, 2, 7, DType.FLOAT16));
    add("logspace", () -> logspace(-1, 2, 4));
    add("logspace base", () -> logspace(-1, 2, 4, 2, F64));
    add("logspace dtype", () -> logspace(-1, 2, 4, 3, DType.FLOAT64));
    add("eye", () -> eye(3));
    add("eye rectangular", () -> eye(2, 3, F64));
    add("eye dtype", () -> eye(3, DType.INT64));
    add("eye two", () -> eye(2, 3));
    add("eye two dtype", () -> eye(3, 2, DType.BOOL));
    add("zerosLike", () -> zerosLike(I));
    add("zerosLike typed", () -> zerosLike(I, DType.BOOL));
    add("onesLike", () -> onesLike(B));
    add("onesLike typed", () -> onesLike(X, DType.INT32));
    add("fullLike", () -> fullLike(X, 2.5));
    add("fullLike typed", () -> fullLike(X, 2, DType.INT64));
    add("emptyLike", () -> emptyLike(EMPTY));
    add("newEmpty", () -> X.newEmpty(0, 2));
    add("newZeros", () -> X.newZeros(2, 1));
    add("newOnes", () -> I.newOnes(2, 1));
    add("newFull long", () -> I.newFull(new long[] {2}, (1L << 53) + 1));
    add("newFull", () -> X.newFull(new long[] {2}, 0.5));
    add("tensor boolean", () -> tensor(true));
    add("tensor short", () -> tensor(new short[] {1, -2}));
    add("tensor byte", () -> tensor(new byte[] {1, -2}, 1, 2));
    add("tensor rows double", () -> tensor(new double[][] {{1.5}, {2}}));
    add("tensor rows float", () -> tensor(new float[][] {{1.5f, 3}, {2, 4}}));
    add("tensor rows int", () -> tensor(new int[][] {{1, 2}}));
    add("tensor rows short", () -> tensor(new short[][] {{1, 2}}));
    add("tensor rows byte", () -> tensor(new byte[][] {{1, 2}}));
    add("tensor rows long", () -> tensor(new long[][] {{1, 2}, {3, 4}}));
    add("tensor rows boolean", () -> tensor(new boolean[][] {{true, false}}));
    add(
        "tensor double",
        () -> tensor(new double[] {0.1, 1e300, Double.NEGATIVE_INFINITY, Double.NaN}));
    add("tensor double dtype", () -> tensor(new double[] {0.1, 1e300}, DType.FLOAT64, 2, 1));
    add("tensor double to int", () -> tensor(new double[] {1.9, -1.9, 127}, DType.INT8));
    add("tensor double to half", () -> tensor(new double[] {0.1, 65519, 7e4}, DType.FLOAT16));
    add(
        "tensor double to bfloat16",
        () -> tensor(new double[] {0.1, 1.00390625, 1e39}, DType.BFLOAT16));
    add("tensor float dtype", () -> tensor(new float[] {0.5f, 0x1p99f}, DType.FLOAT64));
    add("tensor long dtype", () -> tensor(new long[] {-128, 127}, DType.INT8));
    add(
        "tensor long to float",
        () -> tensor(new long[] {(1L << 53) + 1, Long.MIN_VALUE}, DType.FLOAT64));
    add("tensor int dtype", () -> tensor(new int[] {1, -2}, DType.INT64, 2, 1));
    add("tensor short dtype", () -> tensor(new short[] {1, 255}, DType.UINT8));
    add("tensor byte dtype", () -> tensor(new byte[] {-1, 0}, DType.BOOL));
    add("tensor boolean dtype", () -> tensor(new boolean[] {true, false}, DType.FLOAT32));
    add(
        "tensor deep float",
        () -> tensor(new float[][][] {{{1.5f, 2}, {3, 4}}, {{5, 6}, {7, 8}}, {{9, 0}, {1, 2}}}));
    add("tensor deep double", () -> tensor(new double[][][] {{{0.1}, {0.2}}}));
    add("tensor deep double dtype", () -> tensor(new double[][][] {{{0.1}, {0.2}}}, DType.FLOAT64));
    add("tensor deep long", () -> tensor(new long[][][][] {{{{1, 2}, {3, 4}, {5, 6}}}}));
    add("tensor deep int dtype", () -> tensor(new int[][][] {{{1, 2}}, {{3, 4}}}, DType.INT64));
    add(
        "tensor deep boolean",
        () -> tensor(new boolean[][][] {{{true}, {false}}, {{false}, {true}}}));
    add("tensor deep empty", () -> tensor(new float[][][] {{{}, {}}}));

    // Conversion
    add("to options", () -> X.to(TensorOptions.of(DType.FLOAT16)));
    add("to other", () -> X.to(I));
    add("typeAs", () -> I.typeAs(F));
    add("cpu", () -> X.cpu());

    // Arithmetic
    add("add broadcast", () -> X.add(Y));
    add("add promotes", () -> I.add(F));
    add("add half and int", () -> H.add(I));
    add("add half and float", () -> H.add(F));
    add("add bool and int", () -> B.add(I));
    add("add 0-d double to float", () -> F.add(S));
    add("add empty", () -> EMPTY.add(Y));
    add("add alpha", () -> X.add(Y, 0.5));
    add("add alpha long", () -> I.add(J, 3));
    add("sub alpha", () -> X.sub(Y, 0.5));
    add("sub alpha long", () -> I.sub(J, 3));
    add("add long", () -> I.add(2));
    add("add double", () -> I.add(2.5));
    add("sub", () -> X.sub(Y));
    add("sub long", () -> I.sub(2));
    add("sub double", () -> X.sub(2.5));
    add("mul", () -> X.mul(Y));
    add("mul long", () -> I.mul(2));
    add("mul double", () -> I.mul(2.5));
    add("div", () -> I.div(J));
    add("div long", () -> I.div(2));
    add("div double", () -> X.div(2.5));
    add("pow long", () -> I.pow(2));
    add("pow double", () -> P.pow(0.5));
    add("neg", () -> I.neg());
    add("abs", () -> I.abs());
    add("exp", () -> X.exp());
    add("log", () -> P.log());
    add("sqrt", () -> P.sqrt());
    add("tanh", () -> X.tanh());
    add("sigmoid", () -> X.sigmoid());
    add("relu", () -> X.relu());
    add("rsub", () -> X.rsub(Y));
    add("rsub long", () -> I.rsub(1));
    add("rsub double", () -> I.rsub(1.0));
    add("pow base", () -> pow(2, I.abs()));
    add("pow base double", () -> pow(2.5, X));
    add("floorDivide", () -> X.floorDivide(Y));
    add("floorDivide tensor long", () -> I.floorDivide(J));
    add("floorDivide long", () -> I.floorDivide(2));
    add("floorDivide double", () -> I.floorDivide(1.5));
    add("remainder", () -> X.remainder(Y));
    add("remainder long", () -> I.remainder(3));
    add("remainder double", () -> I.remainder(-1.5));
    add("fmod", () -> X.fmod(Y));
    add("fmod long", () -> I.fmod(3));
    add("fmod double", () -> I.fmod(-1.5));
    add("pow", () -> P.pow(X));
    add("sign", () -> X.sign());
    add("reciprocal", () -> X.reciprocal());
    add("reciprocal int", () -> J.reciprocal());
    add("square", () -> I.square());
    add("rsqrt", () -> P.rsqrt());
    add("exp2", () -> X.exp2());
    add("expm1", () -> X.expm1());
    add("log1p", () -> P.log1p());
    add("log2", () -> P.log2());
    add("log10", () -> P.log10());
    add("logaddexp", () -> X.mul(1000).logaddexp(Y.mul(1000)));
    add("xlogy", () -> X.xlogy(P));
    add("logit", () -> U.logit());
    add("sin", () -> X.sin());
    add("sin int", () -> I.sin());
    add("cos", () -> X.cos());
    add("tan", () -> X.tan());
    add("asin", () -> U.asin());
    add("acos", () -> U.acos());
    add("atan", () -> X.atan());
    add("atan2", () -> X.atan2(Y));
    add("sinh", () -> X.sinh());
    add("cosh", () -> X.cosh());
    add("erf", () -> X.erf());
    add("floor", () -> X.floor());
    add("ceil", () -> X.ceil());
    add("trunc", () -> X.trunc());
    add("frac", () -> X.frac());
    add("round", () -> tensor(new float[] {0.5f, 1.5f, -2.5f, 2.6f}).round());
    add("round decimals", () -> X.round(2));
    add("round tens", () -> X.mul(100).round(-1));
    add("clamp long", () -> I.clamp(-1, 2));
    add("clamp double", () -> X.clamp(-0.5, 0.5));
    add("clamp int by double", () -> I.clamp(-1.5, 2.5));
    add("clamp tensors", () -> X.clamp(P.neg(), Y));
    add("clamp no min", () -> X.clamp(null, Y));
    add("clamp no max", () -> X.clamp(Y, null));
    add("clamp crossed", () -> X.clamp(1.0, -1.0));
    add("clampMin", () -> X.clampMin(0.1));
    add("clampMin long", () -> I.clampMin(1));
    add("clampMax", () -> X.clampMax(0.1));
    add("clampMax long", () -> I.clampMax(1));
    add("minimum", () -> N.minimum(X));
    add("maximum", () -> X.maximum(Y));
    add("maximum promotes", () -> I.maximum(F));
    add("lerp", () -> X.lerp(Y, 0.3));
    add("lerp weights", () -> X.lerp(Y, P));
    add("addcmul", () -> Y.addcmul(X, P));
    add("addcmul value", () -> Y.addcmul(X, P, 0.5));
    add("addcmul int", () -> I.addcmul(J, J, 2));
    add("addcdiv", () -> Y.addcdiv(X, P));
    add("addcdiv value", () -> Y.addcdiv(X, P, 0.5));
    add("nanToNum", () -> N.nanToNum());
    add("nanToNum values", () -> N.nanToNum(1, 2, 3));
    add("logicalAnd", () -> X.logicalAnd(B));
    add("logicalOr", () -> C.logicalOr(B));
    add("logicalXor", () -> C.logicalXor(B));
    add("logicalNot", () -> I.logicalNot());
    add("bitwiseAnd", () -> I.bitwiseAnd(J));
    add("bitwiseAnd long", () -> I.bitwiseAnd(3));
    add("bitwiseOr", () -> B.bitwiseOr(C));
    add("bitwiseOr long", () -> I.bitwiseOr(4));
    add("bitwiseXor", () -> I.bitwiseXor(J));
    add("bitwiseXor long", () -> I.bitwiseXor(5));
    add("bitwiseNot", () -> I.bitwiseNot());
    add("bitwiseNot bool", () -> B.bitwiseNot());
    add("bitwiseLeftShift", () -> I.bitwiseLeftShift(J));
    add("bitwiseLeftShift long", () -> I.bitwiseLeftShift(2));
    add("bitwiseRightShift", () -> I.bitwiseRightShift(J));
    add("bitwiseRightShift long", () -> I.bitwiseRightShift(1));

    // Arithmetic in place
    add("copy_", () -> I.clone().copy_(tensor(new float[] {1.9f, -1.9f, 0})));
    add("zero_", () -> X.clone().zero_());
    add("fill_", () -> X.clone().fill_(0.5));
    add("add_", () -> X.clone().add_(Y));
    add("sub_", () -> X.clone().sub_(Y));
    add("mul_", () -> X.clone().mul_(Y));
    add("mul_ double", () -> X.clone().mul_(0.5));
    add("div_", () -> X.clone().div_(Y));
    add("fill_ long", () -> I.clone().fill_((1L << 53) + 1));
    add("add_ long", () -> I.clone().add_(2));
    add("add_ double", () -> X.clone().add_(2.5));
    add("add_ alpha", () -> X.clone().add_(Y, 0.5));
    add("add_ alpha long", () -> I.clone().add_(J, 2));
    add("sub_ long", () -> I.clone().sub_(2));
    add("sub_ double", () -> X.clone().sub_(2.5));
    add("sub_ alpha", () -> X.clone().sub_(Y, 0.5));
    add("sub_ alpha long", () -> I.clone().sub_(J, 2));
    add("mul_ long", () -> I.clone().mul_(3));
    add("div_ double", () -> X.clone().div_(3.0));
    add("pow_", () -> P.clone().pow_(X));
    add("pow_ long", () -> I.clone().pow_(2));
    add("pow_ double", () -> P.clone().pow_(0.5));
    add("remainder_", () -> X.clone().remainder_(Y));
    add("remainder_ long", () -> I.clone().remainder_(3));
    add("remainder_ double", () -> X.clone().remainder_(0.3));
    add("clamp_ long", () -> I.clone().clamp_(-1, 1));
    add("clamp_ double", () -> X.clone().clamp_(-0.5, 0.5));
    add("clamp_ tensors", () -> X.clone().clamp_(null, Y));
    add("clampMin_ long", () -> I.clone().clampMin_(1));
    add("clampMin_ double", () -> X.clone().clampMin_(0.1));
    add("clampMax_ long", () -> I.clone().clampMax_(1));
    add("clampMax_ double", () -> X.clone().clampMax_(0.1));
    add("lerp_", () -> X.clone().lerp_(Y, 0.3));
    add("lerp_ weights", () -> X.clone().lerp_(Y, P));
    add("addcmul_", () -> X.clone().addcmul_(Y, P));
    add("addcmul_ value", () -> X.clone().addcmul_(Y, P, 0.5));
    add("addcdiv_", () -> X.clone().addcdiv_(Y, P));
    add("addcdiv_ value", () -> X.clone().addcdiv_(Y, P, -0.5));
    add("neg_", () -> X.clone().neg_());
    add("abs_", () -> X.clone().abs_());
    add("reciprocal_", () -> X.clone().reciprocal_());
    add("square_", () -> X.clone().square_());
    add("sqrt_", () -> P.clone().sqrt_());
    add("rsqrt_", () -> P.clone().rsqrt_());
    add("exp_", () -> X.clone().exp_());
    add("log_", () -> P.clone().log_());
    add("floor_", () -> X.clone().floor_());
    add("round_", () -> X.clone().round_());
    add("sign_", () -> X.clone().sign_());
    add("tanh_", () -> X.clone().tanh_());
    add("sigmoid_", () -> X.clone().sigmoid_());
    add("relu_", () -> X.clone().relu_());

    // Comparison
    add("eq", () -> X.eq(P));
    add("eq double", () -> I.eq(2.0));
    add("ne", () -> X.ne(P));
    add("ne double", () -> I.ne(2.0));
    add("lt", () -> X.lt(P));
    add("lt double", () -> I.lt(2.0));
    add("le", () -> X.le(P));
    add("le double", () -> I.le(2.0));
    add("gt", () -> X.gt(P));
    add("gt double", () -> I.gt(2.0));
    add("ge", () -> X.ge(P));
    add("ge double", () -> I.ge(2.0));
    add("eq long", () -> I.eq(2));
    add("ne long", () -> I.ne(2));
    add("lt long", () -> I.lt(2));
    add("le long", () -> I.le(2));
    add("gt long", () -> I.gt(2));
    add("ge long", () -> I.ge(2));
    add("eq exact long", () -> tensor((1L << 53) + 1).eq(1L << 53));
    add("isnan", () -> N.isnan());
    add("isinf", () -> N.isinf());
    add("isfinite", () -> N.isfinite());
    add("isin", () -> I.isin(tensor(new long[] {3, -1})));
    add("isclose", () -> X.isclose(X.add(1e-7)));
    add("isclose loose", () -> X.isclose(Y, 0.5, 0.5, false));
    add("isclose nan", () -> N.isclose(N, 1e-5, 1e-8, true));
    add("allclose", () -> X.allclose(X.add(1e-9)));
    add("allclose not", () -> X.allclose(X.add(1e-3)));
    add("allclose loose", () -> X.allclose(X.add(1e-3), 0, 1e-2, false));
    add("allclose nan", () -> N.allclose(N, 1e-5, 1e-8, true));
    add("allclose nan differs", () -> N.allclose(N));
    add("equal", () -> X.equal(X.clone()));
    add("equal another shape", () -> X.equal(Y));

    // Reductions
    add("all", () -> I.all());
    add("all dim", () -> B.all(1));
    add("all keepdim", () -> B.all(0, true));
    add("all empty", () -> EMPTY.all(0));
    add("any", () -> B.any());
    add("any dim", () -> B.any(1));
    add("any keepdim", () -> B.any(0, true));
    add("any empty", () -> EMPTY.any());
    add("sum empty", () -> EMPTY.sum());
    add("sum bool", () -> B.sum());
    add("sum dim", () -> I.sum(0));
    add("sum dims", () -> CUBE.sum(new long[] {0, 2}, true));
    add("mean dim", () -> X.mean(1));
    add("mean dims", () -> CUBE.mean(new long[] {0, 2}, false));
    add("amax", () -> X.amax());
    add("amax dims", () -> CUBE.amax(new long[] {0, 2}, true));
    add("amin", () -> X.amin());
    add("amin dim", () -> X.amin(1));
    add("argmax", () -> X.argmax());
    add("argmax dim", () -> X.argmax(1));
    add("sum keepdim", () -> X.sum(1, true));
    add("mean keepdim", () -> X.mean(0, true));
    add("mean empty", () -> EMPTY.mean());
    add("amax keepdim", () -> X.amax(0, true));
    add("amin keepdim", () -> X.amin(0, true));
    add("nansum", () -> N.clamp(-9, 9).nansum());
    add("nansum dims", () -> N.nansum(new long[] {0}, true));
    add("nanmean", () -> N.clamp(-9, 9).nanmean());
    add("nanmean dims", () -> N.nanmean(new long[] {0}, true));
    add("prod", () -> X.prod());
    add("prod dim", () -> I.prod(1));
    add("prod keepdim", () -> I.prod(1, true));
    add("prod 0-d", () -> S.prod());
    add("std", () -> X.std());
    add("std dim", () -> X.std(1));
    add("std dims", () -> CUBE.std(new long[] {0, 2}, 0, true));
    add("var", () -> X.var());
    add("var dim", () -> X.var(-1));
    add("var dims", () -> CUBE.var(new long[] {1}, 2, false));
    add("norm", () -> X.norm());
    add("norm p", () -> X.norm(3));
    add("norm infinite", () -> X.norm(Double.POSITIVE_INFINITY));
    add("norm 0", () -> I.to(DType.FLOAT64).norm(0));
    add("norm dims", () -> CUBE.norm(1, new long[] {0, 2}, true));
    add("norm 0-d", () -> S.norm());
    add("logsumexp", () -> X.logsumexp(1));
    add("logsumexp dims", () -> CUBE.mul(1000).logsumexp(new long[] {0, 1}, true));
    add("max", () -> X.max());
    add("max dim", () -> X.max(1));
    add("max keepdim", () -> N.max(1, true));
    add("min", () -> I.min());
    add("min dim", () -> X.min(0));
    add("min keepdim", () -> X.min(0, true));
    add("argmax keepdim", () -> X.argmax(1, true));
    add("argmin", () -> X.argmin());
    add("argmin dim", () -> X.argmin(1));
    add("argmin keepdim", () -> X.argmin(1, true));
    add("median", () -> X.median());
    add("median dim", () -> CUBE.median(2));
    add("median keepdim", () -> CUBE.median(1, true));
    add("mode", () -> K.mode());
    add("mode dim", () -> PLACES.mode(0, true));
    add("quantile", () -> X.quantile(0.3));
    add("quantile dim", () -> X.quantile(0.3, 1, true));
    add("quantiles", () -> X.quantile(U.select(0, 0), 0, false, "midpoint"));
    add("cumsum", () -> X.cumsum(1));
    add("cumsum int32", () -> I.to(DType.INT32).cumsum(0));
    add("cumprod", () -> X.cumprod(0));
    add("logcumsumexp", () -> X.logcumsumexp(-1));
    add("cummax", () -> CUBE.cummax(2));
    add("cummin", () -> CUBE.cummin(0));
    add("diff", () -> CUBE.diff());
    add("diff twice", () -> CUBE.diff(2, 1));
    add("countNonzero", () -> I.countNonzero());
    add("countNonzero dim", () -> I.countNonzero(1));
    add("unique", () -> K.unique());
    add("unique all", () -> K.unique(true, true, true));
    add("unique counts", () -> K.unique(true, false, true));
    add(
        "unique dim",
        () ->
            stack(List.of(I.select(0, 0), I.select(0, 1), I.select(0, 0)))
                .unique(true, true, true, 0));
    add("bincount", () -> K.bincount());
    add("bincount weights", () -> K.bincount(arange(7.0).to(DType.FLOAT64), 9));
    add("histc", () -> X.histc(4, -2, 2));

    // Sorting
    add("sort", () -> X.sort());
    add("sort descending", () -> X.sort(0, true));
    add("sort stable", () -> K.sort(0, true, true));
    add("sort nan", () -> N.sort());
    add("argsort", () -> X.argsort());
    add("argsort descending", () -> X.argsort(0, true));
    add("topk", () -> CUBE.topk(2));
    add("topk smallest", () -> CUBE.topk(2, 1, false, true));
    add("kthvalue", () -> CUBE.kthvalue(2));
    add("kthvalue dim", () -> CUBE.kthvalue(3, 1, true));
    add("searchsorted", () -> searchsorted(K.sort().values(), tensor(new long[] {0, 1, 3}), false));
    add(
        "searchsorted right",
        () -> searchsorted(K.sort().values(), tensor(new long[] {0, 1, 3}), true));
    add("bucketize", () -> bucketize(I, tensor(new long[] {-1, 2, 3}), false));
    add("bucketize right", () -> bucketize(I, tensor(new long[] {-1, 2, 3}), true));

    // Shapes
    add("view", () -> V.view(2, -1));
    add("reshape", () -> X.t().reshape(6));
    add("expand", () -> Y.expand(2, -1));
    add("permute", () -> CUBE.permute(2, 0, 1));
    add("transpose", () -> CUBE.transpose(0, -1));
    add("contiguous", () -> X.t().contiguous());
    add("squeeze dim", () -> zeros(1, 2, 1).squeeze(0));
    add("unsqueeze", () -> X.unsqueeze(-1));
    add("flatten", () -> CUBE.flatten());
    add("flatten some", () -> CUBE.flatten(1, 2));
    add("viewAs", () -> V.viewAs(zeros(2, 2)));
    add("reshapeAs", () -> X.t().reshapeAs(X));
    add("expandAs", () -> Y.expandAs(X));
    add("swapdims", () -> CUBE.swapdims(0, 2));
    add("t", () -> X.t());
    add("t vector", () -> Y.t());
    add("mT", () -> CUBE.mT());
    add("movedim", () -> CUBE.movedim(0, -1));
    add("movedim several", () -> CUBE.movedim(new long[] {0, 1}, new long[] {1, 2}));
    add("squeeze", () -> zeros(1, 2, 1).squeeze());
    add("unflatten", () -> CUBE.unflatten(2, 2, -1));
    add("unfold", () -> V.unfold(0, 2, 1));
    add("diagonal", () -> M.diagonal());
    add("diagonal offset", () -> CUBE.diagonal(1, 1, 2));
    add("diag", () -> Y.diag());
    add("diag matrix", () -> M.diag(-1));
    add("diagEmbed", () -> X.diagEmbed());
    add("tril", () -> M.tril());
    add("tril diagonal", () -> M.tril(-1));
    add("triu", () -> M.triu());
    add("triu diagonal", () -> CUBE.triu(1));

    // Slicing and repetition
    add("select", () -> CUBE.select(1, -1));
    add("slice", () -> CUBE.slice(2, 1, 3));
    add("slice step", () -> CUBE.slice(2, 0, 4, 2));
    add("narrow", () -> CUBE.narrow(2, 1, 2));
    add("split", () -> CUBE.split(1));
    add("split dim", () -> CUBE.split(3, 2));
    add("split sizes", () -> CUBE.split(new long[] {1, 0, 3}, 2));
    add("chunk", () -> CUBE.chunk(2));
    add("chunk dim", () -> CUBE.chunk(3, 2));
    add("tensorSplit", () -> CUBE.tensorSplit(3, 2));
    add("tensorSplit indices", () -> CUBE.tensorSplit(new long[] {1, 3}, 2));
    add("unbind", () -> X.unbind());
    add("unbind dim", () -> X.unbind(1));
    add("repeat", () -> X.repeat(2, 1, 2));
    add("tile", () -> X.tile(2));
    add("repeatInterleave", () -> X.repeatInterleave(2));
    add("repeatInterleave dim", () -> X.repeatInterleave(2, 1));
    add("repeatInterleave tensor", () -> X.repeatInterleave(tensor(new long[] {2, 0, 1}), 1));
    add("roll", () -> X.roll(1));
    add("roll dim", () -> X.roll(-1, 1));
    add("roll dims", () -> CUBE.roll(new long[] {1, -2}, new long[] {0, 2}));
    add("flip", () -> CUBE.flip(0, 2));
    add("rot90", () -> X.rot90(1, new long[] {0, 1}));

    // Joining and selection
    add("cat", () -> cat(List.of(X, EMPTY, X)));
    add("cat promotes", () -> cat(List.of(F, I)));
    add("stack", () -> stack(List.of(X, X)));
    add("hstack", () -> hstack(List.of(X, X)));
    add("hstack vectors", () -> hstack(List.of(Y, V)));
    add("vstack", () -> vstack(List.of(X, Y)));
    add("meshgrid ij", () -> meshgrid(List.of(Y, V), "ij"));
    add("meshgrid xy", () -> meshgrid(List.of(Y, V), "xy"));
    add("cartesianProd", () -> cartesianProd(List.of(Y, V)));
    add("where", () -> where(B, X, Y));
    add("where number", () -> where(B, X, 0.0));
    add("where number first", () -> where(B, 1.5, X));
    add("where numbers", () -> where(B, 1.5, 0.5));
    add("where integer", () -> where(B, I, 0));
    add("where integer first", () -> where(B, 7, I));
    add("where integers", () -> where(B, 7, 0));
    add("index", () -> CUBE.index(tensor(new long[] {1, 0}), tensor(new long[] {2, 2})));
    add(
        "indexPut_ accumulate",
        () -> Y.clone().indexPut_(List.of(tensor(new long[] {0, 0})), F64_ONES, true));
    add("indexPut_", () -> X.clone().indexPut_(List.of(ROWS.remainder(2), ROWS), Y.slice(0, 0, 2)));
    add("indexSelect", () -> X.indexSelect(1, ROWS));
    add("gather", () -> X.gather(1, PLACES));
    add("indexAdd", () -> X.indexAdd(1, ROWS, PATCH));
    add("indexAdd_", () -> X.clone().indexAdd_(1, ROWS, PATCH));
    add("indexAdd_ alpha", () -> X.clone().indexAdd_(1, ROWS, PATCH, 0.5));
    add("indexCopy", () -> X.indexCopy(1, ROWS, PATCH));
    add("indexCopy_", () -> X.clone().indexCopy_(1, ROWS, PATCH));
    add("indexFill", () -> X.indexFill(1, ROWS, 7));
    add("indexFill int", () -> I.indexFill(1, ROWS, 7));
    add("indexFill_", () -> X.clone().indexFill_(1, ROWS, 7));
    add("indexSelect empty", () -> X.indexSelect(1, tensor(new long[0])));
    add("takeAlongDim", () -> X.takeAlongDim(PLACES, 1));
    add("take", () -> X.take(tensor(new long[][] {{5, -1}, {0, 2}})));
    add("scatter", () -> M.scatter(1, PLACES, X));
    add("scatter value", () -> M.scatter(0, PLACES, 9));
    add("scatter value int", () -> I.scatter(1, PLACES, 9));
    add("scatter_", () -> M.clone().scatter_(1, PLACES, X));
    add("scatter_ value", () -> M.clone().scatter_(0, PLACES, 9));
    add("scatterAdd", () -> M.scatterAdd(1, PLACES, X));
    add("scatterAdd_", () -> M.clone().scatterAdd_(0, PLACES, X));
    add("maskedFill", () -> X.maskedFill(B, 0.5));
    add("maskedFill long", () -> I.maskedFill(B, 5));
    add("maskedFill tensor", () -> X.maskedFill(B, S));
    add("maskedFill_", () -> X.clone().maskedFill_(B, -1));
    add("maskedFill_ tensor", () -> X.clone().maskedFill_(B, S));
    add("maskedSelect", () -> X.maskedSelect(B));
    add("maskedScatter", () -> X.maskedScatter(B, V.repeat(2)));
    add("maskedScatter_", () -> X.clone().maskedScatter_(B, V.repeat(2)));
    add("nonzero", () -> B.nonzero());
    add("nonzero 0-d", () -> S.nonzero());

    // Products
    add("mm", () -> X.mm(M));
    add("bmm", () -> CUBE.bmm(CUBE.mT()));
    add("mv", () -> X.mv(Y));
    add("dot", () -> V.dot(V));
    add("dot long", () -> K.dot(K));
    add("outer", () -> Y.outer(V));
    add("kron", () -> X.kron(M));
    add("matmul", () -> X.matmul(M));
    add("matmul vectors", () -> V.matmul(V));
    add("matmul batched", () -> CUBE.matmul(V));
    add("addmm", () -> Y.addmm(X, M));
    add("addmm scaled", () -> Y.addmm(X, M, 0.5, 2));
    add("baddbmm", () -> Y.baddbmm(CUBE, CUBE.mT()));
    add("baddbmm scaled", () -> Y.baddbmm(CUBE, CUBE.mT(), 0.5, 2));
    add("trace", () -> M.trace());
    add("einsum", () -> einsum("bij,bkj->bik", CUBE, CUBE));
    add("einsum diagonal", () -> einsum("ii", M));
    add("einsum three", () -> einsum("ij,jk,k->i", X, M, Y));
    add("tensordot", () -> tensordot(CUBE, CUBE.permute(1, 2, 0), 2));
    add("tensordot dims", () -> tensordot(CUBE, X, new long[] {1, 0}, new long[] {1, 0}));

    // Linear algebra
    add("inv", () -> Linalg.inv(M));
    add("pinv", () -> Linalg.pinv(X));
    add("det", () -> Linalg.det(M));
    add("slogdet", () -> Linalg.slogdet(M));
    add("solve", () -> Linalg.solve(M, X.t()));
    add("solve vector", () -> Linalg.solve(M, Y));
    add("cholesky", () -> Linalg.cholesky(SPD));
    add("qr", () -> qr(CUBE));
    add("svd", () -> svd(CUBE, true));
    add("svd reduced", () -> svd(CUBE, false));
    add("svdvals", () -> Linalg.svdvals(CUBE));
    add("eigh", () -> eigh(SPD));
    add("eigvalsh", () -> Linalg.eigvalsh(SPD));
    add("matrixNorm", () -> Linalg.matrixNorm(CUBE));
    add("matrixNorm nuclear", () -> Linalg.matrixNorm(CUBE, "nuc"));
    add("matrixNorm 2", () -> Linalg.matrixNorm(CUBE, 2));
    add("matrixNorm infinite", () -> Linalg.matrixNorm(CUBE, Double.NEGATIVE_INFINITY));
    add("vectorNorm", () -> Linalg.vectorNorm(CUBE, 3, new long[] {0, 1}, true));

    // Random numbers
    add("rand", () -> rand(2, 2));
    add("randn", () -> randn(new long[] {2, 3}, F64));
    add("rand dtype", () -> rand(DType.FLOAT64, 2, 2));
    add("randn dtype", () -> randn(DType.FLOAT64, 2, 2));
    add("randint", () -> randint(-3, 9, 2, 3));
    add("randint high", () -> randint(2, new long[] {32}));
    add("randint sizes", () -> randint(-3, 9, new long[] {2, 3}));
    add("randint one", () -> randint(-3, 9, new long[0]));
    add("randint dtype", () -> randint(-3, 9, new long[] {5}, DType.FLOAT32));
    add("randperm", () -> randperm(9));
    add("randLike", () -> randLike(X));
    add("randnLike", () -> randnLike(X));
    add("randintLike", () -> randintLike(I, -3, 9));
    add("randint typed", () -> randint(2, 9, new long[] {5}, TensorOptions.of(DType.INT32)));
    add("normal tensors", () -> normal(X, P));
    add("normal mean", () -> normal(X, 2));
    add("normal std", () -> normal(1, P));
    add("normal numbers", () -> normal(1.0, 2.0, 3));
    add("normal sizes", () -> normal(1.0, 2.0, new long[] {3, 2}));
    add("normal more sizes", () -> normal(1.0, 2.0, 3, 2));
    add("bernoulli", () -> U.bernoulli());
    add("bernoulli p", () -> zeros(20).bernoulli(0.3));
    add("multinomial", () -> U.multinomial(2, false));
    add("multinomial replacement", () -> U.multinomial(5, true));
    add("uniform_", () -> zeros(5).uniform_());
    add("normal_", () -> zeros(5).normal_());
    add("bernoulli_", () -> zeros(20).bernoulli_(0.3));
    add("bernoulli_ tensor", () -> X.clone().bernoulli_(U));
    add("random_", () -> zeros(4).random_());
    add("random_ to", () -> I.clone().random_(10));
    add("random_ from", () -> I.clone().random_(-5, 5));
    add("exponential_", () -> zeros(5).exponential_(2));

    // Neural networks
    add("softmax", () -> X.softmax(1));
    add("logSoftmax", () -> X.logSoftmax(-1));
    add("softmax typed", () -> F.softmax(1, DType.FLOAT64));
    add("logSoftmax typed", () -> F.logSoftmax(0, DType.FLOAT64));
    add("pad constant", () -> pad(CUBE, new long[] {1, 2, 0, -1}, "constant", 7));
    add("pad zeros", () -> pad(CUBE, new long[] {1, 2}, "constant"));
    add("pad reflect", () -> pad(CUBE, new long[] {1, 2}, "reflect"));
    add("pad replicate", () -> pad(CUBE, new long[] {1, 2}, "replicate"));
    add("pad circular", () -> pad(CUBE, new long[] {1, 2}, "circular"));
    add("oneHot", () -> oneHot(PLACES, 4));
    add("oneHot inferred", () -> oneHot(K, -1));
    add("cosineSimilarity", () -> cosineSimilarity(X, X.flip(1), 1));
    add("cosineSimilarity eps", () -> cosineSimilarity(X, P, 0, 2));
    add("cdist", () -> cdist(X, M, 2));
    add("cdist p", () -> cdist(X, M, 1.5));
    add("pairwiseDistance", () -> pairwiseDistance(X, P, 2, 1e-6, false));
    add("pairwiseDistance p", () -> pairwiseDistance(X, P, 1, 0.1, true));

    // Gradients of x ↦ Σ f(x)²
    add("gradient sum", () -> gradient(x -> x.sum(), X));
    add("gradient mean", () -> gradient(x -> x.mean(), X));
    add("gradient amax", () -> gradient(x -> x.amax(), X));
    add("gradient std", () -> gradient(x -> x.std(), X));
    add("gradient std dims", () -> gradient(x -> x.std(new long[] {0, 2}, 1, false), CUBE));
    add("gradient var", () -> gradient(x -> x.var(), X));
    add("gradient norm", () -> gradient(x -> x.norm(), X));
    add("gradient norm dim", () -> gradient(x -> x.norm(3, new long[] {1}, false), X));
    add("gradient nansum", () -> gradient(x -> x.nansum(), X));
    add("gradient nanmean", () -> gradient(x -> x.nanmean(), X));
    add("gradient logsumexp", () -> gradient(x -> x.logsumexp(1), X));
    add("gradient prod", () -> gradient(x -> x.prod(), X));
    add("gradient cumsum", () -> gradient(x -> x.cumsum(1), X));
    add("gradient cumprod", () -> gradient(x -> x.cumprod(1), X));
    add("gradient max", () -> gradient(x -> x.max(1).values(), X));
    add("gradient median", () -> gradient(x -> x.median(1).values(), X));
    add("gradient sort", () -> gradient(x -> x.sort(0, false).values(), X));
    add("gradient topk", () -> gradient(x -> x.topk(2).values(), X));
    add("gradient clamp", () -> gradient(x -> x.clamp(-0.5, 0.5), X));
    add("gradient lerp", () -> gradient(x -> x.lerp(Y, 0.3), X));
    add("gradient scatterAdd", () -> gradient(x -> M.scatterAdd(1, PLACES, x), X));
    add("gradient where", () -> gradient(x -> where(B, x, 0.0), X));
    add("gradient get", () -> gradient(x -> x.get(all(), at(ROWS), rangeFrom(1)), CUBE));
    add("gradient get mask", () -> gradient(x -> x.get(mask(B)), CUBE));
    add("gradient unfold", () -> gradient(x -> x.unfold(0, 2, 1), V));
    add("gradient split", () -> gradient(x -> x.split(2, 2).get(1), CUBE));
    add("gradient einsum", () -> gradient(x -> einsum("ij,jk->ik", x, M), X));
    add("gradient solve", () -> gradient(x -> Linalg.solve(x, Y), M));
    add("gradient pad", () -> gradient(x -> pad(x, new long[] {1, 1}, "circular"), CUBE));
    add("gradient cdist", () -> gradient(x -> cdist(x, M, 2), X));

    // Indexing
    add("get int", () -> CUBE.get(at(1)));
    add("get number", () -> CUBE.get(1));
    add("get numbers", () -> CUBE.get(1, -1, 2));
    add("get nothing", () -> CUBE.get());
    add("get negative int", () -> CUBE.get(at(-1), at(-3)));
    add("get all ranges and int", () -> CUBE.get(all(), range(1, -1), at(3)));
    add("get range beyond", () -> CUBE.get(all(), range(-10, 2), range(1, 100)));
    add("get empty range", () -> CUBE.get(all(), range(2, 1)));
    add("get from", () -> CUBE.get(ellipsis(), rangeFrom(2)));
    add("get until", () -> CUBE.get(ellipsis(), rangeTo(-1)));
    add("get steps", () -> CUBE.get(all().step(2), rangeFrom(1).step(2), range(0, 4).step(3)));
    add("get ellipsis between", () -> CUBE.get(at(0), ellipsis(), at(1)));
    add("get ellipsis of none", () -> CUBE.get(at(0), ellipsis(), at(1), at(2)));
    add("get new axes", () -> CUBE.get(newAxis(), at(0), ellipsis(), newAxis()));
    add("get list", () -> CUBE.get(all(), at(new long[] {0, 2})));
    add("get negative list", () -> CUBE.get(all(), at(new long[] {-1, 0, -1})));
    add("get tensor", () -> CUBE.get(ellipsis(), at(PLACES)));
    add("get int32 tensor", () -> CUBE.get(at(tensor(new int[] {1, 0}))));
    add("get 0-d tensor", () -> CUBE.get(all(), at(tensor(2))));
    add("get neighbours", () -> CUBE.get(all(), at(ROWS), at(ROWS)));
    add("get apart", () -> CUBE.get(at(tensor(new long[] {1, 0})), all(), at(ROWS)));
    add("get int and tensor", () -> CUBE.get(at(0), all(), at(ROWS)));
    add("get tensor and int", () -> CUBE.get(all(), at(ROWS), at(1)));
    add("get broadcast tensors", () -> CUBE.get(all(), at(PLACES.slice(1, 0, 1)), at(ROWS)));
    add("get new axis and tensor", () -> CUBE.get(newAxis(), all(), at(ROWS)));
    add("get mask", () -> CUBE.get(mask(CUBE.gt(0))));
    add("get mask of two", () -> CUBE.get(mask(B)));
    add("get mask and range", () -> CUBE.get(mask(B), rangeFrom(1)));
    add("get mask and tensor", () -> CUBE.get(mask(B), at(tensor(new long[] {3}))));
    add("get mask inside", () -> CUBE.get(at(0), mask(C.select(0, 0))));
    add(
        "get mask last",
        () -> CUBE.get(ellipsis(), mask(tensor(new boolean[] {true, false, false, true}))));
    add("get 0-d mask", () -> CUBE.get(mask(tensor(true))));
    add("get 0-d mask false", () -> CUBE.get(mask(tensor(false))));
    add("get empty list", () -> CUBE.get(at(new long[0])));
    add("set range", () -> CUBE.clone().set_(5.0, all(), range(1, 3)));
    add("set all", () -> CUBE.clone().set_(5.0));
    add("set int", () -> I.clone().set_(8, at(1), at(-1)));
    add("set long", () -> I.clone().set_((1L << 53) + 1, at(1), at(-1)));
    add("set int by double", () -> I.clone().set_(8.5, at(1), rangeFrom(1)));
    add(
        "set by two tensors",
        () -> CUBE.clone().set_(M.slice(0, 0, 2), at(tensor(new long[] {0, 1})), all(), at(ROWS)));
    add(
        "set tensor value",
        () -> CUBE.clone().set_(X.get(all(), all(), newAxis()), ellipsis(), range(0, 4).step(2)));
    add(
        "set leading ones",
        () -> CUBE.clone().set_(CUBE.get(rangeTo(1), rangeTo(1)).mul(2), at(0)));
    add("set by tensor", () -> CUBE.clone().set_(3, all(), at(ROWS)));
    add("set by mask", () -> X.clone().set_(0, mask(B)));
    add("set by mask values", () -> X.clone().set_(V.slice(0, 0, 1), mask(B)));
    add(
        "set by mask and range",
        () -> CUBE.clone().set_(CUBE.get(at(0), at(0), rangeTo(2)), mask(B), range(1, 3)));
    add("set converts", () -> F.clone().set_(X.get(at(1)), at(0)));
  }

  /**
   * Returns the product and the parts of the result that do not depend on the signs of the columns.
   */
  private static List<Tensor> qr(Tensor a) {
    Linalg.Qr qr = Linalg.qr(a);
    return List.of(qr.q().matmul(qr.r()), qr.q().abs(), qr.r().abs());
  }

  private static List<Tensor> svd(Tensor a, boolean full) {
    Linalg.Svd svd = full ? Linalg.svd(a) : Linalg.svd(a, false);
    long k = svd.s().size(-1);
    Tensor scaled = svd.u().slice(-1, 0, k).mul(svd.s().unsqueeze(-2));
    return List.of(
        scaled.matmul(svd.vh().slice(-2, 0, k)),
        svd.s(),
        tensor(new long[] {svd.u().size(-1), svd.vh().size(-2)}));
  }

  private static List<Tensor> eigh(Tensor a) {
    Linalg.Eigh eigh = Linalg.eigh(a);
    Tensor vectors = eigh.eigenvectors();
    return List.of(
        vectors.mul(eigh.eigenvalues()).matmul(vectors.t()), eigh.eigenvalues(), vectors.abs());
  }

  private static Tensor gradient(UnaryOperator<Tensor> f, Tensor x) {
    Tensor leaf = x.clone().requiresGrad_();
    return Torch.grad(List.of(f.apply(leaf).square().sum()), List.of(leaf), false).getFirst();
  }

  @TestFactory
  Stream<DynamicTest> agreesWithPyTorch() {
    return cases.entrySet().stream()
        .map(c -> DynamicTest.dynamicTest(c.getKey(), () -> check(c.getKey(), c.getValue())));
  }

  @Test
  void everyCaseOfTheFileIsCompared() {
    List<String> unknown =
        GOLDEN.names().stream()
            .filter(name -> !name.startsWith("in "))
            .filter(name -> !cases.containsKey(name.replaceFirst(" \\d$", "")))
            .filter(name -> !cases.containsKey(name))
            .toList();
    assertThat(unknown).isEmpty();
  }

  private static void check(String name, Supplier<Object> expression) {
    Torch.manualSeed(0);
    Object result = expression.get();
    if (result instanceof Boolean truth) {
      result = tensor(truth.booleanValue());
    }
    if (result instanceof Tensor single) {
      same(name, single);
      return;
    }
    List<Tensor> parts = parts(result);
    for (int i = 0; i < parts.size(); i++) {
      same(name + " " + i, parts.get(i));
    }
    assertThat(GOLDEN.names()).doesNotContain(name, name + " " + parts.size());
  }

  private static List<Tensor> parts(Object result) {
    List<Tensor> parts = new ArrayList<>();
    switch (result) {
      case ValuesAndIndices(Tensor values, Tensor indices) -> {
        parts.add(values);
        parts.add(indices);
      }
      case Unique(Tensor output, Tensor inverse, Tensor counts) -> {
        parts.add(output);
        if (inverse != null) {
          parts.add(inverse);
        }
        if (counts != null) {
          parts.add(counts);
        }
      }
      case Linalg.Slogdet(Tensor sign, Tensor logabsdet) -> {
        parts.add(sign);
        parts.add(logabsdet);
      }
      case List<?> list -> list.forEach(part -> parts.add((Tensor) part));
      default -> throw new AssertionError(result);
    }
    return parts;
  }

  private static void same(String name, Tensor actual) {
    Tensor expected = GOLDEN.get(name);
    assertThat(actual.dtype()).as("type of " + name).isEqualTo(expected.dtype());
    assertThat(actual.shape()).as("shape of " + name).isEqualTo(expected.shape());
    double tolerance =
        switch (actual.dtype()) {
          case FLOAT64 -> 1e-10;
          case FLOAT32 -> 1e-5;
          case FLOAT16 -> 1e-3;
          default -> 0;
        };
    assertThat(actual.allclose(expected, tolerance, tolerance, true))
        .as(() -> "%s: expected %s, got %s".formatted(name, expected, actual))
        .isTrue();
  }
}
