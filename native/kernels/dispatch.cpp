// Chooses the kernels for the processor.
#include "layer.h"

namespace panama_torch::kernels {

#define DECLARE(set)                      \
  namespace set {                         \
  extern const Kernels<float> of_float;   \
  extern const Kernels<double> of_double; \
  }
DECLARE(generic)
#if defined(__x86_64__)
DECLARE(avx2)
DECLARE(avx512)

namespace {

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

}  // namespace

#define CHOOSE(table) has_avx512() ? avx512::table : has_avx2() ? avx2::table : generic::table
#else
#define CHOOSE(table) generic::table
#endif

template <>
const Kernels<float> &kernels<float>() {
  static const Kernels<float> &chosen = CHOOSE(of_float);
  return chosen;
}

template <>
const Kernels<double> &kernels<double>() {
  static const Kernels<double> &chosen = CHOOSE(of_double);
  return chosen;
}

}  // namespace panama_torch::kernels
