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
#define PT_ALLOCATED_SIZE malloc_usable_size
#endif

namespace panama_torch {
namespace {

/// All tallies. The tally of a thread that has ended keeps its numbers and is lent to the next new thread.
class Registry {
 public:
  Tally *lend() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (idle_.empty()) {
      all_.push_back(std::make_unique<Tally>());
      return all_.back().get();
    }
    Tally *tally = idle_.back();
    idle_.pop_back();
    return tally;
  }

  void give_back(Tally *tally) {
    std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(tally);
  }

  int64_t sum(std::atomic<int64_t> Tally::*field) {
    std::lock_guard<std::mutex> lock(mutex_);
    int64_t total = 0;
    for (const auto &tally : all_) total += (tally.get()->*field).load(std::memory_order_relaxed);
    return total;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Tally>> all_;
  std::vector<Tally *> idle_;
};

// Never destroyed, since tensors may outlive the static objects of this library.
Registry &registry() {
  static auto &instance = *new Registry;
  return instance;
}

/// Returns the tally for tensors that are freed when the thread's own tally has been given back. Any thread
/// writes it.
Tally &late() {
  static auto &instance = *registry().lend();
  return instance;
}

struct Lease {
  Lease() { tally = registry().lend(); }
  ~Lease() {
    registry().give_back(tally);
    tally = nullptr;
    over = true;
  }
  PANAMA_TORCH_STATIC_TLS static inline constinit thread_local bool over = false;
};

constexpr int64_t kReportBytes = 1 << 20;
std::atomic<int64_t> allocated{0};
static_assert(std::atomic<int64_t>::is_always_lock_free && sizeof(allocated) == sizeof(int64_t),
              "read from Java as a plain number");

void count_allocated(int64_t bytes) {
  count(&Tally::live_bytes, bytes);
  if (Tally *mine = tally) {
    mine->unreported_bytes += bytes;
    if (mine->unreported_bytes >= kReportBytes) {
      allocated.fetch_add(mine->unreported_bytes, std::memory_order_relaxed);
      mine->unreported_bytes = 0;
    }
  }
}

/// Allocates memory; on failure frees all kept blocks and tries once more.
void *fresh(size_t bytes) {
  try {
    return c10::alloc_cpu(bytes);
  } catch (const c10::Error &) {
    if (!free_blocks()) throw;
    return c10::alloc_cpu(bytes);
  }
}

/// libtorch's CPU allocator, which counts bytes and reuses large blocks. The C library knows the size of a
/// block, so that no header is needed, and the pointers are those of c10::alloc_cpu.
struct CountingAllocator final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    const size_t size = rounded(bytes);
    void *data = take_block(size);
    if (data == nullptr) data = fresh(size);
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
    count(&Tally::live_bytes, -static_cast<int64_t>(size));
    if (!keep_block(data, size)) c10::free_cpu(data);
  }
};

[[maybe_unused]] const bool installed = [] {
  c10::SetCPUAllocator(new CountingAllocator, /*priority=*/1);
  return true;
}();

}  // namespace

void count_without_tally(std::atomic<int64_t> Tally::*field, int64_t change) {
  if (Lease::over) {
    (late().*field).fetch_add(change, std::memory_order_relaxed);
  } else {
    thread_local Lease lease;
    count(field, change);
  }
}

}  // namespace panama_torch

void pt_memory_read(pt_memory *memory) {
  memory->live_tensors = panama_torch::registry().sum(&panama_torch::Tally::live_tensors);
  memory->live_bytes = panama_torch::registry().sum(&panama_torch::Tally::live_bytes);
  memory->kept_bytes = panama_torch::kept_bytes();
}

const int64_t *pt_memory_allocated(void) {
  return reinterpret_cast<const int64_t *>(&panama_torch::allocated);
}

pt_status pt_memory_keep(int64_t bytes, pt_call *call) {
  return panama_torch::status(call, [&] {
    TORCH_CHECK_VALUE(bytes >= 0, "bytes: expected at least 0, got ", bytes);
    panama_torch::limit_blocks(bytes);
  });
}
