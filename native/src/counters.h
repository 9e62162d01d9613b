// How many handles and bytes are alive, counted without a locked instruction on the way.
#pragma once

#include <atomic>
#include <cstdint>

namespace panama_torch {

/// What one thread has made less what it has freed. Only that thread writes it, others read it: the sum
/// over all threads is what lives, though a single one may well be negative.
struct alignas(64) Tally {
  std::atomic<int64_t> live_tensors{0};
  std::atomic<int64_t> live_bytes{0};

  /// What this thread has allocated and not yet added to the sum over all.
  int64_t unreported_bytes = 0;
};

/// This thread's tally; null before its first count and after its end.
inline constinit thread_local Tally *tally = nullptr;

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
