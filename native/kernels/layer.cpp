// Compiled once for each instruction set, with PANAMA_TORCH_SET as the namespace of its tables.
#include "layer.h"

#include <utility>

#include "cells.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wsign-conversion"  // which it gives for array bounds that are template parameters
#endif

namespace panama_torch::kernels {
namespace {

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/// The vectors of hidden units.
template <typename T>
INLINE int64_t blocks(int64_t hidden) {
  return (hidden + lanes<T> - 1) / lanes<T>;
}

#if defined(__AVX512F__)
constexpr int registers = 24;  // for sums, of 32
#else
constexpr int registers = 12;  // of 16
#endif

/// The rows of a tile whose rows have some vectors.
constexpr int rows_of_tile(int vectors) { return vectors == 1 ? 12 : registers / vectors; }

template <int N>
struct Rows {};

/// Calls f(Rows<N>, row) for blocks of N = 1 to MOST rows, which are about equal in size.
template <int MOST, typename F>
[[gnu::noinline]] void in_blocks(int64_t first, int64_t last, F f) {
  const int64_t count = last - first, parts = (count + MOST - 1) / MOST;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t row = first + count * part / parts, rows = first + count * (part + 1) / parts - row;
    [&]<int... N>(std::integer_sequence<int, N...>) {
      ((rows == N + 1 && (f(Rows<N + 1>{}, row), true)) || ...);
    }
    (std::make_integer_sequence<int, MOST>{});
  }
}

/// sums[r][FIRST + v] += a[r][k] b[k][v], with b packed.
template <int FIRST, int COUNT, typename T, int ROWS, int ALL>
INLINE void multiply(Vector<T> (&sums)[ROWS][ALL], const T *a, int64_t a_stride, const T *b, int64_t depth) {
  constexpr int64_t width = COUNT * lanes<T>;
  int64_t k = 0;
  if constexpr (ROWS * COUNT <= 4) {
    // With few sums, each is split in parts, which hides the latency of additions.
    constexpr int PARTS = 8 / (ROWS * COUNT);
    Vector<T> parts[PARTS][ROWS][COUNT] = {};
    for (; k + PARTS <= depth; k += PARTS, b += PARTS * width)
#pragma GCC unroll 8
      for (int part = 0; part < PARTS; ++part)
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
          for (int v = 0; v < COUNT; ++v)
            parts[part][r][v] += a[r * a_stride + k + part] * load(b + part * width + v * lanes<T>);
    for (int part = 0; part < PARTS; ++part)
      for (int r = 0; r < ROWS; ++r)
        for (int v = 0; v < COUNT; ++v) sums[r][FIRST + v] += parts[part][r][v];
  }
#pragma GCC unroll 2
  for (; k < depth; ++k, b += width) {
    Vector<T> row[COUNT];
#pragma GCC unroll 4
    for (int v = 0; v < COUNT; ++v) row[v] = load(b + v * lanes<T>);
#pragma GCC unroll 24
    for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < COUNT; ++v) sums[r][FIRST + v] += a[r * a_stride + k] * row[v];
  }
}

/// The parts of the packed weights of the forward pass.
template <typename Cell, typename T>
struct Packed {
  T *x, *h, *bias;
  Packed(T *all, int64_t input, int64_t hidden) {
    const int64_t width = blocks<T>(hidden) * lanes<T>;
    x = all;
    h = x + width * Cell::x_gates * input;
    bias = h + width * Cell::h_gates * hidden;
  }
};

/// Packs the rows of a weight that compute some gates of a block, transposed: column k is k * gates * lanes apart.
template <typename T, typename Block>
void pack_rows(const T *weight, int64_t hidden, int64_t columns, int first, int gates, Block block, T *to) {
  for (int64_t p = 0; p < blocks<T>(hidden); ++p)
    for (int g = 0; g < gates; ++g)
      for (int64_t lane = 0; lane < lanes<T>; ++lane) {
        const int64_t unit = p * lanes<T> + lane;
        const T *row = weight + (block(first + g) * hidden + unit) * columns;
        T *out = to + p * columns * gates * lanes<T> + g * lanes<T> + lane;
        for (int64_t k = 0; k < columns; ++k) out[k * gates * lanes<T>] = unit < hidden ? row[k] : T(0);
      }
}

