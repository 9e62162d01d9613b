/* Loaded before libtorch, by the thread that then loads libtorch. The 50 MiB of small blocks in which
 * libtorch registers its operators cost twelve thousand page faults, half of the time that loading it takes.
 * Here the heap of the thread grows by that much at once, the kernel is asked for large pages in it, and the
 * memory goes back until it is wanted. Where the C library or the kernel does not play along, nothing is
 * gained and nothing lost. */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
  BLOCK = (128 << 10) - 64, /* just below what glibc maps by itself */
  COUNT = 51 * 8,
  LARGE_PAGE = 2 << 20
};

__attribute__((constructor)) static void grow_heap(void) {
  void *blocks[COUNT];
  uintptr_t first = UINTPTR_MAX, last = 0;
  for (int i = 0; i < COUNT; i++) {
    blocks[i] = malloc(BLOCK);
    const uintptr_t block = (uintptr_t)blocks[i];
    if (block != 0 && block < first) first = block;
    if (block > last) last = block;
  }
  first = (first + LARGE_PAGE - 1) & -(uintptr_t)LARGE_PAGE;
  last = (last + BLOCK) & -(uintptr_t)LARGE_PAGE;
  /* Only where they lie together: the heap of a thread has at most 64 MiB in one piece. */
  if (first < last && last - first <= 64 << 20) madvise((void *)first, last - first, MADV_HUGEPAGE);
  for (int i = 0; i < COUNT; i++) free(blocks[i]);
}
