/* Loaded before libtorch, by the same thread. libtorch registers its operators in some 50 MiB of small blocks,
 * which cause some twelve thousand page faults. This constructor allocates as much, so that the heap of the
 * thread grows at once, asks the kernel for huge pages in that range, and frees the memory again. If the C
 * library or the kernel does not support this, it has no effect. See
 * docs/decisions/0009-heap-grown-before-libtorch.md. */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
  BLOCK = (128 << 10) - 64, /* just below glibc's mmap threshold */
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
  /* Only if they are contiguous: a heap of a thread has at most 64 MiB. */
  if (first < last && last - first <= 64 << 20) madvise((void *)first, last - first, MADV_HUGEPAGE);
  for (int i = 0; i < COUNT; i++) free(blocks[i]);
}
