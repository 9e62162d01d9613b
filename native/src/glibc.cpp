// The shim must run with glibc 2.28, since libtorch does.
#include <cstdlib>

#if defined(__GLIBC__)
// libstdc++ reads this variable, which is new in glibc 2.32, to decide whether shared_ptr may count without atomic
// operations. With this definition it does not, and the shim needs no symbol of glibc 2.32.
extern "C" {
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;
}
#endif
