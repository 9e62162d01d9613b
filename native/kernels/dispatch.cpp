// Chooses the kernels for the processor.
#include "elementwise.h"
#include "layer.h"

namespace panama_torch::kernels {

#define DECLARE(set)                                      \
  namespace set {                                         \
  extern const Kernels<float> of_float;                   \
  extern const Kernels<double> of_double;                 \
  extern const Elementwise<float> elementwise_of_float;   \
  extern const Elementwise<double> elementwise_of_double; \
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

#if defined(__x86_64__)
#define CHOOSE_AS_LIBTORCH(table)                    \
  if (capability == "AVX512") return &avx512::table; \
  if (capability == "AVX2") return &avx2::table;     \
  if (capability == "DEFAULT") return &generic::table
#else
// Which operators of ATen use fused multiply-add has been tested on x86_64 only.
#define CHOOSE_AS_LIBTORCH(table) (void)capability
#endif

template <>
const Elementwise<float> *elementwise<float>(std::string_view capability) {
  CHOOSE_AS_LIBTORCH(elementwise_of_float);
  return nullptr;
}

template <>
const Elementwise<double> *elementwise<double>(std::string_view capability) {
  CHOOSE_AS_LIBTORCH(elementwise_of_double);
  return nullptr;
}

}  // namespace panama_torch::kernels
