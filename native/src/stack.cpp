#include "stack.h"

#include <limits>

#if defined(__GLIBC__)
#include <pthread.h>

// Links the oldest versions of these symbols, which were in libpthread until glibc 2.34. Otherwise the shim would
// require the glibc that it was built with, while libtorch runs with 2.28.
#if defined(__x86_64__)
__asm__(".symver pthread_getattr_np, pthread_getattr_np@GLIBC_2.2.5");
__asm__(".symver pthread_attr_getstack, pthread_attr_getstack@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver pthread_getattr_np, pthread_getattr_np@GLIBC_2.17");
__asm__(".symver pthread_attr_getstack, pthread_attr_getstack@GLIBC_2.17");
#endif

namespace {

const char *stack_end() {
  pthread_attr_t attributes;
  void *lowest = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
  }
  return static_cast<const char *>(lowest);
}

}  // namespace

int64_t panama_torch::stack_left() {
  static thread_local const char *const end = stack_end();
  return static_cast<const char *>(__builtin_frame_address(0)) - end;
}

#else

int64_t panama_torch::stack_left() { return std::numeric_limits<int64_t>::max(); }

#endif
