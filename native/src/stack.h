// How much stack a thread has left.
#pragma once

#include <cstdint>

namespace panama_torch {

/// Bytes between here and the end of this thread's stack; many where that is not known.
int64_t stack_left();

}  // namespace panama_torch
