/* OpenMP threads that wait for the next piece of work spin, and libgomp's default lets them spin for some
 * milliseconds: on a machine with other work they take the processor from the very thread that they wait for.
 * Unless the user has chosen, libgomp is asked for two lengths, between which the shim chooses (src/spin.h):
 * its own default, and a thousand turns when it counts more threads than processors. OpenMP reads its
 * variables as it is loaded, after this library and before anything else. The shim then removes them, so that
 * no child process takes them for the user's choice. */
#define _DEFAULT_SOURCE
#include <stdlib.h>

static const char *const choices[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"};

__attribute__((constructor)) static void let_spin(void) {
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (getenv(choices[i]) != NULL) return;
  }
  setenv("PANAMA_TORCH_SPIN", "1", 1);
  setenv("GOMP_SPINCOUNT", "300000", 0);  /* of GNU: turns of a loop, some milliseconds */
  setenv("OMP_WAIT_POLICY", "ACTIVE", 0); /* 1,000 turns with more threads than processors; else 100 */
  setenv("KMP_BLOCKTIME", "0", 0);        /* of LLVM and Intel: milliseconds */
}
