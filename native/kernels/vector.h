// Vectors of floating-point numbers, and the functions of the gates on them. This header is compiled once for each
// instruction set (CMakeLists.txt), so everything in it has internal linkage.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define PANAMA_TORCH_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define PANAMA_TORCH_VECTOR_BYTES 32
#else
#define PANAMA_TORCH_VECTOR_BYTES 16
#endif

namespace {

#define INLINE [[gnu::always_inline]] inline

/// The vectors of a floating-point type, and of the integers of its size.
template <typename T, typename Integer>
struct Vectors {
  using Bits = Integer;
  typedef T Vector __attribute__((vector_size(PANAMA_TORCH_VECTOR_BYTES)));
  typedef Integer BitVector __attribute__((vector_size(PANAMA_TORCH_VECTOR_BYTES)));
  typedef T Unaligned __attribute__((vector_size(PANAMA_TORCH_VECTOR_BYTES), aligned(alignof(T)), may_alias));
};

/// 1/1!, 1/2!, 1/3! ...
template <typename T, int TERMS>
struct ExponentialSeries {
  T coefficients[TERMS] = {};
  constexpr ExponentialSeries() {
    double factorial = 1;
    for (int k = 0; k < TERMS; ++k) coefficients[k] = static_cast<T>(1 / (factorial *= k + 1));
  }
};

/// The vectors and constants of a floating-point type.
template <typename T>
struct Float;

template <>
struct Float<float> : Vectors<float, int32_t> {
  static constexpr int mantissa_bits = 23, bias = 127;
  // 1.5 * 2^23: adding it rounds to an integer in the lowest bits
  static constexpr float round = 12582912.0f;
  // exp(limit) and exp(-limit) are normal numbers
  static constexpr float limit = 87.0f;
  static constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  static constexpr int terms = 7;  // of the Taylor series of exp on [-ln(2)/2, ln(2)/2]
  static constexpr ExponentialSeries<float, terms> series{};
};

template <>
struct Float<double> : Vectors<double, int64_t> {
  static constexpr int mantissa_bits = 52, bias = 1023;
  static constexpr double round = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr double limit = 708.0;
  static constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  static constexpr int terms = 13;
  static constexpr ExponentialSeries<double, terms> series{};
};

template <typename T>
using Vector = typename Float<T>::Vector;

/// The number of elements of a vector.
template <typename T>
constexpr int lanes = PANAMA_TORCH_VECTOR_BYTES / static_cast<int>(sizeof(T));

template <typename T>
INLINE Vector<T> load(const T *from) {
  return *reinterpret_cast<const typename Float<T>::Unaligned *>(from);
}

template <typename T>
INLINE void store(T *to, Vector<T> value) {
  *reinterpret_cast<typename Float<T>::Unaligned *>(to) = value;
}

/// Loads the first `count` elements; the others are 0.
template <typename T>
INLINE Vector<T> load(const T *from, int64_t count) {
  if (count >= lanes<T>) return load(from);
#if defined(__AVX512F__)
  const unsigned mask = (1U << count) - 1U;
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), from);
  else
    return _mm512_maskz_loadu_pd(static_cast<__mmask8>(mask), from);
#else
  T elements[lanes<T>] = {};
  for (int64_t i = 0; i < count; ++i) elements[i] = from[i];
  return load(elements);
#endif
}

/// Stores the first `count` elements.
template <typename T>
INLINE void store(T *to, Vector<T> value, int64_t count) {
  if (count >= lanes<T>) return store(to, value);
#if defined(__AVX512F__)
  const unsigned mask = (1U << count) - 1U;
  if constexpr (sizeof(T) == 4)
    _mm512_mask_storeu_ps(to, static_cast<__mmask16>(mask), value);
  else
    _mm512_mask_storeu_pd(to, static_cast<__mmask8>(mask), value);
#else
  for (int64_t i = 0; i < count; ++i) to[i] = value[i];
#endif
}

/// Exchanges the elements of two rows that are `distance` apart, in a transposition of a square of vectors.
template <int DISTANCE, typename T, int... LANE>
INLINE void exchange(Vector<T> &a, Vector<T> &b, std::integer_sequence<int, LANE...>) {
  constexpr int count = sizeof...(LANE);
  const Vector<T> first = a, second = b;
  a = __builtin_shufflevector(first, second, ((LANE & DISTANCE) != 0 ? count + LANE - DISTANCE : LANE)...);
  b = __builtin_shufflevector(first, second, ((LANE & DISTANCE) != 0 ? count + LANE : LANE + DISTANCE)...);
}

