#include <memory>
#include <mutex>
#include <vector>

#include "blocks.h"
#include "counters.h"
#include "guard.h"
#include "libtorch.h"
#include "panama_torch.h"
#include "static_tls.h"

#if defined(__APPLE__)
#include <malloc/malloc.h>
#define PT_ALLOCATED_SIZE malloc_size
#elif defined(__linux__)
#include <malloc.h>
#include <sys/mman.h>
#define PT_ALLOCATED_SIZE malloc_usable_size
#endif

namespace panama_torch {
namespace {

/// The counters of all threads. Those of a thread that has ended keep their values, and the next new thread
/// continues them.
class Registry {
 public:
  ThreadCounters *acquire() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (idle_.empty()) {
      all_.push_back(std::make_unique<ThreadCounters>());
      return all_.back().get();
    }
    ThreadCounters *last = idle_.back();
    idle_.pop_back();
    return last;
  }

  void release(ThreadCounters *ended) {
    std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(ended);
  }

  /// Returns the sum of one counter over all threads.
  int64_t sum(std::atomic<int64_t> ThreadCounters::*field) {
    std::lock_guard<std::mutex> lock(mutex_);
    int64_t total = 0;
    for (const auto &one : all_) total += (one.get()->*field).load(std::memory_order_relaxed);
    return total;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<ThreadCounters>> all_;
  std::vector<ThreadCounters *> idle_;
};

// Never destroyed, since tensors may outlive the static objects of this library.
Registry &registry() {
  static auto &instance = *new Registry;
  return instance;
}

/// Returns the counters that ending threads share, for tensors that they free after they have released their own.
ThreadCounters &shared_counters() {
  static auto &instance = *registry().acquire();
  return instance;
}

/// Acquires the counters of a thread, and releases them when the thread ends.
struct CountersOwner {
  CountersOwner() { counters = registry().acquire(); }
  ~CountersOwner() {
    registry().release(counters);
    counters = nullptr;
    ended = true;
  }
  PANAMA_TORCH_STATIC_TLS static inline constinit thread_local bool ended = false;
};

/// A thread adds its allocations to `allocated` in steps of this size.
constexpr int64_t kReportBytes = 1 << 20;
std::atomic<int64_t> allocated{0};
static_assert(std::atomic<int64_t>::is_always_lock_free && sizeof(allocated) == sizeof(int64_t),
              "Java reads it as a plain number");

void count_allocated(int64_t bytes) {
  count(&ThreadCounters::live_bytes, bytes);
  if (ThreadCounters *own = counters) {
    own->unreported_bytes += bytes;
    if (own->unreported_bytes >= kReportBytes) {
      allocated.fetch_add(own->unreported_bytes, std::memory_order_relaxed);
      own->unreported_bytes = 0;
    }
  }
}

/// Asks for huge pages in a large block, which need fewer page faults and fewer entries of the TLB.
void advise_huge_pages([[maybe_unused]] void *data, [[maybe_unused]] size_t bytes) {
#if defined(__linux__)
  constexpr uintptr_t page = uintptr_t{2} << 20;
  const auto first = (reinterpret_cast<uintptr_t>(data) + page - 1) / page * page;
  const auto last = (reinterpret_cast<uintptr_t>(data) + bytes) / page * page;
  if (data != nullptr && first < last) madvise(reinterpret_cast<void *>(first), last - first, MADV_HUGEPAGE);
#endif
}

/// Allocates memory; on failure clears the block cache and tries once more.
void *allocate_new(size_t bytes) {
  const auto allocate = [&] {
    void *data = c10::alloc_cpu(bytes);
    advise_huge_pages(data, bytes);
    return data;
  };
  try {
    return allocate();
  } catch (const c10::Error &) {
    if (!clear_block_cache()) throw;
    return allocate();
  }
}

/// libtorch's CPU allocator, which counts bytes and reuses large blocks. The C library knows the size of a
/// block, so that no header is needed, and the pointers are those of c10::alloc_cpu.
struct CountingAllocator final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    const size_t size = block_size(bytes);
    void *data = take_cached_block(size);
    if (data == nullptr) data = allocate_new(size);
    if (data != nullptr) count_allocated(static_cast<int64_t>(PT_ALLOCATED_SIZE(data)));
    return {data, data, &release, at::Device(at::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  void copy_data(void *to, const void *from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  static void release(void *data) {
    if (data == nullptr) return;
    const size_t size = PT_ALLOCATED_SIZE(data);
    count(&ThreadCounters::live_bytes, -static_cast<int64_t>(size));
    if (!cache_block(data, size)) c10::free_cpu(data);
  }
};

[[maybe_unused]] const bool installed = [] {
  c10::SetCPUAllocator(new CountingAllocator, /*priority=*/1);
  return true;
}();

}  // namespace

void count_without_counters(std::atomic<int64_t> ThreadCounters::*field, int64_t change) {
  if (CountersOwner::ended) {
    (shared_counters().*field).fetch_add(change, std::memory_order_relaxed);
  } else {
    thread_local CountersOwner owner;
    count(field, change);
  }
}

}  // namespace panama_torch

void pt_memory_read(pt_memory *memory) {
  memory->live_tensors = panama_torch::registry().sum(&panama_torch::ThreadCounters::live_tensors);
  memory->live_bytes = panama_torch::registry().sum(&panama_torch::ThreadCounters::live_bytes);
  memory->kept_bytes = panama_torch::cached_bytes();
}

const int64_t *pt_memory_allocated(void) {
  return reinterpret_cast<const int64_t *>(&panama_torch::allocated);
}

pt_status pt_memory_keep(int64_t bytes, pt_call *call) {
  return panama_torch::status(call, [&] {
    TORCH_CHECK_VALUE(bytes >= 0, "bytes: expected at least 0, got ", bytes);
    panama_torch::limit_block_cache(bytes);
  });
}
