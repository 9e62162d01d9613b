/* OpenMP threads that wait for work spin, with libgomp's default for some milliseconds. On a busy machine they
 * take the processor from the very thread that they wait for. Unless the user has set one of these variables,
 * this constructor sets them so that libgomp has two spin counts, between which the shim switches (src/spin.h):
 * its default, and 1,000 iterations while it has more threads than processors. OpenMP reads the variables when
 * it is loaded, which is after this library. Then the shim removes them, so that child processes do not inherit
 * them. See docs/decisions/0015-adaptive-openmp-spin.md. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const choices[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"};

static const char *const additions[] = {
    "PANAMA_TORCH_SPIN=1", "GOMP_SPINCOUNT=300000", /* GNU: iterations, some milliseconds */
    "OMP_WAIT_POLICY=ACTIVE", /* GNU: 1,000 with more threads than processors; otherwise 100 */
    "KMP_BLOCKTIME=0",        /* LLVM and Intel: milliseconds */
};
enum { ADDED = sizeof additions / sizeof *additions };

/* A longer environment takes the place of the old one at once: setenv() would free memory that another thread
 * may be reading. */
__attribute__((constructor)) static void let_spin(void) {
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (getenv(choices[i]) != NULL) return;
  }
  size_t count = 0;
  while (environ != NULL && environ[count] != NULL) count++;
  char **longer = calloc(count + ADDED + 1, sizeof *longer);
  if (longer == NULL) return;
  if (count > 0) memcpy(longer, environ, count * sizeof *longer);
  for (size_t i = 0; i < ADDED; i++) longer[count + i] = strdup(additions[i]); /* NULL ends it early */
  __atomic_store_n(&environ, longer, __ATOMIC_RELEASE);
}
