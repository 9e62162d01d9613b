// The forward pass.
#pragma once

#include "panel.h"

namespace panama_torch::kernels {
namespace {

/// The parts of the packed weights.
template <typename Cell, typename T>
struct Packed {
  int64_t x, h, bias, projection, size;
  Packed(int64_t input, int64_t output, const Panels<Cell, T> &panels) {
    const int64_t height = panels.count * lanes<T>;
    x = 0;
    h = x + height * panels.used(false) * input;
    bias = h + height * panels.used(true) * output;
    projection = bias + height * panels.vectors;
    size = projection + (output < panels.hidden ? vectors_of<T>(output) * lanes<T> * panels.hidden : 0);
  }
};

/// Packs the rows of a weight, transposed: for each panel and column of the weight, one row of its vectors.
template <typename Cell, typename T>
void pack_rows(const Panels<Cell, T> &panels, bool hh, const T *weight, int64_t columns, int64_t first_panel,
               int64_t last_panel, T *to) {
  const int first_vector = panels.first(hh), vectors = panels.used(hh);
  for (int64_t p = first_panel; p < last_panel; ++p)
    for (int64_t k = 0; k < columns; k += lanes<T>)
      for (int v = 0; v < vectors; ++v) {
        const int64_t unit = panels.unit(p, first_vector + v);
        const T *from = weight + panels.weight_row(hh, first_vector + v, unit) * columns + k;
        Vector<T> square[lanes<T>];
        for (int64_t lane = 0; lane < lanes<T>; ++lane)
          square[lane] = unit + lane < panels.hidden ? load(from + lane * columns, columns - k) : Vector<T>{};
        transpose<T>(square);
        for (int64_t i = 0; i < least(lanes<T>, columns - k); ++i)
          store(to + ((p * columns + k + i) * vectors + v) * lanes<T>, square[i]);
      }
}

template <typename Cell, typename T>
void pack(const Layer<T> &layer, int64_t part, int64_t parts, T *packed) {
  const Panels<Cell, T> panels(layer.hidden);
  const Packed<Cell, T> places(layer.input, layer.output, panels);
  const int64_t first = panels.count * part / parts, last = panels.count * (part + 1) / parts;
  pack_rows(panels, false, layer.weight_ih, layer.input, first, last, packed + places.x);
  pack_rows(panels, true, layer.weight_hh, layer.output, first, last, packed + places.h);
  if (layer.projects()) {
    const Panels<TanhCell, T> rows(layer.output);  // of one gate
    pack_rows(rows, false, layer.weight_hr, layer.hidden, rows.count * part / parts,
              rows.count * (part + 1) / parts, packed + places.projection);
  }
  T *sums = packed + places.bias;
  for (int64_t i = first * panels.columns; i < last * panels.columns; ++i) sums[i] = 0;
  for (int weight = 0; weight < 2; ++weight) {
    const bool hh = weight == 1;
    const T *bias = hh ? layer.bias_hh : layer.bias_ih;
    if (bias == nullptr) continue;
    for (int64_t p = first; p < last; ++p)
      for (int v = panels.first(hh); v < panels.first(hh) + panels.used(hh); ++v) {
        const int64_t unit = panels.unit(p, v);
        for (int64_t lane = 0; lane < least(lanes<T>, layer.hidden - unit); ++lane)
          sums[(p * panels.vectors + v) * lanes<T> + lane] += bias[panels.weight_row(hh, v, unit + lane)];
      }
  }
}

/// Adds W_ih x and W_hh h' to a tile.
template <typename Cell, typename T>
INLINE void add_inputs(Tile<T> &tile, int64_t rows, int blocks, const Product<T> &x, const Product<T> &h) {
  const auto add = [&]<int BLOCKS>(Constant<BLOCKS>) {
    constexpr int ALL = Cell::gates * BLOCKS;
    using X = Range<Cell::x_first, Cell::x_gates * BLOCKS>;
    using H = Range<Cell::h_first, Cell::h_gates * BLOCKS>;
    with_constant<rows_of_tile(ALL)>(rows,
                                     [&]<int ROWS>(Constant<ROWS>) { add_two<ROWS, ALL, X, H>(tile, x, h); });
  };
  if constexpr (Cell::gates == 1)
    with_constant<most_vectors>(blocks, add);
  else
    add(Constant<1>{});
}

/// The weights of a panel, and the rows of the inputs that it is multiplied by.
template <typename Cell, typename T>
struct Inputs {
  const Layer<T> &layer;
  Panels<Cell, T> panels{layer.hidden};
  Packed<Cell, T> packed{layer.input, layer.output, panels};

  void start(Tile<T> &tile, int64_t rows, int64_t p) const {
    const T *bias = layer.packed + packed.bias + p * panels.columns;
    for (int64_t r = 0; r < rows; ++r)
      for (int v = 0; v < panels.vectors; ++v) tile[r * panels.vectors + v] = load(bias + v * lanes<T>);
  }

  Product<T> x(int64_t p, int64_t row, int64_t stride) const {
    return {layer.x + row * layer.input, stride * layer.input, 1,
            layer.packed + packed.x + p * layer.input * panels.used(false) * lanes<T>, layer.input};
  }

