// Arithmetic on arrays, element by element, without libtorch.
#pragma once

#include <cstdint>
#include <string_view>

namespace panama_torch::kernels {

/// The operators of ATen with the same names, for n elements. The result y may be one of the operands. Results are
/// those of ATen to the bit, except for the bits of NaN.
template <typename T>
struct Elementwise {
  void (*add)(int64_t n, T *y, const T *a, const T *b, T alpha);  ///< a + alpha b
  void (*add_number)(int64_t n, T *y, const T *a, T b);
  void (*mul)(int64_t n, T *y, const T *a, const T *b);
  void (*mul_number)(int64_t n, T *y, const T *a, T b);
  void (*div)(int64_t n, T *y, const T *a, const T *b);
  void (*div_number)(int64_t n, T *y, const T *a, T b);
  void (*lerp)(int64_t n, T *y, const T *start, const T *end, T weight);
  void (*addcmul)(int64_t n, T *y, const T *a, const T *b, const T *c, T value);  ///< a + value b c
  void (*addcdiv)(int64_t n, T *y, const T *a, const T *b, const T *c, T value);  ///< a + value b / c
  void (*maximum)(int64_t n, T *y, const T *a, const T *b);
  void (*abs)(int64_t n, T *y, const T *a);
  void (*neg)(int64_t n, T *y, const T *a);
  void (*reciprocal)(int64_t n, T *y, const T *a);

  // Several operators in one pass.
  void (*mul_add)(int64_t n, T *y, T factor, const T *b, T alpha);                  ///< y factor + alpha b
  void (*mul_addcmul)(int64_t n, T *y, T factor, const T *b, const T *c, T value);  ///< y factor + value b c
  /// a + value b / (c / divisor + eps)
  void (*div_add_addcdiv)(int64_t n, T *y, const T *a, const T *b, const T *c, T divisor, T eps, T value);
};

/// Returns the functions that compute what ATen computes with these instructions; nullptr if there are none.
/// @param capability the name that at::get_cpu_capability() has for the instructions
template <typename T>
const Elementwise<T> *elementwise(std::string_view capability);

}  // namespace panama_torch::kernels
