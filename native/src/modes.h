// Sets the modes of a call at its beginning, and restores the previous ones at its end.
#pragma once

#include <optional>

#include "libtorch.h"
#include "panama_torch.h"

namespace panama_torch {

/// Sets the modes of a call on this thread during the lifetime of this object.
class Modes {
 public:
  explicit Modes(const pt_modes *modes) {
    if (modes != nullptr) entered_.emplace(*modes);
  }

 private:
  class Autocast {
   public:
    Autocast(at::DeviceType device, const pt_autocast &wanted);
    ~Autocast();
    Autocast(const Autocast &) = delete;
    Autocast &operator=(const Autocast &) = delete;

   private:
    at::DeviceType device_;
    bool changed_, enabled_ = false;
    at::ScalarType dtype_ = at::kFloat;
  };

  struct Entered {
    explicit Entered(const pt_modes &modes);

    // The order matters: inference mode turns gradients off, and its destructor restores all thread-local state,
    // including that of autocast.
    Autocast cpu, cuda;
    std::optional<c10::InferenceMode> inference;
    std::optional<at::AutoGradMode> grad;
  };

  std::optional<Entered> entered_;
};

}  // namespace panama_torch
