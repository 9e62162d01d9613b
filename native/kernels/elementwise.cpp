// Compiled for each instruction set, with PANAMA_TORCH_SET as its name, and without contraction of products and sums.
#include "elementwise.h"

#include <cmath>

#ifdef __clang__
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace panama_torch::kernels::PANAMA_TORCH_SET {
namespace {

// With fused multiply-add, ATen's vectors and the elements after the last vector use it where a product is added.
#ifdef __FMA__
float add_product(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
double add_product(double a, double b, double c) { return __builtin_fma(a, b, c); }
#else
template <typename T>
T add_product(T a, T b, T c) {
  return a * b + c;
}
#endif

template <typename T, typename F>
void each(int64_t n, T *y, F f) {
  INDEPENDENT
  for (int64_t i = 0; i < n; ++i) y[i] = f(i);
}

template <typename T>
void lerp(int64_t n, T *y, const T *start, const T *end, T weight) {
  if (std::abs(weight) < T(0.5)) {
    each(n, y, [=](int64_t i) { return add_product(weight, end[i] - start[i], start[i]); });
  } else {
    each(n, y, [=](int64_t i) { return add_product(weight - 1, end[i] - start[i], end[i]); });
  }
}

template <typename T>
void div_add_addcdiv(int64_t n, T *y, const T *a, const T *b, const T *c, T divisor, T eps, T value) {
  if (divisor == 1) {
    each(n, y, [=](int64_t i) { return a[i] + value * b[i] / (c[i] + eps); });
  } else {
    each(n, y, [=](int64_t i) { return a[i] + value * b[i] / (c[i] / divisor + eps); });
  }
}

template <typename T>
T larger(T a, T b) {
  return std::isnan(a) ? a : std::isnan(b) ? b : a > b ? a : b;
}

template <typename T>
constexpr Elementwise<T> functions() {
  using N = int64_t;
  using In = const T *;
  return {
      .add = [](N n, T *y, In a, In b,
                T alpha) { each(n, y, [=](N i) { return add_product(alpha, b[i], a[i]); }); },
      .add_number = [](N n, T *y, In a, T b) { each(n, y, [=](N i) { return a[i] + b; }); },
      .mul = [](N n, T *y, In a, In b) { each(n, y, [=](N i) { return a[i] * b[i]; }); },
      .mul_number = [](N n, T *y, In a, T b) { each(n, y, [=](N i) { return a[i] * b; }); },
      .div = [](N n, T *y, In a, In b) { each(n, y, [=](N i) { return a[i] / b[i]; }); },
      .div_number = [](N n, T *y, In a, T b) { each(n, y, [=](N i) { return a[i] / b; }); },
      .lerp = &lerp<T>,
      .addcmul = [](N n, T *y, In a, In b, In c,
                    T value) { each(n, y, [=](N i) { return add_product(value * b[i], c[i], a[i]); }); },
      .addcdiv = [](N n, T *y, In a, In b, In c,
                    T value) { each(n, y, [=](N i) { return a[i] + value * b[i] / c[i]; }); },
      .maximum = [](N n, T *y, In a, In b) { each(n, y, [=](N i) { return larger(a[i], b[i]); }); },
      .abs = [](N n, T *y, In a) { each(n, y, [=](N i) { return std::abs(a[i]); }); },
      .neg = [](N n, T *y, In a) { each(n, y, [=](N i) { return -a[i]; }); },
      .reciprocal = [](N n, T *y, In a) { each(n, y, [=](N i) { return 1 / a[i]; }); },
      .mul_add = [](N n, T *y, T factor, In b,
                    T alpha) { each(n, y, [=](N i) { return add_product(alpha, b[i], y[i] * factor); }); },
      .mul_addcmul =
          [](N n, T *y, T factor, In b, In c, T value) {
            each(n, y, [=](N i) { return add_product(value * b[i], c[i], y[i] * factor); });
          },
      .div_add_addcdiv = &div_add_addcdiv<T>,
  };
}

}  // namespace

extern constinit const Elementwise<float> elementwise_of_float = functions<float>();
extern constinit const Elementwise<double> elementwise_of_double = functions<double>();

}  // namespace panama_torch::kernels::PANAMA_TORCH_SET