template <typename Cell, typename T>
void pack(const Layer<T> &layer) {
  const int64_t hidden = layer.hidden;
  const Packed<Cell, T> packed(layer.packed, layer.input, hidden);
  pack_rows(layer.weight_ih, hidden, layer.input, Cell::x_first, Cell::x_gates, Cell::x_block, packed.x);
  pack_rows(layer.weight_hh, hidden, hidden, Cell::h_first, Cell::h_gates, Cell::h_block, packed.h);
  for (int64_t unit = 0; unit < blocks<T>(hidden) * lanes<T>; ++unit)
    for (int g = 0; g < Cell::gates; ++g) {
      T sum = 0;
      if (unit < hidden && layer.bias_ih != nullptr) {
        if (g < Cell::x_first + Cell::x_gates) sum += layer.bias_ih[Cell::x_block(g) * hidden + unit];
        if (g >= Cell::h_first) sum += layer.bias_hh[Cell::h_block(g) * hidden + unit];
      }
      packed.bias[(unit / lanes<T> * Cell::gates + g) * lanes<T> + unit % lanes<T>] = sum;
    }
}

/// The neighbours of a step in the order of computation.
template <typename T>
struct Order {
  const Layer<T> &layer;
  int64_t at(int64_t i) const { return layer.reverse ? layer.steps - 1 - i : i; }
  int64_t before(int64_t t) const { return layer.reverse ? t + 1 : t - 1; }
  int64_t after(int64_t t) const { return layer.reverse ? t - 1 : t + 1; }
  /// Returns how many sequences have a step; none have one outside.
  int64_t count(int64_t t) const { return t < 0 || t >= layer.steps ? 0 : layer.active[t]; }
  int64_t row(int64_t t, int64_t n) const { return layer.offsets[t] + n * layer.stride; }
};

template <typename Cell, typename T>
void forward(const Layer<T> &layer, int64_t first, int64_t last) {
  const Order<T> order{layer};
  const int64_t hidden = layer.hidden, count = blocks<T>(hidden), width = count * lanes<T>;
  const int64_t gates_width = width * Cell::gates;
  const Packed<Cell, T> packed(layer.packed, layer.input, hidden);
  const bool saves = layer.gates != nullptr;

  const auto tile = [&]<int ROWS>(Rows<ROWS>, int64_t t, int64_t p, int64_t n, bool starts) {
    const int64_t row = order.row(t, n), unit = p * lanes<T>, units = hidden - unit;
    const T *h = starts ? (layer.h0 == nullptr ? nullptr : layer.h0 + n * hidden)
                        : layer.y + order.row(order.before(t), n) * layer.y_stride;
    const int64_t h_stride = starts ? hidden : layer.stride * layer.y_stride;
    Vector<T> sums[ROWS][Cell::gates];
    for (int r = 0; r < ROWS; ++r)
      for (int g = 0; g < Cell::gates; ++g) sums[r][g] = load(packed.bias + (p * Cell::gates + g) * lanes<T>);
    multiply<Cell::x_first, Cell::x_gates>(sums, layer.x + row * layer.x_stride,
                                           layer.stride * layer.x_stride,
                                           packed.x + unit * Cell::x_gates * layer.input, layer.input);
    if (h != nullptr)
      multiply<Cell::h_first, Cell::h_gates>(sums, h, h_stride, packed.h + unit * Cell::h_gates * hidden,
                                             hidden);
#pragma GCC unroll 1
    for (int r = 0; r < ROWS; ++r) {
      const int64_t own = row + r * layer.stride;
      Vector<T> before = {}, c = {}, result;
      if constexpr (Cell::has_c) {
        if (!starts)
          before = load(layer.c + (saves ? order.row(order.before(t), n + r) : n + r) * width + unit);
        else if (layer.c0 != nullptr)
          before = load(layer.c0 + (n + r) * hidden + unit, units);
      } else if (Cell::gates > 1 && h != nullptr) {
        before = load(h + r * h_stride + unit, units);
      }
      Cell::template forward<T>(sums[r], before, c, result);
      if constexpr (Cell::has_c) store(layer.c + (saves ? own : n + r) * width + unit, c);
      store(layer.y + own * layer.y_stride + unit, result, units);
      if (saves)
        for (int g = 0; g < Cell::gates; ++g)
          store(layer.gates + own * gates_width + (p * Cell::gates + g) * lanes<T>, sums[r][g]);
    }
  };

  for (int64_t i = 0; i < layer.steps; ++i) {
    const int64_t t = order.at(i), active = least(layer.active[t], last);
    const int64_t continued = most(first, least(order.count(order.before(t)), active));
    for (int64_t p = 0; p < count; ++p) {
      constexpr int MOST = rows_of_tile(Cell::gates);
      const auto part = [&](int64_t from, int64_t to, bool starts) {
        in_blocks<MOST>(from, to, [&](auto rows, int64_t n) { tile(rows, t, p, n, starts); });
      };
      part(first, continued, false);
      part(continued, active, true);
    }
    // The last step of some sequences: the first ones of those that have no step after it.
    for (int64_t n = most(first, order.count(order.after(t))); n < active; ++n)
      for (int64_t unit = 0; unit < hidden; ++unit) {
        layer.hn[n * hidden + unit] = layer.y[order.row(t, n) * layer.y_stride + unit];
        if constexpr (Cell::has_c)
          layer.cn[n * hidden + unit] = layer.c[(saves ? order.row(t, n) : n) * width + unit];
      }
  }
}

