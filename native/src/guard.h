// Runs the body of every function that can fail: sets the modes of the call, and catches all exceptions.
#pragma once

#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libtorch.h"
#include "modes.h"
#include "panama_torch.h"
#include "spin.h"
#include "static_tls.h"
#include "warnings.h"

struct pt_error {
  pt_status status;
  std::string message;
  /// The exception, from which the backtrace is made on request, since symbolizing its frames takes milliseconds.
  std::optional<c10::Error> origin;
  /// The text of pt_tensor_note_call for the node at which a backward pass failed.
  std::string call = {};
};

namespace panama_torch {

/// The start of the message of the error that is thrown through the autograd engine when a hook has failed. The
/// engine may rethrow the error as another type, so that only the message identifies it.
inline constexpr std::string_view hook_failure = "panama_torch hook ";

/// The error of a call that cannot allocate a pt_error. Never destroyed, since threads may still be calling when
/// the process ends.
inline pt_error &out_of_memory_error = *new pt_error{PT_ERROR_OUT_OF_MEMORY, "out of memory", {}};

/// The text of pt_tensor_note_call for the node that has failed, on the thread that runs the backward pass.
PANAMA_TORCH_STATIC_TLS inline thread_local std::string failed_call;

/// Returns the pt_status for the type of an exception.
inline pt_status status_of(const c10::Error &e) {
  if (std::string_view(e.what_without_backtrace()).find(hook_failure) != std::string_view::npos)
    return PT_ERROR_HOOK;
  if (dynamic_cast<const c10::IndexError *>(&e)) return PT_ERROR_INDEX;
  if (dynamic_cast<const c10::ValueError *>(&e)) return PT_ERROR_VALUE;
  if (dynamic_cast<const c10::TypeError *>(&e)) return PT_ERROR_TYPE;
  if (dynamic_cast<const c10::NotImplementedError *>(&e)) return PT_ERROR_NOT_IMPLEMENTED;
  if (dynamic_cast<const c10::OutOfMemoryError *>(&e)) return PT_ERROR_OUT_OF_MEMORY;
  if (dynamic_cast<const c10::LinAlgError *>(&e)) return PT_ERROR_LINALG;
  // The CPU allocator throws a plain c10::Error when memory is exhausted; only the message identifies it.
  if (std::string_view(e.what_without_backtrace()).find("can't allocate memory") != std::string_view::npos)
    return PT_ERROR_OUT_OF_MEMORY;
  if (std::string_view(e.what_without_backtrace()).find("INTERNAL ASSERT FAILED") != std::string_view::npos)
    return PT_ERROR_INTERNAL;
  return PT_ERROR_RUNTIME;
}

/// Reduces the message of a failed hook to its id.
inline void reduce_to_id(std::string &message) {
  message.erase(0, message.find(hook_failure) + hook_failure.size());
  message.erase(message.find_first_not_of("0123456789") == std::string::npos
                    ? message.size()
                    : message.find_first_not_of("0123456789"));
}

/// Converts the current exception to a pt_error. To be called in a catch block only.
inline pt_status capture(pt_error *&error) noexcept {
  try {
    try {
      throw;
    } catch (const c10::Error &e) {
      error = new pt_error{status_of(e), e.what_without_backtrace(), e, std::exchange(failed_call, {})};
      if (error->status == PT_ERROR_HOOK) reduce_to_id(error->message);
    } catch (const std::bad_alloc &) {
      error = &out_of_memory_error;
    } catch (const std::exception &e) {
      error = new pt_error{PT_ERROR_RUNTIME, e.what(), {}};
    } catch (...) {
      error = new pt_error{PT_ERROR_INTERNAL, "an exception of unknown type", {}};
    }
  } catch (...) {
    error = &out_of_memory_error;
  }
  return error->status;
}

/// Runs `body`, which returns a pointer, in the modes of the call. Returns NULL, and stores the error, if it
/// throws.
template <typename Body>
auto pointer(pt_call *call, Body &&body) noexcept -> decltype(body()) {
  adapt_spin();
  try {
    handle_warnings();
    const Modes modes(call->modes);
    return body();
  } catch (...) {
    capture(call->error);
    return nullptr;
  }
}

/// Runs `body`, which returns nothing, in the modes of the call. Returns the status, and stores the error, if it
/// throws.
template <typename Body>
pt_status status(pt_call *call, Body &&body) noexcept {
  adapt_spin();
  try {
    handle_warnings();
    const Modes modes(call->modes);
    body();
    return PT_OK;
  } catch (...) {
    return capture(call->error);
  }
}

}  // namespace panama_torch
