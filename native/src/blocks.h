// A cache of large blocks of CPU memory for new tensors.
#pragma once

#include <cstddef>
#include <cstdint>

namespace panama_torch {

/// Returns the size to allocate for a tensor of `bytes`: that of its size class.
size_t block_size(size_t bytes);

/// Removes a block from the cache and returns it; null if there is none of this size.
/// @param size from block_size
void *take_cached_block(size_t size);

/// Adds a freed block to the cache. Returns false if the cache does not accept it; the caller must then free it.
/// @param bytes the usable size of the block
bool cache_block(void *block, size_t bytes);

/// Limits the size of the cache to `bytes`, and frees blocks beyond that.
void limit_block_cache(int64_t bytes);

/// Frees all blocks in the cache. Returns false if there were none.
bool clear_block_cache();

/// Returns the size of all blocks in the cache.
int64_t cached_bytes();

}  // namespace panama_torch