  Product<T> h(int64_t p, const T *rows, int64_t stride) const {
    return {rows, stride, 1, layer.packed + packed.h + p * layer.output * panels.used(true) * lanes<T>,
            layer.output};
  }
};

template <typename Cell, typename T>
void input_sums(const Layer<T> &layer, int64_t first, int64_t last) {
  const Inputs<Cell, T> inputs{layer};
  const Panels<Cell, T> &panels = inputs.panels;
  for (int64_t p = 0; p < panels.count; ++p)
    in_blocks(first, last, rows_of_tile(panels.vectors), [&](int64_t row, int64_t rows) {
      Tile<T> sums;
      inputs.start(sums, rows, p);
      add_inputs<Cell>(sums, rows, panels.blocks, inputs.x(p, row, 1), Product<T>{});
      T *to = layer.gates + (p * layer.rows + row) * panels.columns;
      for (int64_t i = 0; i < rows * panels.vectors; ++i) store(to + i * lanes<T>, sums[i]);
    });
}

/// Computes h = W_hr m for some sequences of a step.
template <typename T>
void project(const Layer<T> &layer, int64_t t, int64_t first, int64_t last, const T *m, int64_t m_stride,
             const T *packed) {
  const int group = group_of<T>(layer.output);
  for (int64_t q = 0; q < groups_of<T>(layer.output); ++q)
    in_blocks(first, last, rows_of_tile(group), [&](int64_t n, int64_t rows) {
      Tile<T> h = {};
      const Product<T> product{m + n * m_stride, m_stride, 1, packed + q * layer.hidden * group * lanes<T>,
                               layer.hidden};
      add_products(h, rows, group, product, 1, 0);
      for (int64_t r = 0; r < rows; ++r)
        for (int v = 0; v < group; ++v) {
          const int64_t unit = (q * group + v) * lanes<T>;
          T *y = layer.y + Order<T>{layer}.row(t, n + r) * layer.y_stride;
          store(y + unit, h[r * group + v], layer.output - unit);
        }
    });
}

template <typename Cell, typename T>
void forward(const Layer<T> &layer, Share &share) {
  const Order<T> order{layer};
  const Inputs<Cell, T> inputs{layer};
  const Panels<Cell, T> &panels = inputs.panels;
  const int64_t hidden = layer.hidden, output = layer.output, width = panels.width();
  const auto c_row = [&](int64_t t, int64_t n) { return layer.saves ? order.own_row(t, n) : n; };

  const auto tile = [&](int64_t t, int64_t p, int64_t n, int64_t rows, bool starts) {
    const int64_t row = order.row(t, n);
    const T *h = starts ? layer.h0 + n * output : layer.y + order.row(order.before(t), n) * layer.y_stride;
    const int64_t h_stride = starts ? output : layer.stride * layer.y_stride;
    T *gates = layer.gates + (p * layer.rows + order.own_row(t, n)) * panels.columns;
    Tile<T> sums;
    if (layer.has_sums) {
      for (int v = 0; v < panels.vectors; ++v) sums[v] = load(gates + v * lanes<T>);
    } else {
      inputs.start(sums, rows, p);
    }
    add_inputs<Cell>(sums, rows, panels.blocks,
                     layer.has_sums ? Product<T>{} : inputs.x(p, row, layer.stride),
                     inputs.h(p, h, h_stride));
    for (int64_t r = 0; r < rows; ++r)
      for (int b = 0; b < panels.blocks; ++b) {
        const int64_t unit = (p * panels.blocks + b) * lanes<T>, units = hidden - unit;
        Vector<T> before = {}, c = {}, result;
        if constexpr (Cell::has_c) {
          before = starts ? load(layer.c0 + (n + r) * hidden + unit, units)
                          : load(layer.c + c_row(order.before(t), n + r) * width + unit);
        } else if (Cell::gates > 1) {
          before = load(h + r * h_stride + unit, units);
        }
        Vector<T> *gate = sums + r * panels.vectors + b * Cell::gates;
        Cell::template forward<T>(gate, before, c, result);
        if constexpr (Cell::has_c) store(layer.c + c_row(t, n + r) * width + unit, c);
        if (layer.projects())
          store(layer.m + c_row(t, n + r) * width + unit, result);
        else
          store(layer.y + (row + r * layer.stride) * layer.y_stride + unit, result, units);
        if (layer.saves)
          for (int g = 0; g < Cell::gates; ++g)
            store(gates + r * panels.columns + (b * Cell::gates + g) * lanes<T>, gate[g]);
      }
  };

  const int64_t first = share.first;
  for (int64_t i = share.first_step; i < layer.steps; ++i) {
    const int64_t t = order.at(i), last = least(share.start(), layer.active[t]);
    const int64_t continued = most(first, least(order.count(order.before(t)), last));
    for (int64_t p = 0; p < panels.count; ++p) {
      const auto part = [&](int64_t from, int64_t to, bool starts) {
        in_blocks(from, to, rows_of_tile(panels.vectors),
                  [&](int64_t n, int64_t rows) { tile(t, p, n, rows, starts); });
      };
      part(first, continued, false);
      part(continued, last, true);
    }
    if (layer.projects())
      project(layer, t, first, last, layer.m + c_row(t, 0) * width, width,
              layer.packed + inputs.packed.projection);
    // The last step of some sequences: the first ones of those that have no step after it.
    for (int64_t n = most(first, order.count(order.after(t))); n < last; ++n) {
      for (int64_t unit = 0; unit < output; ++unit)
        layer.hn[n * output + unit] = layer.y[order.row(t, n) * layer.y_stride + unit];
      if constexpr (Cell::has_c)
        for (int64_t unit = 0; unit < hidden; ++unit)
          layer.cn[n * hidden + unit] = layer.c[c_row(t, n) * width + unit];
    }
  }
}

}  // namespace
}  // namespace panama_torch::kernels
