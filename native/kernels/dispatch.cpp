// Chooses the kernels for the instructions that libtorch uses.
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
#define CHOOSE(table)                                \
  if (capability == "AVX512") return &avx512::table; \
  if (capability == "AVX2") return &avx2::table
#define CHOOSE_EXACT(table) \
  CHOOSE(table);            \
  if (capability == "DEFAULT") return &generic::table
#else
// Which operators of ATen use fused multiply-add has been tested on x86_64 only.
#define CHOOSE(table) (void)capability
#define CHOOSE_EXACT(table) (void)capability
#endif

template <>
const Kernels<float> *kernels<float>(std::string_view capability) {
  CHOOSE(of_float);
  return &generic::of_float;
}

template <>
const Kernels<double> *kernels<double>(std::string_view capability) {
  CHOOSE(of_double);
  return &generic::of_double;
}

template <>
const Elementwise<float> *elementwise<float>(std::string_view capability) {
  CHOOSE_EXACT(elementwise_of_float);
  return nullptr;
}

template <>
const Elementwise<double> *elementwise<double>(std::string_view capability) {
  CHOOSE_EXACT(elementwise_of_double);
  return nullptr;
}

}  // namespace panama_torch::kernels
