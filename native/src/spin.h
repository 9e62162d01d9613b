// How long the threads of OpenMP spin while they wait for work: long on a quiet machine, briefly on a busy one.
#pragma once

#include <cstdint>
#include <string>

namespace panama_torch {

/// Tells whether threads have to wait for processors, from how long some have run and waited.
class Contention {
 public:
  /// Adds what a thread has done since it was last asked: nanoseconds on a processor, and nanoseconds in
  /// which it could have run and had none. Older figures count ever less.
  /// @return whether processors are contended
  bool add(int64_t run, int64_t waited) {
    run_ = run_ * 7 / 8 + run;
    waited_ = waited_ * 7 / 8 + waited;
    // Apart, so that figures near one of them do not switch at every look. Compilers of the JVM at work on an
    // idle machine stay below the first; one other busy process for two processors comes to a third.
    if (waited_ * 4 > run_ + waited_) contended_ = true;
    if (waited_ * 8 < run_ + waited_) contended_ = false;
    return contended_;
  }

 private:
  int64_t run_ = 0, waited_ = 0;
  bool contended_ = false;
};

/// Whether threads spin as this library decides: libgomp is loaded, and the user has set nothing.
extern const bool spin_is_ours;

/// Compares, now and then, the time that the calling thread runs with the time that it waits for a processor.
void look_at_contention() noexcept;

/// The length of the spin, in a line of words, or the variables by which it has been chosen.
std::string describe_spin();

/// To be called often.
inline void adapt_spin() noexcept {
  if (spin_is_ours) look_at_contention();
}

}  // namespace panama_torch
