// Stores libtorch's warnings until Java logs them.
#include "warnings.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

namespace {
/// The largest number of different texts. It is limited since texts with numbers in them may differ at each call.
constexpr size_t most_texts = 256;

/// Stores each text once, in the order of the first occurrences.
class WarningQueue final : public c10::WarningHandler {
 public:
  void process(const c10::Warning &warning) override {
    std::lock_guard<std::mutex> lock(mutex_);
    if (known_.size() == most_texts || !known_.insert(warning.msg()).second) return;
    pending_.push_back(warning.msg());
    count_.store(static_cast<int64_t>(pending_.size()));
  }

  std::optional<std::string> take() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (pending_.empty()) return std::nullopt;
    std::string oldest = std::move(pending_.front());
    pending_.pop_front();
    count_.store(static_cast<int64_t>(pending_.size()));
    return oldest;
  }

  const int64_t *count() const {
    static_assert(std::atomic<int64_t>::is_always_lock_free && sizeof count_ == sizeof(int64_t));
    return reinterpret_cast<const int64_t *>(&count_);
  }

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> known_;
  std::deque<std::string> pending_;
  std::atomic<int64_t> count_{0};
};

/// Never destroyed, since threads may still be calling when the process ends.
WarningQueue &queue() {
  static WarningQueue &instance = *new WarningQueue;
  return instance;
}
}  // namespace

void pt_keep_warnings(void) { warning_handler.store(&queue()); }

const int64_t *pt_warnings(void) { return queue().count(); }

pt_status pt_warning_take(pt_value *text, pt_call *call) {
  return status(call, [&] {
    std::optional<std::string> taken = queue().take();
    *text = taken ? value_of(*taken) : pt_value{};
  });
}