/// The vectors of hidden units that the backward pass computes at once.
template <typename T>
INLINE int group(int64_t hidden) {
  const int64_t count = blocks<T>(hidden);
  return count % 4 == 0 ? 4 : count % 2 == 0 ? 2 : 1;
}

template <typename Cell, typename T>
void pack_backward(const Layer<T> &layer, const Gradients<T> &gradients) {
  const int64_t hidden = layer.hidden, count = blocks<T>(hidden), columns = group<T>(hidden) * lanes<T>;
  T *to = gradients.packed;
  for (int64_t column = 0; column < count * lanes<T>; column += columns)
    for (int64_t p = 0; p < count; ++p)
      for (int g = 0; g < Cell::h_gates; ++g)
        for (int64_t lane = 0; lane < lanes<T>; ++lane) {
          const int64_t unit = p * lanes<T> + lane;
          const T *row = layer.weight_hh + (Cell::h_block(Cell::h_first + g) * hidden + unit) * hidden;
          for (int64_t k = column; k < column + columns; ++k)
            *to++ = unit < hidden && k < hidden ? row[k] : T(0);
        }
}

template <typename Cell, int GROUP, typename T>
void backward_in_groups(const Layer<T> &layer, const Gradients<T> &gradients, int64_t first, int64_t last) {
  const Order<T> order{layer};
  const int64_t hidden = layer.hidden, count = blocks<T>(hidden), width = count * lanes<T>;
  const int64_t gates_width = width * Cell::gates, depth = Cell::h_gates * lanes<T>;
  constexpr int MOST = rows_of_tile(GROUP);

  for (int64_t n = first; n < last; ++n)
    for (int64_t unit = 0; unit < width; ++unit) {
      gradients.carry[n * width + unit] =
          gradients.hn != nullptr && unit < hidden ? gradients.hn[n * hidden + unit] : T(0);
      if constexpr (Cell::has_c)
        gradients.c[n * width + unit] =
            gradients.cn != nullptr && unit < hidden ? gradients.cn[n * hidden + unit] : T(0);
    }

  /// Adds what reaches h of sequences n... at a step from the gates of the step after it.
  const auto add_product = [&]<int ROWS>(Vector<T>(&dh)[ROWS][GROUP], int64_t q, int64_t after, int64_t n) {
    const T *rows = gradients.gates + order.row(after, n) * gates_width + Cell::h_first * lanes<T>;
    const T *weights = gradients.packed + q * count * depth * GROUP * lanes<T>;
    for (int64_t p = 0; p < count; ++p)
      multiply<0, GROUP>(dh, rows + p * Cell::gates * lanes<T>, layer.stride * gates_width,
                         weights + p * depth * GROUP * lanes<T>, depth);
  };

  const auto tile = [&]<int ROWS>(Rows<ROWS>, int64_t t, int64_t q, int64_t n, bool starts, bool ends) {
    Vector<T> dh[ROWS][GROUP];
    for (int r = 0; r < ROWS; ++r)
      for (int v = 0; v < GROUP; ++v)
        dh[r][v] = load(gradients.carry + (n + r) * width + (q * GROUP + v) * lanes<T>);
    if (!ends) add_product(dh, q, order.after(t), n);
#pragma GCC unroll 1
    for (int r = 0; r < ROWS; ++r) {
      const int64_t row = order.row(t, n + r), row_before = starts ? 0 : order.row(order.before(t), n + r);
#pragma GCC unroll 1
      for (int v = 0; v < GROUP; ++v) {
        const int64_t p = q * GROUP + v, unit = p * lanes<T>, units = hidden - unit;
        const int64_t gates = row * gates_width + p * Cell::gates * lanes<T>;
        if (gradients.y != nullptr) dh[r][v] += load(gradients.y + row * gradients.y_stride + unit, units);
        Vector<T> gate[Cell::gates], before = {}, c = {}, dc = {};
        for (int g = 0; g < Cell::gates; ++g) gate[g] = load(layer.gates + gates + g * lanes<T>);
        if constexpr (Cell::has_c) {
          c = load(layer.c + row * width + unit);
          dc = load(gradients.c + (n + r) * width + unit);
          if (!starts)
            before = load(layer.c + row_before * width + unit);
          else if (layer.c0 != nullptr)
            before = load(layer.c0 + (n + r) * hidden + unit, units);
        } else if (Cell::gates > 1) {
          if (!starts)
            before = load(layer.y + row_before * layer.y_stride + unit, units);
          else if (layer.h0 != nullptr)
            before = load(layer.h0 + (n + r) * hidden + unit, units);
        }
        Cell::template backward<T>(gate, before, c, dh[r][v], dc);
        for (int g = 0; g < Cell::gates; ++g) store(gradients.gates + gates + g * lanes<T>, gate[g]);
        store(gradients.carry + (n + r) * width + unit, dh[r][v]);
        if constexpr (Cell::has_c) store(gradients.c + (n + r) * width + unit, dc);
      }
    }
  };

  const auto initial = [&]<int ROWS>(Rows<ROWS>, int64_t t, int64_t q, int64_t n) {
    Vector<T> dh[ROWS][GROUP];
    for (int r = 0; r < ROWS; ++r)
      for (int v = 0; v < GROUP; ++v)
        dh[r][v] = load(gradients.carry + (n + r) * width + (q * GROUP + v) * lanes<T>);
    add_product(dh, q, t, n);
    for (int r = 0; r < ROWS; ++r)
      for (int v = 0; v < GROUP; ++v) {
        const int64_t unit = (q * GROUP + v) * lanes<T>;
        store(gradients.h0 + (n + r) * hidden + unit, dh[r][v], hidden - unit);
      }
  };

  for (int64_t i = layer.steps - 1; i >= 0; --i) {
    const int64_t t = order.at(i), active = least(layer.active[t], last);
    const int64_t continued = most(first, least(order.count(order.before(t)), active));
    const int64_t goes_on = most(first, least(order.count(order.after(t)), active));
    // All sequences of a step either continue or go on, except at both ends.
    const int64_t low = least(continued, goes_on), high = most(continued, goes_on);
    for (int64_t q = 0; q < count / GROUP; ++q) {
      const auto part = [&](int64_t from, int64_t to) {
        in_blocks<MOST>(
            from, to, [&](auto rows, int64_t n) { tile(rows, t, q, n, from >= continued, from >= goes_on); });
      };
      part(first, low);
      part(low, high);
      part(high, active);
    }
    if (gradients.h0 != nullptr)
      for (int64_t q = 0; q < count / GROUP; ++q)
        in_blocks<MOST>(continued, active, [&](auto rows, int64_t n) { initial(rows, t, q, n); });
  }
  if constexpr (Cell::has_c)
    if (gradients.c0 != nullptr)
      for (int64_t n = first; n < last; ++n)
        for (int64_t unit = 0; unit < hidden; ++unit)
          gradients.c0[n * hidden + unit] = gradients.c[n * width + unit];
}

