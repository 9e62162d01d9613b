#include <ATen/ATen.h>

#include <cstdint>

/// Adds two 4x4 float tensors and frees the sum, `times` times.
extern "C" void bench_add(int64_t times) {
  at::Tensor a = at::ones({4, 4}), b = at::ones({4, 4});
  for (int64_t i = 0; i < times; ++i) at::Tensor sum = at::add(a, b);
}
