// Under autocast, libtorch chooses oneDNN's kernel for an LSTM by the type that the input has before it is cast. On a
// processor without instructions for the lower type that kernel fails, where the others would have worked.
#pragma once

#include <ATen/autocast_mode.h>

#include <vector>

#include "libtorch.h"

namespace panama_torch {

inline c10::IValue lowered(const c10::IValue &value) {
  const auto cast = [](const at::Tensor &tensor) {
    return tensor.is_cpu()
               ? at::autocast::cached_cast(at::autocast::get_autocast_dtype(at::kCPU), tensor, at::kCPU)
               : tensor;
  };
  if (value.isTensor()) return cast(value.toTensor());
  std::vector<at::Tensor> tensors = value.toTensorVector();
  for (at::Tensor &tensor : tensors) tensor = cast(tensor);
  return tensors;
}

/// Casts the tensors of a call of aten::lstm.input in advance, as the kernel for a whole layer would cast them.
inline void cast_lstm(torch::jit::Stack &arguments) {
  if (!at::autocast::is_autocast_enabled(at::kCPU)) return;
  const c10::List<at::Tensor> states = arguments[1].toTensorList();
  if (states.get(0).size(2) != states.get(1).size(2)) return;  // projected: not oneDNN's
  for (size_t i = 0; i < 3; ++i) arguments[i] = lowered(arguments[i]);
}

}  // namespace panama_torch
