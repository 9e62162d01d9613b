// Work of one thread that others can take over in part.
#pragma once

#include <cstdint>

namespace panama_torch::kernels {

/// Numbered steps, one after the other, each for some numbered items, which do not depend on each other. While its owner
/// computes it, other threads may take the last items over, from a later step on; native/src/shares.h does so.
class Share {
 public:
  int64_t first_step, steps, first;

  /// Work for the items first, first + 1 ... last - 1.
  Share(int64_t first_step_of_all, int64_t all_steps, int64_t first_item, int64_t last_item)
      : first_step(first_step_of_all),
        steps(all_steps),
        first(first_item),
        state_(uint64_t(first_step_of_all) << step_shift | uint64_t(last_item)) {}

  /// Starts the next step, after all before it have been computed.
  /// @return the end of its items: nobody takes over any of them at this step
  [[gnu::always_inline]] inline int64_t start() {
    return end(__atomic_fetch_add(&state_, uint64_t{1} << step_shift, __ATOMIC_ACQ_REL));
  }

  /// Returns the steps that have been started, and the end of the items.
  uint64_t state() const { return __atomic_load_n(&state_, __ATOMIC_ACQUIRE); }
  static int64_t started(uint64_t state) { return static_cast<int64_t>(state >> step_shift); }
  static int64_t end(uint64_t state) {
    return static_cast<int64_t>(state & ((uint64_t{1} << step_shift) - 1));
  }

  /// Ends the items earlier from the next step on, unless the state has changed.
  bool shorten(uint64_t state, int64_t end) {
    const uint64_t shorter = state - static_cast<uint64_t>(Share::end(state) - end);
    return __atomic_compare_exchange_n(&state_, &state, shorter, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  }

 private:
  static constexpr int step_shift = 32;  // as many bits for the items
  uint64_t state_;
};

}  // namespace panama_torch::kernels
