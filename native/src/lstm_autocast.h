// Under autocast, libtorch chooses oneDNN's kernel for an LSTM by the type that the input has before it is cast. On a
// processor without instructions for the lower type that kernel fails, although the other kernels work.
#pragma once

#include <ATen/autocast_mode.h>

#include <vector>

#include "libtorch.h"

namespace panama_torch {

/// Returns a tensor or list of tensors, with those on the CPU cast to the type of autocast.
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

/// Casts the input, states and parameters of a call of aten::lstm.input before libtorch chooses the kernel.
inline void cast_lstm(torch::jit::Stack &arguments) {
  if (!at::autocast::is_autocast_enabled(at::kCPU)) return;
  const c10::List<at::Tensor> states = arguments[1].toTensorList();
  if (states.get(0).size(2) != states.get(1).size(2)) return;  // projected: oneDNN is not used
  for (size_t i = 0; i < 3; ++i) arguments[i] = lowered(arguments[i]);
}

}  // namespace panama_torch
