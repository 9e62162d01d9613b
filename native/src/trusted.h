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

}  // namespace panama_torch
