// Checks of arguments that libtorch's kernels do not validate, and with which they would access memory out of
// bounds. docs/decisions/0010-checks-for-unvalidated-arguments.md has a table of the operators.
#pragma once

#include <string>

#include "libtorch.h"

namespace panama_torch {

/// Throws if the arguments of a call are not valid.
using Check = void (*)(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments);

/// Returns the check of an operator's arguments; nullptr if libtorch validates them itself.
/// @param name the name without overload, such as "aten::ctc_loss"
Check check_of(const std::string &name);

/// The options of a recurrent layer that its shapes depend on.
struct RecurrentOptions {
  int64_t num_layers;
  bool has_biases, bidirectional;
};

/// Checks the batch sizes of packed sequences.
/// @return N
int64_t check_packing(const at::Tensor &data, const at::Tensor &batch_sizes);

/// Checks the shapes of states and parameters of a recurrent layer.
/// @param batch N
/// @param features H_in
/// @param gates the number of gates, by which H is multiplied in the rows of a weight
/// @param h0 (D num_layers, N, H), with the projected size for H in a projected LSTM
/// @param c0 (D num_layers, N, H); h0 for RNN and GRU
void check_recurrent(int64_t batch, int64_t features, int64_t gates, const at::Tensor &h0,
                     const at::Tensor &c0, at::TensorList parameters, const RecurrentOptions &config);

}  // namespace panama_torch
