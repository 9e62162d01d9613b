// The remaining stack of a thread.
#pragma once

#include <cstdint>

namespace panama_torch {

/// Returns the number of bytes to the end of this thread's stack; the largest int64_t if that is not known.
int64_t stack_left();

}  // namespace panama_torch
