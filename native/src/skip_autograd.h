// The autograd layer of the dispatcher costs a small operation a fifth of its time, even where it has nothing to
// record. docs/decisions/0005-below-autograd.md says which calls pass it by.
#pragma once

#include <algorithm>
#include <optional>

#include "libtorch.h"

namespace panama_torch {

/// Whether calls of this operator may pass by the autograd layer when they have nothing to record: it makes new
/// tensors, and has a derivative formula of its own. For views, writes and composites that layer does more than
/// record.
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

/// Passes by the autograd layer, for as long as this object lives, where none of the tensors needs it.
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
