// Checks of arguments that libtorch's kernels do not validate, and with which they would access memory out of
// bounds. docs/decisions/0010-operators-that-trust-their-arguments.md has a table of the operators.
#pragma once

#include <string>
#include <vector>

#include "libtorch.h"
#include "panama_torch.h"

namespace panama_torch {

/// Throws if the arguments of a call are not valid.
using Check = void (*)(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments);

/// Returns the check of an operator's arguments; nullptr if libtorch validates them itself.
/// @param name the name without overload, such as "aten::ctc_loss"
Check check_of(const std::string &name);

/// Checks the batch sizes of a packed sequence.
/// @return N
int64_t check_packing(const at::Tensor &data, const at::Tensor &batch_sizes);

/// Checks the shapes of states and parameters of a recurrent layer.
/// @param batch N
/// @param features H_in
/// @param gates the number of gates, by which H is multiplied in the rows of a weight
/// @param h0 (D num_layers, N, H), with the projected size for H in a projected LSTM
/// @param c0 (D num_layers, N, H); h0 for RNN and GRU
void check_parameters(int64_t batch, int64_t features, int64_t gates, const at::Tensor &h0,
                      const at::Tensor &c0, at::TensorList parameters, const pt_recurrent &config);

/// Checks the lengths of padded sequences.
/// @param x (L, N, *), or (N, L, *) with batch_first
/// @param lengths (N), decreasing
void check_lengths(const at::Tensor &x, const at::Tensor &lengths, bool batch_first);

/// Checks that the number of elements of a range does not overflow.
void check_arange(const at::Scalar &start, const at::Scalar &end, const at::Scalar &step);

}  // namespace panama_torch
