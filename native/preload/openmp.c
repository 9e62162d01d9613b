/* OpenMP threads that wait for work spin, with libgomp's default for some milliseconds. On a busy machine they
 * take the processor from the very thread that they wait for. Unless the user has set one of these variables,
 * this constructor sets them so that libgomp has two spin counts, between which the shim switches (src/spin.h):
 * its default, and 1,000 iterations while it has more threads than processors. OpenMP reads the variables when
 * it is loaded, which is after this library. Then the shim removes them, so that child processes do not inherit
 * them. See docs/decisions/0015-adaptive-openmp-spin.md. */
#define _DEFAULT_SOURCE
#include <stdlib.h>

static const char *const choices[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"};

__attribute__((constructor)) static void let_spin(void) {
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (getenv(choices[i]) != NULL) return;
  }
  setenv("PANAMA_TORCH_SPIN", "1", 1);
  setenv("GOMP_SPINCOUNT", "300000", 0);  /* GNU: iterations, some milliseconds */
  setenv("OMP_WAIT_POLICY", "ACTIVE", 0); /* GNU: 1,000 with more threads than processors; otherwise 100 */
  setenv("KMP_BLOCKTIME", "0", 0);        /* LLVM and Intel: milliseconds */
}
