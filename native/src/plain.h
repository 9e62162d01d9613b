// Tensors whose memory can be read directly.
#pragma once

#include "libtorch.h"

namespace panama_torch {

/// Returns whether a tensor's elements are in the memory of the CPU with the values that the tensor has.
inline bool is_plain(const at::Tensor &tensor) {
  return tensor.is_cpu() && tensor.layout() == at::kStrided && !tensor.is_nested() &&
         !tensor.is_quantized() && !tensor.is_conj() && !tensor.is_neg() && !tensor._is_zerotensor();
}

}  // namespace panama_torch
