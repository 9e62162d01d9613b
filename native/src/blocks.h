// A cache of large blocks of CPU memory for new tensors.
#pragma once

#include <cstddef>
#include <cstdint>

namespace panama_torch {

/// Returns the size to allocate for a tensor of `bytes`: that of its size class.
size_t rounded(size_t bytes);

/// Takes a kept block of at least `rounded` bytes; returns null if there is none.
void *take_block(size_t rounded);

/// Keeps a block. Returns false if it is not kept; the caller must then free it.
/// @param bytes the usable size of the block
bool keep_block(void *block, size_t bytes);

/// Limits the memory that is kept to `bytes`, and frees blocks beyond that.
void limit_blocks(int64_t bytes);

/// Frees all kept blocks. Returns false if there were none.
bool free_blocks();

/// Returns the size of all kept blocks.
int64_t kept_bytes();

}  // namespace panama_torch