template <typename Cell, typename T>
void backward(const Layer<T> &layer, const Gradients<T> &gradients, int64_t first, int64_t last) {
  switch (group<T>(layer.hidden)) {
    case 4:
      return backward_in_groups<Cell, 4>(layer, gradients, first, last);
    case 2:
      return backward_in_groups<Cell, 2>(layer, gradients, first, last);
    default:
      return backward_in_groups<Cell, 1>(layer, gradients, first, last);
  }
}

/// Calls f(cell, torch row, column of the gates) for each row of a weight.
template <typename Cell, typename T, typename F>
void each_row(bool hh, int64_t hidden, F f) {
  const int first = hh ? Cell::h_first : Cell::x_first, gates = hh ? Cell::h_gates : Cell::x_gates;
  for (int g = first; g < first + gates; ++g)
    for (int64_t unit = 0; unit < hidden; ++unit)
      f((hh ? Cell::h_block(g) : Cell::x_block(g)) * hidden + unit,
        (unit / lanes<T> * Cell::gates + g) * lanes<T> + unit % lanes<T>);
}

template <typename F>
INLINE auto with_cell(Kind kind, F f) {
  switch (kind) {
    case Kind::RnnTanh:
      return f(TanhCell{});
    case Kind::RnnRelu:
      return f(ReluCell{});
    case Kind::Gru:
      return f(GruCell{});
    default:
      return f(LstmCell{});
  }
}

