#include "blocks.h"

#include <array>
#include <atomic>
#include <bit>
#include <mutex>

#include "libtorch.h"

// The C library returns large blocks to the operating system, which then provides and clears every page again
// for the next tensor. For short-lived tensors that takes longer than the computation. See
// docs/decisions/0008-caching-cpu-allocator.md.

namespace panama_torch {
namespace {

/// The smallest block that is cached; the C library caches smaller ones itself.
constexpr size_t kSmallest = size_t{64} << 10;

/// The number of size classes for each power of two: a block is larger than requested by at most an eighth.
constexpr int kSteps = 8;
constexpr int kFirstPower = std::bit_width(kSmallest) - 1;
constexpr size_t kClasses = (48 - kFirstPower) * kSteps;

/// Returns the class whose size is `bytes`, or the next smaller one.
/// @param bytes at least kSmallest
size_t class_of(size_t bytes) {
  const int power = static_cast<int>(std::bit_width(bytes)) - 1;
  const size_t step = (bytes >> (power - 3)) - kSteps;
  return static_cast<size_t>(power - kFirstPower) * kSteps + step;
}

/// The first bytes of a cached block: a link to the next block of its class.
struct Block {
  Block *next;
};

struct Class {
  Block *first = nullptr;
  uint64_t last_request = 0;
};

struct BlockCache {
  std::mutex mutex;
  std::array<Class, kClasses> classes;
  int64_t bytes = 0;
  uint64_t requests = 0;
};

// Never destroyed, since tensors may outlive the static objects of this library.
BlockCache &cache() {
  static auto &instance = *new BlockCache;
  return instance;
}

std::atomic<int64_t> limit{0};

size_t size_of(size_t index) { return (kSteps + index % kSteps) << (index / kSteps + kFirstPower - 3); }

/// Removes a block of the least recently requested class. The caller holds the mutex.
Block *evict(BlockCache &all) {
  size_t oldest = kClasses;
  for (size_t i = 0; i < kClasses; ++i)
    if (all.classes[i].first != nullptr &&
        (oldest == kClasses || all.classes[i].last_request < all.classes[oldest].last_request))
      oldest = i;
  Block *block = all.classes[oldest].first;
  all.classes[oldest].first = block->next;
  all.bytes -= static_cast<int64_t>(size_of(oldest));
  return block;
}

/// Frees blocks until at most `bytes` are cached. Returns false if none had to be freed.
bool shrink(int64_t bytes) {
  BlockCache &all = cache();
  Block *evicted = nullptr;
  {
    std::lock_guard<std::mutex> lock(all.mutex);
    while (all.bytes > bytes) {
      Block *block = evict(all);
      block->next = evicted;
      evicted = block;
    }
  }
  const bool any = evicted != nullptr;
  while (evicted != nullptr) {
    Block *next = evicted->next;
    c10::free_cpu(evicted);
    evicted = next;
  }
  return any;
}

}  // namespace

size_t block_size(size_t bytes) {
  if (bytes < kSmallest || bytes >= size_of(kClasses - 1)) return bytes;
  const size_t index = class_of(bytes);
  return size_of(index) == bytes ? bytes : size_of(index + 1);
}

void *take_cached_block(size_t size) {
  if (size < kSmallest || size > size_of(kClasses - 1)) return nullptr;
  BlockCache &all = cache();
  std::lock_guard<std::mutex> lock(all.mutex);
  Class &own = all.classes[class_of(size)];
  own.last_request = ++all.requests;
  Block *block = own.first;
  if (block == nullptr) return nullptr;
  own.first = block->next;
  all.bytes -= static_cast<int64_t>(size);
  return block;
}

bool cache_block(void *block, size_t bytes) {
  if (bytes < kSmallest || bytes >= size_of(kClasses - 1)) return false;
  const size_t index = class_of(bytes);
  const int64_t most = limit.load(std::memory_order_relaxed);
  if (static_cast<int64_t>(size_of(index)) > most) return false;
  BlockCache &all = cache();
  int64_t now;
  {
    std::lock_guard<std::mutex> lock(all.mutex);
    Class &own = all.classes[index];
    own.first = new (block) Block{own.first};
    now = all.bytes += static_cast<int64_t>(size_of(index));
  }
  if (now > most) shrink(most);
  return true;
}

void limit_block_cache(int64_t bytes) {
  limit.store(bytes, std::memory_order_relaxed);
  shrink(bytes);
}

bool clear_block_cache() { return shrink(0); }

int64_t cached_bytes() {
  BlockCache &all = cache();
  std::lock_guard<std::mutex> lock(all.mutex);
  return all.bytes;
}

}  // namespace panama_torch
