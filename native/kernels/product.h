// Products of matrices: tiles of sums that stay in registers.
#pragma once

#include "vector.h"

namespace {

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/// The registers for sums; the others hold operands.
#if defined(__AVX512F__)
constexpr int registers = 24;  // of 32
#else
constexpr int registers = 12;  // of 16
#endif

/// The rows of a tile whose rows have some vectors.
constexpr int rows_of_tile(int vectors) { return vectors == 1 ? 12 : registers / vectors; }

/// The sums of a tile, row by row.
template <typename T>
using Tile = Vector<T>[registers];

/// The most vectors in a row of a tile.
constexpr int most_vectors = 4;

/// Returns the number of vectors that hold a row of a matrix.
template <typename T>
INLINE int64_t vectors_of(int64_t columns) {
  return (columns + lanes<T> - 1) / lanes<T>;
}

/// Returns how many vectors of such a row are computed at once: a divisor of their number.
template <typename T>
INLINE int group_of(int64_t columns) {
  const int64_t count = vectors_of<T>(columns);
  return count % 4 == 0 ? 4 : count % 3 == 0 ? 3 : count % 2 == 0 ? 2 : 1;
}

/// Returns the number of such groups.
template <typename T>
INLINE int64_t groups_of(int64_t columns) {
  return vectors_of<T>(columns) / group_of<T>(columns);
}

template <int N>
struct Constant {};

/// Calls f(Constant<n>), with n from 1 to MOST.
template <int MOST, typename F>
INLINE void with_constant(int64_t n, F f) {
  if constexpr (MOST == 1)
    f(Constant<1>{});
  else if (n == MOST)
    f(Constant<MOST>{});
  else
    with_constant<MOST - 1>(n, f);
}

/// Calls f(row, rows) for blocks of at most so many rows, which are about equal in size.
template <typename F>
INLINE void in_blocks(int64_t first, int64_t last, int64_t most_rows, F f) {
  const int64_t count = last - first, parts = (count + most_rows - 1) / most_rows;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t row = first + count * part / parts;
    f(row, first + count * (part + 1) / parts - row);
  }
}

/// A product of some columns of a matrix, whose rows and columns have these distances, and packed rows.
template <typename T>
struct Product {
  const T *columns;
  int64_t row, column;
  const T *packed;
  int64_t depth;
};

/// sums[r][FIRST + v] += columns[r][k] packed[k][v], in the order of k, so that a row's sums do not depend on the others
template <int ROWS, int FIRST, int COUNT, int ALL, typename T>
INLINE void multiply(Vector<T> (&sums)[ROWS][ALL], const Product<T> &product) {
  constexpr int64_t width = COUNT * lanes<T>;
  const T *a = product.columns, *b = product.packed;
  const int64_t row = product.row, column = product.column, depth = product.depth;
#pragma GCC unroll 2
  for (int64_t k = 0; k < depth; ++k, b += width) {
    Vector<T> vectors[COUNT];
#pragma GCC unroll 4
    for (int v = 0; v < COUNT; ++v) vectors[v] = load(b + v * lanes<T>);
#pragma GCC unroll 24
    for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < COUNT; ++v) sums[r][FIRST + v] += a[r * row + k * column] * vectors[v];
  }
}

/// The vectors of a row of a tile that a product is added to.
template <int first_vector, int vectors>
struct Range {
  static constexpr int first = first_vector, count = vectors;
};

/// Calls add with the sums of a tile whose rows have ALL vectors, in registers.
template <int ROWS, int ALL, typename T, typename F>
INLINE void in_registers(Vector<T> *tile, F add) {
  Vector<T> sums[ROWS][ALL];
#pragma GCC unroll 24
  for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < ALL; ++v) sums[r][v] = tile[r * ALL + v];
  add(sums);
#pragma GCC unroll 24
  for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < ALL; ++v) tile[r * ALL + v] = sums[r][v];
}

/// Adds two products to a tile whose rows have ALL vectors.
template <int ROWS, int ALL, typename X, typename H, typename T>
[[gnu::noinline]] void add_two(Vector<T> *tile, Product<T> x, Product<T> h) {
  in_registers<ROWS, ALL, T>(tile, [&](Vector<T>(&sums)[ROWS][ALL]) {
    multiply<ROWS, X::first, X::count>(sums, x);
    multiply<ROWS, H::first, H::count>(sums, h);
  });
}

/// Adds the products of several parts, whose columns are `distance` apart and whose packed rows follow each other.
template <int ROWS, int ALL, typename T>
[[gnu::noinline]] void add_all(Vector<T> *tile, Product<T> product, int64_t parts, int64_t distance) {
  in_registers<ROWS, ALL, T>(tile, [&](Vector<T>(&sums)[ROWS][ALL]) {
    for (int64_t part = 0; part < parts; ++part) {
      multiply<ROWS, 0, ALL>(sums, product);
      product.columns += distance;
      product.packed += product.depth * ALL * lanes<T>;
    }
  });
}

/// Adds a product to the rows of a matrix, or replaces them by it.
/// @param columns the columns of the matrix from `to` on, of which vectors may have fewer
template <int ROWS, int ALL, typename T>
[[gnu::noinline]] void add_to_rows(T *to, int64_t stride, int64_t columns, Product<T> product, bool adds) {
  if (adds)  // a large matrix is in no near cache
    for (int r = 0; r < ROWS; ++r)
      for (int v = 0; v < ALL; ++v) __builtin_prefetch(to + r * stride + v * lanes<T>, 1);
  Vector<T> sums[ROWS][ALL] = {};
  multiply<ROWS, 0, ALL>(sums, product);
  const auto finish = [&](auto load_row, auto store_row) {
#pragma GCC unroll 24
    for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < ALL; ++v) {
        T *const own = to + r * stride + v * lanes<T>;
        store_row(own, v, adds ? load_row(own, v) + sums[r][v] : sums[r][v]);
      }
  };
  if (columns >= ALL * lanes<T>)
    finish([](const T *own, int) { return load(own); }, [](T *own, int, Vector<T> sum) { store(own, sum); });
  else
    finish([&](const T *own, int v) { return load(own, columns - v * lanes<T>); },
           [&](T *own, int v, Vector<T> sum) { store(own, sum, columns - v * lanes<T>); });
}

template <typename T>
INLINE void add_products(Tile<T> &tile, int64_t rows, int vectors, const Product<T> &product, int64_t parts,
                         int64_t distance) {
  with_constant<most_vectors>(vectors, [&]<int ALL>(Constant<ALL>) {
    with_constant<rows_of_tile(ALL)>(
        rows, [&]<int ROWS>(Constant<ROWS>) { add_all<ROWS, ALL>(tile, product, parts, distance); });
  });
}

}  // namespace