/// Transposes a square of vectors.
template <typename T, int DISTANCE = 1>
INLINE void transpose(Vector<T> *rows) {
  if constexpr (DISTANCE < lanes<T>) {
#pragma GCC unroll 16
    for (int i = 0; i < lanes<T>; ++i)
      if ((i & DISTANCE) == 0)
        exchange<DISTANCE, T>(rows[i], rows[i + DISTANCE], std::make_integer_sequence<int, lanes<T>>{});
    transpose<T, 2 * DISTANCE>(rows);
  }
}

/// Returns the elements of x, and the limit for those below it. NaN stays NaN.
template <typename T>
INLINE Vector<T> at_least(Vector<T> x, T limit) {
  const Vector<T> all = Vector<T>{} + limit;
#if defined(__AVX512F__)
  // GCC makes two instructions from a comparison, and warns of its own functions without masks.
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_max_ps(0xFFFF, all, x);
  else
    return _mm512_maskz_max_pd(0xFF, all, x);
#else
  return x < all ? all : x;
#endif
}

/// Returns the elements of x, and the limit for those above it. NaN stays NaN.
template <typename T>
INLINE Vector<T> at_most(Vector<T> x, T limit) {
  const Vector<T> all = Vector<T>{} + limit;
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_min_ps(0xFFFF, all, x);
  else
    return _mm512_maskz_min_pd(0xFF, all, x);
#else
  return x > all ? all : x;
#endif
}

/// exp(x) - 1 = scale * (1 + expm1) - 1, with scale a power of 2.
template <typename T>
struct Exponential {
  Vector<T> scale, expm1;
};

/// Computes the exponential function: x = n ln(2) + r, exp(x) = 2^n exp(r). NaN stays NaN.
template <typename T>
INLINE Exponential<T> exponential(Vector<T> x) {
  using F = Float<T>;
  x = at_most<T>(at_least<T>(x, -F::limit), F::limit);
  const Vector<T> shifted = x * T(1.4426950408889634) + F::round;
  const Vector<T> n = shifted - F::round;
  const Vector<T> r = (x - n * F::ln2_high) - n * F::ln2_low;
  Vector<T> series = Vector<T>{} + F::series.coefficients[F::terms - 1];
#pragma GCC unroll 16
  for (int k = F::terms - 2; k >= 0; --k) series = series * r + F::series.coefficients[k];
  const auto bits = (typename F::BitVector)shifted << F::mantissa_bits;
  const auto one = typename F::Bits{F::bias} << F::mantissa_bits;
  return {(Vector<T>)(bits + one), series * r};
}

template <typename T>
INLINE Vector<T> sigmoid(Vector<T> x) {
  const Exponential<T> e = exponential<T>(-x);
  return 1 / (1 + (e.scale + e.scale * e.expm1));
}

/// tanh(x) and its derivative.
template <typename T>
struct Tanh {
  Vector<T> value, derivative;
};

/// With s = 2 / (exp(2|x|) + 1): |tanh(x)| = 1 - s, which is exact to the last bit near 1, or (exp(2|x|) - 1) s / 2, which
/// is so near 0; and the derivative 1 - tanh(x)^2 = s (2 - s).
template <typename T>
INLINE Tanh<T> tanh(Vector<T> x) {
  using Bits = typename Float<T>::BitVector;
  const Bits sign = (Bits)x & std::numeric_limits<typename Float<T>::Bits>::min();
  const Vector<T> positive = at_most<T>((Vector<T>)((Bits)x ^ sign), 20);
  const Exponential<T> e = exponential<T>(positive + positive);
  const Vector<T> expm1 = e.scale * e.expm1 + (e.scale - 1);
  const Vector<T> s = 2 / (expm1 + 2);
  const Vector<T> value = positive > T(0.5) ? 1 - s : expm1 * (T(0.5) * s);
  return {(Vector<T>)((Bits)value | sign), s * (2 - s)};
}

}  // namespace
