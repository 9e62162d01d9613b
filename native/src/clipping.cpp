// Operators that limit gradients, with the bits of PyTorch's default implementation on the CPU.
#include <torch/library.h>

#include <cmath>
#include <limits>
#include <vector>

#include "libtorch.h"

namespace {

/// Scales gradients by min(1, max_norm / (norm + 1e-6)). Gradients without elements are ignored where they have no
/// norm. Returns the norm before.
/// @param finite_only whether not to change the gradients if the norm is infinite or NaN
double clip_grad_norm_(at::TensorList grads, double max_norm, double norm_type, bool finite_only) {
  const at::NoGradGuard no_grad;
  const bool empty_has_norm = norm_type >= 0 && std::isfinite(norm_type);
  std::vector<at::Tensor> norms;
  for (const at::Tensor &grad : grads)
    if (grad.numel() > 0 || empty_has_norm)
      // With its type, which is the default: valgrind takes an absent one for uninitialized memory.
      norms.push_back(
          at::linalg_vector_norm(grad, norm_type, at::OptionalIntArrayRef(), false, grad.scalar_type())
              .to(grads.front().device()));
  if (norms.empty()) return 0;
  const at::Tensor total = at::linalg_vector_norm(at::stack(norms), norm_type);
  const double norm = total.item<double>();
  if (finite_only && !std::isfinite(norm)) return norm;
  // As in Python, where a number divided by a tensor is the product with its reciprocal: a division would round
  // differently.
  const at::Tensor factor = total.add(1e-6).reciprocal().mul(max_norm).clamp_max(1.0);
  for (const at::Tensor &grad : grads) at::Tensor(grad).mul_(factor.to(grad.device()));
  return norm;
}

void clip_grad_value_(at::TensorList grads, double clip_value) {
  const at::NoGradGuard no_grad;
  for (const at::Tensor &grad : grads) at::Tensor(grad).clamp_min_(-clip_value).clamp_max_(clip_value);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(panama_torch, library) {
  library.def(
      "clip_grad_norm_(Tensor(a!)[] grads, float max_norm, float norm_type, bool finite_only) -> float",
      &clip_grad_norm_);
  library.def("clip_grad_value_(Tensor(a!)[] grads, float clip_value) -> ()", &clip_grad_value_);
}
