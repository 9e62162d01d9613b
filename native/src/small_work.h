// Small operators are computed by the calling thread alone. A team of OpenMP threads takes some 10 us to share an
// operator on an idle machine, and on a busy one milliseconds, while a thread of the team waits for a processor.
// Results keep their bits; see docs/decisions/0023-small-operators-on-the-calling-thread.md.
#pragma once

#include <string>
#include <vector>

#include "libtorch.h"

namespace panama_torch {

/// Returns whether a call can be computed by the calling thread alone, faster and with the same bits.
using IsSmall = bool (*)(const torch::jit::Stack &arguments);

/// Returns the function for an operator; nullptr if the operator's calls are always computed by a team.
/// @param name the name without overload, such as "aten::linear"
IsSmall is_small_of(const std::string &name);

/// Restricts libtorch and MKL to the calling thread while it exists.
class CallingThread {
 public:
  CallingThread();
  ~CallingThread();
  CallingThread(const CallingThread &) = delete;
  CallingThread &operator=(const CallingThread &) = delete;

 private:
  int team_;  // the threads of libtorch's teams before
  int mkl_ = 0;
};

/// A small call, from before the operator runs until after its results are made.
class SmallCall {
 public:
  /// @param arguments before the operator takes them
  explicit SmallCall(const torch::jit::Stack &arguments);

  /// Makes the thread that computes the gradients of the result compute them alone, too.
  void extend_to_gradients(const at::Tensor &result) const;

 private:
  CallingThread thread_;
  /// The functions that made the arguments.
  std::vector<const torch::autograd::Node *> made_arguments_;
};

/// A backward pass. Its end lifts a restriction that remains if a function of the graph has thrown an exception.
class BackwardPass {
 public:
  BackwardPass() = default;
  ~BackwardPass();
  BackwardPass(const BackwardPass &) = delete;
  BackwardPass &operator=(const BackwardPass &) = delete;
};

}  // namespace panama_torch
