// Counters of live handles and bytes, one set for each thread, without atomic read-modify-write operations.
#pragma once

#include <atomic>
#include <cstdint>

#include "static_tls.h"

namespace panama_torch {

/// The number of tensors and bytes that one thread has made, minus those that it has freed. Only that thread
/// writes them, others read them. The sum over all threads is the number alive; that of one thread may be negative.
struct alignas(64) ThreadCounters {
  std::atomic<int64_t> live_tensors{0};
  std::atomic<int64_t> live_bytes{0};

  /// Bytes that this thread has allocated and not yet added to the process-wide total.
  int64_t unreported_bytes = 0;
};

/// The counters of this thread; null before its first count, and after its thread-local objects are destroyed.
PANAMA_TORCH_STATIC_TLS inline constinit thread_local ThreadCounters *counters = nullptr;

/// Adds `change` to a counter on a thread that has no counters: before its first count, or while it ends.
void count_without_counters(std::atomic<int64_t> ThreadCounters::*field, int64_t change);

/// Adds `change` to a counter of this thread.
inline void count(std::atomic<int64_t> ThreadCounters::*field, int64_t change) {
  if (ThreadCounters *own = counters) {
    std::atomic<int64_t> &value = own->*field;
    value.store(value.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
  } else {
    count_without_counters(field, change);
  }
}

}  // namespace panama_torch
