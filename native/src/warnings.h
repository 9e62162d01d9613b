// Passes libtorch's warnings, whose handler is thread-local, to one handler for all threads that call this library.
#pragma once

#include <atomic>

#include "libtorch.h"
#include "static_tls.h"

namespace panama_torch {

/// The handler for all threads; nullptr while libtorch prints its warnings.
inline std::atomic<c10::WarningHandler *> warning_handler{nullptr};

/// The handler that is set on the calling thread.
PANAMA_TORCH_STATIC_TLS inline thread_local c10::WarningHandler *own_warning_handler = nullptr;

/// Sets the handler on the calling thread, once.
inline void handle_warnings() {
  c10::WarningHandler *handler = warning_handler.load(std::memory_order_relaxed);
  if (handler == own_warning_handler) return;
  c10::WarningUtils::set_warning_handler(handler);
  own_warning_handler = handler;
}

}  // namespace panama_torch
