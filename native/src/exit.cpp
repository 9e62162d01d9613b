#if defined(__linux__)
#include <unistd.h>
#endif

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "panama_torch.h"

#if defined(__GLIBC__)

namespace {

/// Ends the process with its exit status. Handlers run in reverse order of registration, so that those registered
/// before this one do not run. See docs/decisions/0012-no-exit-handlers.md.
void end_now(int status, void *) {
  // Another thread may be blocked while it holds the lock of stdout; do not wait for it.
  if (ftrylockfile(stdout) == 0) {
    std::fflush(stdout);
    funlockfile(stdout);
  }
  _exit(status);
}

/// Registers the handler repeatedly, so that it stays the latest one: a call in progress may construct a
/// function-local static object, whose destructor is then registered.
void keep_registering() {
  using namespace std::chrono_literals;
  for (int i = 0;; ++i) {
    on_exit(end_now, nullptr);
    std::this_thread::sleep_for(i < 10'000 ? 1ms : 100ms);
  }
}

}  // namespace

void pt_skip_exit_handlers(bool ending) {
  on_exit(end_now, nullptr);
  static std::atomic<bool> begun = false;
  if (ending && !begun.exchange(true)) {
    try {
      std::thread(keep_registering).detach();
    } catch (const std::system_error &) {
      // No thread can be started: the one registration above is nearly always enough.
    }
  }
}

#else

void pt_skip_exit_handlers(bool) {}

#endif
