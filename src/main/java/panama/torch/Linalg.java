package panama.torch;

import java.util.function.Consumer;

/**
 * Linear algebra: the functions of PyTorch's {@code torch.linalg}. Matrices are in the last two
 * dimensions; preceding dimensions are batch dimensions. Supports FLOAT32 and FLOAT64.
 *
 * <pre>{@code
 * Tensor x = Linalg.solve(a, b);   // a x = b
 * }</pre>
 */
public final class Linalg {
  private Linalg() {}

  /**
   * Returns the inverses of matrices.
   *
   * @param a (..., N, N)
   * @return (..., N, N)
   * @throws LinalgException if a matrix is singular
   */
  public static Tensor inv(Tensor a) {
    return Torch.op("aten::linalg_inv").arg(a).tensor();
  }

  /**
   * Returns the Moore-Penrose pseudoinverses (..., N, M) of matrices (..., M, N).
   *
   * @param a a matrix, (..., M, N)
   */
  public static Tensor pinv(Tensor a) {
    return Torch.op("aten::linalg_pinv.atol_rtol_float").arg(a).tensor();
  }

  /**
   * Returns the determinants (...) of matrices (..., N, N).
   *
   * @param a a square matrix, (..., N, N)
   */
  public static Tensor det(Tensor a) {
    return Torch.op("aten::linalg_det").arg(a).tensor();
  }

