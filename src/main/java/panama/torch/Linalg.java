package panama.torch;

import java.util.function.Consumer;

/**
 * Linear algebra: the functions of PyTorch's {@code torch.linalg}. Matrices are the last two
 * dimensions; those before are batches. FLOAT32 and FLOAT64.
 *
 * <pre>{@code
 * Tensor x = Linalg.solve(a, b);   // a x = b
 * }</pre>
 */
public final class Linalg {
  private Linalg() {}

  /**
   * The inverse of matrices (..., N, N).
   *
   * @throws LinalgException for a singular matrix
   */
  public static Tensor inv(Tensor a) {
    return Torch.op("aten::linalg_inv").arg(a).call().tensor();
  }

  /** The pseudo-inverse (..., N, M) of matrices (..., M, N), by Moore and Penrose. */
  public static Tensor pinv(Tensor a) {
    return Torch.op("aten::linalg_pinv.atol_rtol_float").arg(a).call().tensor();
  }

  /** The determinants (...) of matrices (..., N, N). */
  public static Tensor det(Tensor a) {
    return Torch.op("aten::linalg_det").arg(a).call().tensor();
  }

  /**
   * A determinant that may be too large or too small for its type: {@code sign · exp(logabsdet)}.
   *
   * @param sign -1, 0 or 1
   * @param logabsdet the logarithm of the magnitude; -∞ for 0
   */
  public record Slogdet(Tensor sign, Tensor logabsdet) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(sign);
      action.accept(logabsdet);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("Slogdet").add("sign", sign).add("logabsdet", logabsdet).toString();
    }
  }

  /** The determinants of matrices (..., N, N), by sign and logarithm. */
  public static Slogdet slogdet(Tensor a) {
    Op.Results results = Torch.op("aten::linalg_slogdet").arg(a).call();
    return new Slogdet(results.tensor(0), results.tensor(1));
  }

  /**
   * The X of A X = B.
   *
   * @param a (..., N, N)
   * @param b (..., N, K), or (..., N) for vectors
   * @throws LinalgException for a singular matrix
   */
  public static Tensor solve(Tensor a, Tensor b) {
    return Torch.op("aten::linalg_solve").arg(a).arg(b).call().tensor();
  }

  /**
   * The lower triangular L of A = L Lᵀ.
   *
   * @param a (..., N, N), symmetric and positive definite; only its lower triangle is read
   * @throws LinalgException where it is not positive definite
   */
  public static Tensor cholesky(Tensor a) {
    return Torch.op("aten::linalg_cholesky").arg(a).call().tensor();
  }

  /**
   * A = Q R.
   *
   * @param q (..., M, K) with orthonormal columns, K the smaller of M and N
   * @param r (..., K, N), upper triangular
   */
  public record Qr(Tensor q, Tensor r) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(q);
      action.accept(r);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("Qr").add("q", q).add("r", r).toString();
    }
  }

  /** The QR decomposition of matrices (..., M, N), reduced. */
  public static Qr qr(Tensor a) {
    Op.Results results = Torch.op("aten::linalg_qr").arg(a).call();
    return new Qr(results.tensor(0), results.tensor(1));
  }

  /**
   * A = U diag(S) Vᵀ.
   *
   * @param u (..., M, M), or (..., M, K) where reduced, K the smaller of M and N
   * @param s (..., K), descending
   * @param vh Vᵀ: (..., N, N), or (..., K, N) where reduced
   */
  public record Svd(Tensor u, Tensor s, Tensor vh) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(u);
      action.accept(s);
      action.accept(vh);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("Svd").add("u", u).add("s", s).add("vh", vh).toString();
    }
  }

  /** The singular value decomposition of matrices (..., M, N), with square U and V. */
  public static Svd svd(Tensor a) {
    return svd(a, true);
  }

  /**
   * The singular value decomposition of matrices (..., M, N).
   *
   * @param fullMatrices whether U and V are square, or reduced
   */
  public static Svd svd(Tensor a, boolean fullMatrices) {
    Op.Results results = Torch.op("aten::linalg_svd").arg(a).arg(fullMatrices).call();
    return new Svd(results.tensor(0), results.tensor(1), results.tensor(2));
  }

  /** The singular values (..., K) of matrices, descending. */
  public static Tensor svdvals(Tensor a) {
    return Torch.op("aten::linalg_svdvals").arg(a).call().tensor();
  }

  /**
   * A = V diag(L) Vᵀ.
   *
   * @param eigenvalues L: (..., N), ascending
   * @param eigenvectors V: (..., N, N), one a column
   */
  public record Eigh(Tensor eigenvalues, Tensor eigenvectors) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(eigenvalues);
      action.accept(eigenvectors);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("Eigh")
          .add("eigenvalues", eigenvalues)
          .add("eigenvectors", eigenvectors)
          .toString();
    }
  }

  /**
   * The eigenvalues and eigenvectors of symmetric matrices (..., N, N), of which only the lower
   * triangle is read.
   */
  public static Eigh eigh(Tensor a) {
    Op.Results results = Torch.op("aten::linalg_eigh").arg(a).call();
    return new Eigh(results.tensor(0), results.tensor(1));
  }

  /** The eigenvalues (..., N) of symmetric matrices, ascending. */
  public static Tensor eigvalsh(Tensor a) {
    return Torch.op("aten::linalg_eigvalsh").arg(a).call().tensor();
  }

  /** The Frobenius norms (...) of matrices: the square root of the sum of all squares. */
  public static Tensor matrixNorm(Tensor a) {
    return matrixNorm(a, "fro");
  }

  /**
   * The norms (...) of matrices.
   *
   * @param ord {@code fro}: the root of the sum of squares; {@code nuc}: the sum of the singular
   *     values
   */
  public static Tensor matrixNorm(Tensor a, String ord) {
    return Torch.op("aten::linalg_matrix_norm.str_ord").arg(a).arg(ord).call().tensor();
  }

  /**
   * The norms (...) of matrices.
   *
   * @param ord 1 and -1: the largest and smallest column sum of magnitudes; ±∞: of rows; 2 and -2:
   *     the largest and smallest singular value
   */
  public static Tensor matrixNorm(Tensor a, double ord) {
    return Torch.op("aten::linalg_matrix_norm").arg(a).arg(ord).call().tensor();
  }

  /**
   * The norm (Σ |x|ᵖ)^(1/p) over some dimensions; none stands for all.
   *
   * @param ord p; also 0, for the number of elements that are not 0, and ±∞, for the largest and
   *     the smallest magnitude
   */
  public static Tensor vectorNorm(Tensor x, double ord, long[] dims, boolean keepdim) {
    return Torch.op("aten::linalg_vector_norm")
        .arg(x)
        .arg(ord)
        .dims(dims)
        .arg(keepdim)
        .call()
        .tensor();
  }
}
