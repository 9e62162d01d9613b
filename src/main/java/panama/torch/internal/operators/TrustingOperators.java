package panama.torch.internal.operators;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognizes the operators that do not validate their arguments: with a wrong one they access
 * memory out of bounds, and return arbitrary numbers or end the process. They are internal parts of
 * other operators, which validate the arguments.
 *
 * <p>The list is the result of tests; see {@code
 * docs/decisions/0010-checks-for-unvalidated-arguments.md}. It has no public operators: where those
 * do not validate an argument, the shim does.
 */
final class TrustingOperators {
  /** The system property that allows calls of these operators. */
  private static final String PROPERTY = "panama.torch.unsafeOperators";

  /** Namespaces of libtorch itself, apart from aten; any other one belongs to another library. */
  private static final Set<String> NAMESPACES =
      Set.of(
          "_c10d_functional",
          "_c10d_functional_autograd",
          "_quantized",
          "c10d",
          "inductor",
          "mkl",
          "mkldnn",
          "mkldnn_prepacked",
          "onednn",
          "prepacked",
          "prim",
          "profiler",
          "quantization",
          "quantized",
          "sparse",
          "static_runtime",
          "symm_mem",
          "xnnpack");

  /**
   * Matches kernels of one backend, of the backward pass, and those whose names begin with one
   * underscore.
   */
  private static final Pattern INTERNAL =
      Pattern.compile(
          "(mkldnn|miopen|cudnn|slow_conv|thnn_conv).*|.*_backward.*|_(?!_|foreach_).*");

  /** Internal operators whose arguments are validated, by themselves or by the shim. */
  private static final Set<String> CHECKED =
      Set.of(
          "_adaptive_avg_pool2d",
          "_adaptive_avg_pool3d",
          "_amp_foreach_non_finite_check_and_unscale_",
          "_amp_update_scale_",
          "_cdist_forward",
          "_chunk_cat",
          "_convert_weight_to_int4pack_for_cpu",
          "_ctc_loss",
          "_dirichlet_grad",
          "_embedding_bag",
          "_embedding_bag_forward_only",
          "_fake_quantize_learnable_per_channel_affine",
          "_fused_adagrad_",
          "_fused_adam_",
          "_fused_adamw_",
          "_fused_rms_norm",
          "_fused_sgd_",
          "_histogramdd_bin_edges",
          "_histogramdd_from_bin_cts",
          "_histogramdd_from_bin_tensors",
          "_index_put_impl_",
          "_int_mm",
          "_linalg_det",
          "_linalg_slogdet",
          "_linalg_solve_ex",
          "_local_scalar_dense",
          "_log_softmax",
          "_lu_with_info",
          "_native_multi_head_attention",
          "_nnz",
          "_pack_padded_sequence",
          "_pad_packed_sequence",
          "_rowwise_prune",
          "_safe_softmax",
          "_softmax",
          "_standard_gamma",
          "_to_copy",
          "_to_sparse",
          "_trilinear",
          "_unique",
          "_unique2",
          "_unsafe_index",
          "_unsafe_index_put",
          "_unsafe_masked_index",
          "_unsafe_masked_index_put_accumulate",
          "_unsafe_view",
          "_upsample_bicubic2d_aa",
          "_upsample_bilinear2d_aa",
          "_upsample_nearest_exact1d",
          "_validate_compressed_sparse_indices",
          "_version",
          "_weight_int8pack_mm",
          "_weight_norm");

  private TrustingOperators() {}

  /**
   * Returns whether calls of an operator are refused because it does not validate its arguments.
   */
  static boolean contains(String name) {
    return trusts(name) && !Boolean.getBoolean(PROPERTY);
  }

  private static boolean trusts(String name) {
    int colons = name.indexOf("::");
    if (colons < 0) {
      return false;
    }
    String base = name.substring(colons + 2).replaceFirst("\\..*", "");
    return name.startsWith("aten::")
        ? INTERNAL.matcher(base).matches() && !CHECKED.contains(base)
        : NAMESPACES.contains(name.substring(0, colons));
  }
}
