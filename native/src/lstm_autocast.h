// Under autocast, libtorch chooses oneDNN's kernel for an LSTM by the type that the input has before it is cast. On a
// processor without instructions for the lower type that kernel fails, although the other kernels work. So the
// arguments of lstm.input are cast before libtorch chooses the kernel.
#pragma once

#include <ATen/autocast_mode.h>

#include <vector>

#include "libtorch.h"

namespace panama_torch {

/// Returns whether the arguments of an LSTM with these states, h and c, are to be cast.
inline bool casts_lstm(at::TensorList states) {
  // oneDNN is not used with a projection, which makes h smaller than c.
  return at::autocast::is_autocast_enabled(at::kCPU) && states[0].size(2) == states[1].size(2);
}

/// Returns a tensor that is on the CPU in the type of autocast, and any other unchanged.
inline at::Tensor lowered(const at::Tensor &tensor) {
  return tensor.is_cpu()
             ? at::autocast::cached_cast(at::autocast::get_autocast_dtype(at::kCPU), tensor, at::kCPU)
             : tensor;
}

inline std::vector<at::Tensor> lowered(at::TensorList tensors) {
  std::vector<at::Tensor> all;
  for (const at::Tensor &tensor : tensors) all.push_back(lowered(tensor));
  return all;
}

/// Casts the input, states and parameters of a call of aten::lstm.input.
inline void cast_lstm(torch::jit::Stack &arguments) {
  const std::vector<at::Tensor> states = arguments[1].toTensorVector();
  if (!casts_lstm(states)) return;
  arguments[0] = lowered(arguments[0].toTensor());
  arguments[1] = lowered(states);
  arguments[2] = lowered(arguments[2].toTensorVector());
}

}  // namespace panama_torch
