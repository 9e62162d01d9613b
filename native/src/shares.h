// Shares of work between threads of different speeds.
#pragma once

#include <optional>
#include <thread>
#include <vector>

#include "../kernels/share.h"
#include "threads.h"

namespace panama_torch {

using kernels::Share;

/// Work taken over from the owner of a share.
struct Taken {
  int64_t owner;
  Share share;
};

/// Takes over half of the items of the share with the most work left; none if no share has enough, or if one has not been
/// started, since its owner may come to it late.
inline std::optional<Taken> take_over(std::vector<Share> &shares) {
  constexpr int64_t least_steps = 2;  // fewer are not worth the wait for the current one
  for (;;) {
    int64_t owner = -1, most = 0;
    uint64_t state = 0;
    for (size_t i = 0; i < shares.size(); ++i) {
      const uint64_t now = shares[i].state();
      const int64_t started = Share::started(now), steps = shares[i].steps - started;
      if (started == 0) return std::nullopt;
      const int64_t items = Share::end(now) - shares[i].first;
      if (items < 2 || steps < least_steps || items * steps <= most) continue;
      owner = static_cast<int64_t>(i);
      most = items * steps;
      state = now;
    }
    if (owner < 0) return std::nullopt;
    Share &share = shares[static_cast<size_t>(owner)];
    const int64_t last = Share::end(state), middle = (share.first + last + 1) / 2;
    if (!share.shorten(state, middle)) continue;
    // The owner computes all items at the step that it is at.
    const int64_t step = Share::started(state);
    while (Share::started(share.state()) == step) std::this_thread::yield();
    return Taken{owner, Share(step, share.steps, middle, last)};
  }
}

/// Calls compute(i, share, i) for each share, on several threads unless `threads` is 1. A thread without a share left
/// takes over items of another's: processors differ in speed, and one that runs other programs as well is slow.
/// compute(i, taken, j) computes what the thread of share j has taken over from share i.
template <typename F>
void on_threads(int64_t threads, std::vector<Share> &shares, F compute) {
  on_threads(threads, static_cast<int64_t>(shares.size()), [&](int64_t i) {
    compute(i, shares[static_cast<size_t>(i)], i);
    if (threads == 1) return;
    while (std::optional<Taken> taken = take_over(shares)) compute(taken->owner, taken->share, i);
  });
}

}  // namespace panama_torch
