// Tests when class Contention reports contended processors. Times in milliseconds.
#include <cstdio>
#include <cstdlib>

#include "spin.h"

using panama_torch::Contention;

namespace {

void expect(bool condition, const char *what) {
  if (condition) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  std::exit(1);
}

/// Returns the number of calls until the result is `wanted`; 101 for more than 100.
int looks_until(bool wanted, Contention &contention, int64_t run, int64_t waited) {
  for (int looks = 1; looks <= 100; ++looks) {
    if (contention.add(run, waited) == wanted) return looks;
  }
  return 101;
}

}  // namespace

int main() {
  Contention contention;
  expect(looks_until(true, contention, 50, 0) == 101, "a thread that always runs is no contention");
  expect(looks_until(true, contention, 42, 8) == 101, "a compiler that runs now and then is no contention");
  expect(!contention.add(27, 27) && !contention.add(27, 27),
         "a garbage collection of a tenth of a second is no contention");
  int looks = looks_until(true, contention, 25, 25);
  expect(looks <= 8, "two busy processes on two processors are detected in less than half a second");
  expect(looks_until(false, contention, 42, 8) == 101, "contention does not end at once");
  looks = looks_until(false, contention, 50, 0);
  expect(looks <= 20, "the end of contention is detected in a second");

  Contention one;
  expect(looks_until(true, one, 35, 20) <= 20, "one busy process on two processors is detected in a second");
  Contention idle;
  expect(!idle.add(0, 0), "a thread that sleeps is no contention");
  return 0;
}
