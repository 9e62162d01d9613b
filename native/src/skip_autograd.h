// Skips the autograd kernels of the dispatcher where they have nothing to record; they take a fifth of the time of a
// small operation. See docs/decisions/0005-below-autograd.md.
#pragma once

#include <algorithm>
#include <optional>

#include "libtorch.h"

namespace panama_torch {

/// Returns whether calls of this operator may skip its autograd kernel when there is nothing to record: its results
/// are new tensors, and it has a derivative formula. For views, in-place operators and composite ones, that kernel
/// does more than record.
inline bool may_skip_autograd(const c10::OperatorHandle &op) {
  const auto aliases = [](const c10::Argument &argument) { return argument.alias_info() != nullptr; };
  const c10::FunctionSchema &schema = op.schema();
  return std::none_of(schema.arguments().begin(), schema.arguments().end(), aliases) &&
         std::none_of(schema.returns().begin(), schema.returns().end(), aliases) &&
         op.hasKernelForDispatchKey(c10::DispatchKey::Autograd);
}

inline bool may_skip_autograd(const char *name, const char *overload) {
  return may_skip_autograd(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
}

/// Skips the autograd kernels during the lifetime of this object if none of the tensors requires a gradient.
class SkippedAutograd {
 public:
  template <typename... Borrowed>
  explicit SkippedAutograd(bool may, const Borrowed &...tensors) {
    if (may && !((tensors->requires_grad() || ...) && at::GradMode::is_enabled())) below_.emplace();
  }

 private:
  std::optional<at::AutoDispatchBelowADInplaceOrView> below_;
};

}  // namespace panama_torch
