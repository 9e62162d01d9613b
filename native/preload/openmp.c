/* OpenMP threads that wait for the next piece of work spin, and libgomp's default lets them spin for some
 * milliseconds: on a machine with other work they take the processor from the very thread that they wait for.
 * So the spin is bounded, unless the user has chosen. OpenMP reads its variables as it is loaded, after this
 * library and before anything else. */
#define _DEFAULT_SOURCE
#include <stdlib.h>

static const char *const choices[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"};

__attribute__((constructor)) static void bound_spin(void) {
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (getenv(choices[i]) != NULL) return;
  }
  setenv("GOMP_SPINCOUNT", "1000", 0); /* of GNU: turns of a loop, some microseconds */
  setenv("KMP_BLOCKTIME", "0", 0);     /* of LLVM and Intel: milliseconds */
}
