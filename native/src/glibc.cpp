// libtorch runs where glibc is 2.28, and so must the shim.
#include <cstdlib>

#if defined(__GLIBC__)
// libstdc++ asks this variable, new in glibc 2.32, whether shared_ptr may count without atomics. Defined
// here, it says no, and the reference never leaves the shim.
extern "C" {
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;
}
#endif
