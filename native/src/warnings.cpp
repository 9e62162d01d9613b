// Keeps libtorch's warnings for the logger of the Java program.
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
/// The largest number of different texts: texts that contain numbers could differ at every call.
constexpr size_t most_texts = 256;

class Keeper final : public c10::WarningHandler {
 public:
  void process(const c10::Warning &warning) override {
    std::lock_guard<std::mutex> lock(mutex_);
    if (known_.size() == most_texts || !known_.insert(warning.msg()).second) return;
    waiting_.push_back(warning.msg());
    count_.store(static_cast<int64_t>(waiting_.size()));
  }

  std::optional<std::string> take() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_.empty()) return std::nullopt;
    std::string oldest = std::move(waiting_.front());
    waiting_.pop_front();
    count_.store(static_cast<int64_t>(waiting_.size()));
    return oldest;
  }

  const int64_t *count() const {
    static_assert(std::atomic<int64_t>::is_always_lock_free && sizeof count_ == sizeof(int64_t));
    return reinterpret_cast<const int64_t *>(&count_);
  }

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> known_;
  std::deque<std::string> waiting_;
  std::atomic<int64_t> count_{0};
};

/// Never destroyed, since threads may still be calling when the process ends.
Keeper &keeper() {
  static Keeper &forever = *new Keeper;
  return forever;
}
}  // namespace

pt_status pt_keep_warnings(pt_call *call) {
  return status(call, [] { c10::WarningUtils::set_warning_handler(&keeper()); });
}

const int64_t *pt_warnings(void) { return keeper().count(); }

pt_status pt_warning_take(pt_value *text, pt_call *call) {
  return status(call, [&] {
    std::optional<std::string> taken = keeper().take();
    *text = taken ? value_of(*taken) : pt_value{};
  });
}
