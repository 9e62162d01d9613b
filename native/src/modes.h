// The modes of a call: entered at its beginning, put back at its end.
#pragma once

#include <optional>

#include "libtorch.h"
#include "panama_torch.h"

namespace panama_torch {

/// Puts the thread into the modes of a call, for as long as this object lives.
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

    // In this order: inference mode puts back all that it found, autocast among it, and turns gradients off.
    Autocast cpu, cuda;
    std::optional<c10::InferenceMode> inference;
    std::optional<at::AutoGradMode> grad;
  };

  std::optional<Entered> entered_;
};

}  // namespace panama_torch
