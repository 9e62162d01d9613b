// Large blocks of memory, kept for the next tensor of their size.
#pragma once

#include <cstddef>
#include <cstdint>

namespace panama_torch {

/// The bytes to ask for where `bytes` are wanted, so that blocks of nearly one size can stand in for each
/// other.
size_t rounded(size_t bytes);

/// A block that has been kept, of at least `rounded` bytes; null where there is none.
void *take_block(size_t rounded);

/// Keeps a block, whose true size is `bytes`; false where it is the caller's to free.
bool keep_block(void *block, size_t bytes);

/// Frees what is kept beyond `bytes`, now and from now on.
void limit_blocks(int64_t bytes);

/// Frees all that is kept; false where that is nothing.
bool free_blocks();

/// How many bytes are kept.
int64_t kept_bytes();

}  // namespace panama_torch