template <typename T>
constexpr Kernels<T> table() {
  Kernels<T> all{};
  all.sizes = [](Kind kind, int64_t input, int64_t hidden) {
    return with_cell(kind, [&]<typename Cell>(Cell) {
      const int64_t width = blocks<T>(hidden) * lanes<T>;
      return Sizes{width, width * Cell::gates,
                   width * (Cell::x_gates * input + Cell::h_gates * hidden + Cell::gates),
                   width * width * Cell::h_gates};
    });
  };
  all.pack = [](const Layer<T> &layer) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { pack<Cell>(layer); });
  };
  all.forward = [](const Layer<T> &layer, int64_t first, int64_t last) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { forward<Cell>(layer, first, last); });
  };
  all.pack_backward = [](const Layer<T> &layer, const Gradients<T> &gradients) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { pack_backward<Cell>(layer, gradients); });
  };
  all.backward = [](const Layer<T> &layer, const Gradients<T> &gradients, int64_t first, int64_t last) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { backward<Cell>(layer, gradients, first, last); });
  };
  all.to_columns = [](Kind kind, bool hh, int64_t hidden, int64_t columns, const T *weight, T *rows) {
    with_cell(kind, [&]<typename Cell>(Cell) {
      each_row<Cell, T>(hh, hidden, [&](int64_t row, int64_t column) {
        for (int64_t k = 0; k < columns; ++k) rows[column * columns + k] = weight[row * columns + k];
      });
    });
  };
  all.from_columns = [](Kind kind, bool hh, int64_t hidden, int64_t columns, const T *rows, T *weight) {
    with_cell(kind, [&]<typename Cell>(Cell) {
      each_row<Cell, T>(hh, hidden, [&](int64_t row, int64_t column) {
        for (int64_t k = 0; k < columns; ++k) weight[row * columns + k] = rows[column * columns + k];
      });
    });
  };
  return all;
}

}  // namespace

namespace PANAMA_TORCH_SET {
extern constinit const Kernels<float> of_float = table<float>();
extern constinit const Kernels<double> of_double = table<double>();
}  // namespace PANAMA_TORCH_SET

}  // namespace panama_torch::kernels
