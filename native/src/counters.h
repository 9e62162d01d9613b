// Counters of live handles and bytes, without atomic read-modify-write operations.
#pragma once

#include <atomic>
#include <cstdint>

#include "static_tls.h"

namespace panama_torch {

/// The number of tensors and bytes that one thread has made, minus those that it has freed. Only that thread
/// writes it, others read it. The sum over all threads is the number alive; that of one thread may be negative.
struct alignas(64) Tally {
  std::atomic<int64_t> live_tensors{0};
  std::atomic<int64_t> live_bytes{0};

  /// Bytes that this thread has allocated and not yet added to the process-wide total.
  int64_t unreported_bytes = 0;
};

/// The tally of this thread; null before its first count, and when its thread-local objects are destroyed.
PANAMA_TORCH_STATIC_TLS inline constinit thread_local Tally *tally = nullptr;

void count_without_tally(std::atomic<int64_t> Tally::*field, int64_t change);

inline void count(std::atomic<int64_t> Tally::*field, int64_t change) {
  if (Tally *mine = tally) {
    std::atomic<int64_t> &value = mine->*field;
    value.store(value.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
  } else {
    count_without_tally(field, change);
  }
}

}  // namespace panama_torch
