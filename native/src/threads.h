// Work on libtorch's threads.
#pragma once

#include <ATen/TensorIterator.h>

#include "libtorch.h"

namespace panama_torch {

/// Calls part(i) for each i below `count`, on several threads unless `threads` is 1.
template <typename F>
void on_threads(int64_t threads, int64_t count, F part) {
  if (threads == 1 || count == 1) {
    for (int64_t i = 0; i < count; ++i) part(i);
    return;
  }
  // at::parallel_for is a template, and would need an OpenMP library of the shim's own.
  const at::Tensor numbers = at::arange(count, at::kLong);
  at::TensorIterator::borrowing_nullary_op(numbers).for_each(
      [&](char **data, const int64_t *strides, int64_t columns, int64_t rows) {
        for (int64_t row = 0; row < rows; ++row)
          for (int64_t column = 0; column < columns; ++column)
            part(*reinterpret_cast<int64_t *>(data[0] + column * strides[0] + row * strides[1]));
      },
      1);
}

}  // namespace panama_torch
