#include "spin.h"

#include <atomic>
#include <cstdlib>

#include "libtorch.h"
#include "static_tls.h"

#if defined(__linux__)
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#endif

#if defined(__linux__)
// Functions of the OpenMP library that libtorch has loaded. `#pragma omp parallel` calls the first one.
extern "C" {
[[gnu::weak]] void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
[[gnu::weak]] int omp_get_num_procs(void);
[[gnu::weak]] void kmp_set_blocktime(int milliseconds);
}
#endif

namespace panama_torch {

namespace {

/// The environment variables with which a user sets the spin time.
constexpr const char *variables[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"};

std::atomic<bool> brief = false;

}  // namespace

#if defined(__linux__)

namespace {

/// Returns whether the OpenMP library is libgomp; others may export functions of the same names.
bool is_libgomp() {
  return GOMP_parallel != nullptr && omp_get_num_procs != nullptr && kmp_set_blocktime == nullptr;
}

/// Removes the variables that preload/openmp.c has set. Returns whether it has set them and libgomp is loaded.
bool remove_variables() {
  if (std::getenv("PANAMA_TORCH_SPIN") == nullptr) return false;
  unsetenv("PANAMA_TORCH_SPIN");
  if (!is_libgomp()) return false;
  for (const char *name : variables) unsetenv(name);
  return true;
}

/// An OpenMP team whose threads sleep. libgomp uses the shorter spin time while all teams of the process together
/// have more threads than there are processors; this team adds as many as are missing.
struct SleepingTeam {
  std::atomic<int> stopped = 0;

  static std::shared_ptr<SleepingTeam> start() {
    auto team = std::make_shared<SleepingTeam>();
    // With the caller's team, one more than there are processors; and at least two, to make it a team.
    int threads = std::max(omp_get_num_procs() - at::get_num_threads(), 0) + 2;
    try {
      std::thread([team, threads] {
        GOMP_parallel(sleep, team.get(), static_cast<unsigned>(threads), 0);
      }).detach();
    } catch (const std::system_error &) {
      // No thread can be started: the spin time stays long.
    }
    return team;
  }

  void stop() {
    stopped.store(1);
    stopped.notify_all();
  }

 private:
  static void sleep(void *team) { static_cast<SleepingTeam *>(team)->stopped.wait(0); }
};

/// Reads how long the calling thread has run and waited, in nanoseconds. Returns false if the kernel does not
/// report it.
bool read_times(int64_t &run, int64_t &waited) {
  int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[96];
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return false;
  text[length] = 0;
  return std::sscanf(text, "%" SCNd64 " %" SCNd64, &run, &waited) == 2;
}

/// Never destroyed, since threads may still be calling when the process ends.
struct State {
  std::mutex mutex;
  Contention contention;
  std::shared_ptr<SleepingTeam> team;

  void set_brief(bool wanted) {
    if (wanted == brief.load()) return;
    if (wanted) {
      team = SleepingTeam::start();
    } else {
      team->stop();
      team.reset();
    }
    brief.store(wanted);
  }
};
State &state = *new State;

/// The latest check of a thread.
struct Check {
  int64_t next = 0;  // nanoseconds of the coarse clock
  int64_t run = -1, waited = 0;
};
PANAMA_TORCH_STATIC_TLS thread_local Check last;

constexpr int64_t check_interval = 50'000'000;

void check() {
  int64_t run = 0, waited = 0;
  bool known = read_times(run, waited);
  std::lock_guard<std::mutex> lock(state.mutex);
  // If the times are not known, the short spin time is used: it costs less where it is the wrong choice.
  if (!known)
    state.set_brief(true);
  else if (last.run >= 0)
    state.set_brief(state.contention.add(run - last.run, waited - last.waited));
  last.run = run;
  last.waited = waited;
}

}  // namespace

const bool spin_is_managed = remove_variables();

void check_contention() noexcept {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  int64_t now = time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
  if (now < last.next) return;
  last.next = now + check_interval;
  try {
    check();
  } catch (...) {
    // For example, out of memory: the spin time does not change.
  }
}

#else

const bool spin_is_managed = false;
void check_contention() noexcept {}

#endif

std::string describe_spin() {
  if (spin_is_managed)
    return std::string("OpenMP threads spin: ") + (brief.load() ? "briefly" : "long") +
           " (chosen by how busy the machine is)\n";
  std::string text;
  for (const char *name : variables) {
    if (const char *value = std::getenv(name)) text += std::string(name) + ": " + value + "\n";
  }
  return text;
}

}  // namespace panama_torch
