// Adapts the time for which waiting OpenMP threads spin: long on an idle machine, short on a busy one. See
// docs/decisions/0015-adaptive-openmp-spin.md.
#pragma once

#include <cstdint>
#include <string>

namespace panama_torch {

/// Decides whether the processors are contended, from how long threads have run and waited for a processor.
class Contention {
 public:
  /// Adds the times of one thread since its last call. The weight of older times decays.
  /// @param run nanoseconds on a processor
  /// @param waited nanoseconds in which the thread was runnable and had no processor
  /// @return whether the processors are contended
  bool add(int64_t run, int64_t waited) {
    run_ = run_ * 7 / 8 + run;
    waited_ = waited_ * 7 / 8 + waited;
    // Two thresholds, so that times near one of them do not switch at every call. The compilers of the JVM on an
    // otherwise idle machine stay below the first; one other busy process on two processors reaches a third.
    if (waited_ * 4 > run_ + waited_) contended_ = true;
    if (waited_ * 8 < run_ + waited_) contended_ = false;
    return contended_;
  }

 private:
  int64_t run_ = 0, waited_ = 0;
  bool contended_ = false;
};

/// True if this library sets the spin time: libgomp is loaded, and the user has set no variable.
extern const bool spin_is_managed;

/// Measures the run and wait times of the calling thread, at most every 50 ms, and sets the spin time.
void check_contention() noexcept;

/// Describes the spin time in one line, or lists the environment variables by which the user has set it.
std::string describe_spin();

/// Adapts the spin time; called at the start of each call.
inline void adapt_spin() noexcept {
  if (spin_is_managed) check_contention();
}

}  // namespace panama_torch
