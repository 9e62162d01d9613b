#include "blocks.h"

#include <array>
#include <atomic>
#include <bit>
#include <mutex>

#include "libtorch.h"

// The C library returns large blocks to the operating system, which then provides and clears every page again
// for the next tensor. For short-lived tensors that takes longer than the computation. See
// docs/decisions/0008-large-blocks-are-kept.md.

namespace panama_torch {
namespace {

/// The smallest block that is kept; the C library keeps smaller ones itself.
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

/// The first bytes of a kept block: a link to the next block of its class.
struct Block {
  Block *next;
};

struct Class {
  Block *first = nullptr;
  uint64_t last_taken = 0;
};

struct Kept {
  std::mutex mutex;
  std::array<Class, kClasses> classes;
  int64_t bytes = 0;
  uint64_t takings = 0;
};

// Never destroyed, since tensors may outlive the static objects of this library.
Kept &kept() {
  static auto &instance = *new Kept;
  return instance;
}

std::atomic<int64_t> limit{0};

size_t size_of(size_t index) { return (kSteps + index % kSteps) << (index / kSteps + kFirstPower - 3); }

/// Unlinks a block of the least recently used class. The caller holds the mutex.
Block *drop(Kept &all) {
  size_t oldest = kClasses;
  for (size_t i = 0; i < kClasses; ++i)
    if (all.classes[i].first != nullptr &&
        (oldest == kClasses || all.classes[i].last_taken < all.classes[oldest].last_taken))
      oldest = i;
  Block *block = all.classes[oldest].first;
  all.classes[oldest].first = block->next;
  all.bytes -= static_cast<int64_t>(size_of(oldest));
  return block;
}

/// Frees blocks until at most `bytes` are kept. Returns false if none had to be freed.
bool shrink(int64_t bytes) {
  Kept &all = kept();
  Block *dropped = nullptr;
  {
    std::lock_guard<std::mutex> lock(all.mutex);
    while (all.bytes > bytes) {
      Block *block = drop(all);
      block->next = dropped;
      dropped = block;
    }
  }
  const bool any = dropped != nullptr;
  while (dropped != nullptr) {
    Block *next = dropped->next;
    c10::free_cpu(dropped);
    dropped = next;
  }
  return any;
}

}  // namespace

size_t rounded(size_t bytes) {
  if (bytes < kSmallest || bytes >= size_of(kClasses - 1)) return bytes;
  const size_t index = class_of(bytes);
  return size_of(index) == bytes ? bytes : size_of(index + 1);
}

void *take_block(size_t rounded) {
  if (rounded < kSmallest || rounded > size_of(kClasses - 1)) return nullptr;
  Kept &all = kept();
  std::lock_guard<std::mutex> lock(all.mutex);
  Class &own = all.classes[class_of(rounded)];
  own.last_taken = ++all.takings;
  Block *block = own.first;
  if (block == nullptr) return nullptr;
  own.first = block->next;
  all.bytes -= static_cast<int64_t>(rounded);
  return block;
}

bool keep_block(void *block, size_t bytes) {
  if (bytes < kSmallest || bytes >= size_of(kClasses - 1)) return false;
  const size_t index = class_of(bytes);
  const int64_t most = limit.load(std::memory_order_relaxed);
  if (static_cast<int64_t>(size_of(index)) > most) return false;
  Kept &all = kept();
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

void limit_blocks(int64_t bytes) {
  limit.store(bytes, std::memory_order_relaxed);
  shrink(bytes);
}

bool free_blocks() { return shrink(0); }

int64_t kept_bytes() {
  Kept &all = kept();
  std::lock_guard<std::mutex> lock(all.mutex);
  return all.bytes;
}

}  // namespace panama_torch