  /**
   * Determinants as {@code sign · exp(logabsdet)}, which avoids overflow and underflow.
   *
   * @param sign the signs (...): -1, 0 or 1
   * @param logabsdet the logarithms (...) of the magnitudes; -∞ for 0
   */
  public record Slogdet(Tensor sign, Tensor logabsdet) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(sign);
      action.accept(logabsdet);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("Slogdet").add("sign", sign).add("logabsdet", logabsdet).toString();
    }
  }

  /**
   * Returns the signs and logarithms of the determinants of matrices (..., N, N).
   *
   * @param a a square matrix, (..., N, N)
   */
  public static Slogdet slogdet(Tensor a) {
    Op.Results results = Torch.op("aten::linalg_slogdet").arg(a).call();
    return new Slogdet(results.tensor(0), results.tensor(1));
  }

  /**
   * Returns the solution X of A X = B.
   *
   * @param a A, (..., N, N)
   * @param b B, (..., N, K), or (..., N) for vectors
   * @return X, of the shape of B
   * @throws LinalgException if a matrix is singular
   */
  public static Tensor solve(Tensor a, Tensor b) {
    return Torch.op("aten::linalg_solve").arg(a).arg(b).tensor();
  }

  /**
   * Returns the Cholesky factor L of A = L Lᵀ, a lower triangular matrix.
   *
   * @param a A, (..., N, N), symmetric and positive definite; only its lower triangle is read
   * @throws LinalgException if a matrix is not positive definite
   */
  public static Tensor cholesky(Tensor a) {
    return Torch.op("aten::linalg_cholesky").arg(a).tensor();
  }

  /**
   * The QR decomposition A = Q R.
   *
   * @param q Q, (..., M, K), with orthonormal columns; K is the smaller of M and N
   * @param r R, (..., K, N), upper triangular
   */
  public record Qr(Tensor q, Tensor r) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(q);
      action.accept(r);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("Qr").add("q", q).add("r", r).toString();
    }
  }

  /**
   * Returns the reduced QR decomposition of matrices (..., M, N).
   *
   * @param a a matrix, (..., M, N)
   */
  public static Qr qr(Tensor a) {
    Op.Results results = Torch.op("aten::linalg_qr").arg(a).call();
    return new Qr(results.tensor(0), results.tensor(1));
  }

  /**
   * The singular value decomposition A = U diag(S) Vᵀ.
   *
   * @param u U, (..., M, M), or (..., M, K) if reduced; K is the smaller of M and N
   * @param s S, (..., K), in descending order
   * @param vh Vᵀ, (..., N, N), or (..., K, N) if reduced
   */
  public record Svd(Tensor u, Tensor s, Tensor vh) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(u);
      action.accept(s);
      action.accept(vh);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("Svd").add("u", u).add("s", s).add("vh", vh).toString();
    }
  }

  /**
   * Returns the full singular value decomposition of matrices (..., M, N).
   *
   * @param a a matrix, (..., M, N)
   */
  public static Svd svd(Tensor a) {
    return svd(a, true);
  }

  /**
   * Returns the singular value decomposition of matrices.
   *
   * @param a (..., M, N)
   * @param fullMatrices whether U and V are square; otherwise they are reduced
   */
  public static Svd svd(Tensor a, boolean fullMatrices) {
    Op.Results results = Torch.op("aten::linalg_svd").arg(a).arg(fullMatrices).call();
    return new Svd(results.tensor(0), results.tensor(1), results.tensor(2));
  }

  /**
   * Returns the singular values (..., K) of matrices (..., M, N) in descending order.
   *
   * @param a a matrix, (..., M, N)
   */
  public static Tensor svdvals(Tensor a) {
    return Torch.op("aten::linalg_svdvals").arg(a).tensor();
  }

  /**
   * The eigendecomposition A = V diag(L) Vᵀ.
   *
   * @param eigenvalues L, (..., N), in ascending order
   * @param eigenvectors V, (..., N, N), one eigenvector per column
   */
  public record Eigh(Tensor eigenvalues, Tensor eigenvectors) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(eigenvalues);
      action.accept(eigenvectors);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("Eigh")
          .add("eigenvalues", eigenvalues)
          .add("eigenvectors", eigenvectors)
          .toString();
    }
  }

  /**
   * Returns the eigenvalues and eigenvectors of symmetric matrices (..., N, N). Only the lower
   * triangle is read.
   *
   * @param a a square matrix, (..., N, N)
   */
  public static Eigh eigh(Tensor a) {
    Op.Results results = Torch.op("aten::linalg_eigh").arg(a).call();
    return new Eigh(results.tensor(0), results.tensor(1));
  }

  /**
   * Returns the eigenvalues (..., N) of symmetric matrices (..., N, N) in ascending order.
   *
   * @param a a square matrix, (..., N, N)
   */
  public static Tensor eigvalsh(Tensor a) {
    return Torch.op("aten::linalg_eigvalsh").arg(a).tensor();
  }

  /**
   * Returns the Frobenius norms (...) of matrices (..., M, N).
   *
   * @param a a matrix, (..., M, N)
   */
  public static Tensor matrixNorm(Tensor a) {
    return matrixNorm(a, "fro");
  }

  /**
   * Returns the norms (...) of matrices.
   *
   * @param a (..., M, N)
   * @param ord {@code fro}: the Frobenius norm; {@code nuc}: the nuclear norm, the sum of the
   *     singular values
   */
  public static Tensor matrixNorm(Tensor a, String ord) {
    return Torch.op("aten::linalg_matrix_norm.str_ord").arg(a).arg(ord).tensor();
  }

  /**
   * Returns the norms (...) of matrices.
   *
   * @param a (..., M, N)
   * @param ord 1 and -1: the largest and smallest sum of the magnitudes of a column; ∞ and -∞: of a
   *     row; 2 and -2: the largest and smallest singular value
   */
  public static Tensor matrixNorm(Tensor a, double ord) {
    return Torch.op("aten::linalg_matrix_norm").arg(a).arg(ord).tensor();
  }

  /**
   * Returns the norm (Σ |x|ᵖ)^(1/p) over the given dimensions.
   *
   * @param x the tensor
   * @param ord p; 0 counts the nonzero elements, ∞ and -∞ take the largest and the smallest
   *     magnitude
   * @param dims the dimensions to reduce; empty: all
   * @param keepdim whether reduced dimensions are kept with size 1
   */
  public static Tensor vectorNorm(Tensor x, double ord, long[] dims, boolean keepdim) {
    return Torch.op("aten::linalg_vector_norm").arg(x).arg(ord).dims(dims).arg(keepdim).tensor();
  }
}
