// The backward pass: the gradients of the gates, step by step, and then those of the input and the weights.
#pragma once

#include "panel.h"

namespace panama_torch::kernels {
namespace {

/// Packs the rows of a weight in the order of the gates: for each group of columns, the rows of all panels.
template <typename Cell, typename T>
void pack_columns(const Panels<Cell, T> &panels, bool hh, const T *weight, int64_t columns, int64_t part,
                  int64_t parts, T *to) {
  const int64_t group = group_of<T>(columns) * lanes<T>, groups = groups_of<T>(columns);
  const int64_t first_group = groups * part / parts, last_group = groups * (part + 1) / parts;
  to += first_group * panels.count * panels.used(hh) * lanes<T> * group;
  for (int64_t first = first_group * group; first < last_group * group; first += group)
    for (int64_t p = 0; p < panels.count; ++p)
      for (int v = panels.first(hh); v < panels.first(hh) + panels.used(hh); ++v)
        for (int64_t lane = 0; lane < lanes<T>; ++lane) {
          const int64_t unit = panels.unit(p, v) + lane;
          const T *row = weight + panels.weight_row(hh, v, unit) * columns;
          for (int64_t k = first; k < first + group; k += lanes<T>, to += lanes<T>)
            store(to, unit < panels.hidden ? load(row + k, columns - k) : Vector<T>{});
        }
}

template <typename Cell, typename T>
void pack_backward(const Layer<T> &layer, const PackedForBackward<T> &packed, int64_t part, int64_t parts) {
  const Panels<Cell, T> panels(layer.hidden);
  if (packed.ih != nullptr) pack_columns(panels, false, layer.weight_ih, layer.input, part, parts, packed.ih);
  pack_columns(panels, true, layer.weight_hh, layer.output, part, parts, packed.hh);
  if (layer.projects())
    pack_columns(Panels<TanhCell, T>(layer.output), false, layer.weight_hr, layer.hidden, part, parts,
                 packed.hr);
}

/// Adds the gradients of the gates, from a row on, times a group of columns of a weight to a tile.
template <typename Cell, typename T>
INLINE void add_gates(Tile<T> &tile, int64_t rows, const Layer<T> &layer, const Gradients<T> &gradients,
                      bool hh, int64_t group, int64_t row) {
  const Panels<Cell, T> panels(layer.hidden);
  const int vectors = group_of<T>(hh ? layer.output : layer.input);
  const int64_t depth = panels.used(hh) * lanes<T>;
  const T *packed = hh ? gradients.packed.hh : gradients.packed.ih;
  const Product<T> product{gradients.gates + row * panels.columns + panels.first(hh) * lanes<T>,
                           panels.columns, 1, packed + group * panels.count * depth * vectors * lanes<T>,
                           depth};
  add_products(tile, rows, vectors, product, panels.count, layer.rows * panels.columns);
}

template <typename Cell, typename T>
void backward(const Layer<T> &layer, const Gradients<T> &gradients, Share &share) {
  const Order<T> order{layer};
  const Panels<Cell, T> panels(layer.hidden);
  const int64_t hidden = layer.hidden, output = layer.output, width = panels.width();
  const int64_t h_width = vectors_of<T>(output) * lanes<T>;
  const int h_group = group_of<T>(output);

  const auto fill = [&](T *to, int64_t to_width, const T *from, int64_t columns) {
    for (int64_t n = 0; n < layer.sequences; ++n)
      for (int64_t unit = 0; unit < to_width; ++unit)
        to[n * to_width + unit] = from != nullptr && unit < columns ? from[n * columns + unit] : T(0);
  };
  if (share.first_step == 0) {
    fill(gradients.carry, h_width, gradients.hn, output);
    if constexpr (Cell::has_c) fill(gradients.c, width, gradients.cn, hidden);
  }

  /// Computes the gradients of the gates of a vector of hidden units from that of its h, or of its m.
  const auto gates_of = [&](int64_t t, int64_t n, int64_t block, Vector<T> &dh, bool starts) {
    const int64_t row = order.own_row(t, n), unit = block * lanes<T>, units = hidden - unit;
    const int64_t gates = (block / panels.blocks * layer.rows + row) * panels.columns +
                          block % panels.blocks * Cell::gates * lanes<T>;
    Vector<T> gate[Cell::gates], before = {}, c = {}, dc = {};
    for (int g = 0; g < Cell::gates; ++g) gate[g] = load(layer.gates + gates + g * lanes<T>);
    if constexpr (Cell::has_c) {
      c = load(layer.c + row * width + unit);
      dc = load(gradients.c + n * width + unit);
      before = starts ? load(layer.c0 + n * hidden + unit, units)
                      : load(layer.c + order.own_row(order.before(t), n) * width + unit);
    } else if (Cell::gates > 1) {
      before = load(starts ? layer.h0 + n * hidden + unit
                           : layer.y + order.row(order.before(t), n) * layer.y_stride + unit,
                    units);
    }
    Cell::template backward<T>(gate, before, c, dh, dc);
    for (int g = 0; g < Cell::gates; ++g) store(gradients.gates + gates + g * lanes<T>, gate[g]);
    if constexpr (Cell::has_c) store(gradients.c + n * width + unit, dc);
  };

  const auto start = [&](Tile<T> &dh, int64_t q, int64_t n, int64_t rows) {
    for (int64_t r = 0; r < rows; ++r)
      for (int v = 0; v < h_group; ++v)
        dh[r * h_group + v] = load(gradients.carry + (n + r) * h_width + (q * h_group + v) * lanes<T>);
  };

  const auto tile = [&](int64_t t, int64_t q, int64_t n, int64_t rows, bool starts, bool ends) {
    Tile<T> dh;
    start(dh, q, n, rows);
    if (!ends) add_gates<Cell>(dh, rows, layer, gradients, true, q, order.own_row(order.after(t), n));
    for (int64_t r = 0; r < rows; ++r)
      for (int v = 0; v < h_group; ++v) {
        const int64_t block = q * h_group + v, unit = block * lanes<T>;
        Vector<T> own = dh[r * h_group + v];
        if (gradients.y != nullptr)
          own += load(gradients.y + order.row(t, n + r) * gradients.y_stride + unit, output - unit);
        if (layer.projects()) {
          store(gradients.h + order.own_row(t, n + r) * h_width + unit, own);
          own = Vector<T>{};
        } else {
          gates_of(t, n + r, block, own, starts);
        }
        store(gradients.carry + (n + r) * h_width + unit, own);
      }
  };

  /// Computes the gradients of the gates from those of h.
  const auto projected_tile = [&](int64_t t, int64_t q, int64_t n, int64_t rows, bool starts) {
    const int group = group_of<T>(hidden);
    Tile<T> dm = {};
    const Product<T> product{gradients.h + order.own_row(t, n) * h_width, h_width, 1,
                             gradients.packed.hr + q * h_width * group * lanes<T>, output};
    add_products(dm, rows, group, product, 1, 0);
    for (int64_t r = 0; r < rows; ++r)
      for (int v = 0; v < group; ++v) gates_of(t, n + r, q * group + v, dm[r * group + v], starts);
  };

  const auto initial = [&](int64_t t, int64_t q, int64_t n, int64_t rows) {
    Tile<T> dh;
    start(dh, q, n, rows);
    add_gates<Cell>(dh, rows, layer, gradients, true, q, order.own_row(t, n));
    for (int64_t r = 0; r < rows; ++r)
      for (int v = 0; v < h_group; ++v) {
        const int64_t unit = (q * h_group + v) * lanes<T>;
        store(gradients.h0 + (n + r) * output + unit, dh[r * h_group + v], output - unit);
      }
  };

  const int64_t first = share.first;
  int64_t last = first;
  for (int64_t i = share.first_step; i < layer.steps; ++i) {
    last = share.start();
    const int64_t t = order.at(layer.steps - 1 - i), active = layer.active[t];
    const int64_t continued = least(order.count(order.before(t)), active);
    const int64_t goes_on = least(order.count(order.after(t)), active);
    // All sequences of a step either continue or go on, except at both ends.
    const int64_t low = least(continued, goes_on), high = most(continued, goes_on);
    const auto each_group = [&](int64_t columns, auto work) {
      for (int64_t q = 0; q < groups_of<T>(columns); ++q) {
        const auto part = [&](int64_t from, int64_t to) {
          in_blocks(most(from, first), least(to, last), rows_of_tile(group_of<T>(columns)),
                    [&](int64_t n, int64_t rows) { work(q, n, rows, from >= continued, from >= goes_on); });
        };
        part(0, low);
        part(low, high);
        part(high, active);
      }
    };
    each_group(output, [&](int64_t q, int64_t n, int64_t rows, bool starts, bool ends) {
      tile(t, q, n, rows, starts, ends);
    });
    if (layer.projects())
      each_group(hidden, [&](int64_t q, int64_t n, int64_t rows, bool starts, bool) {
        projected_tile(t, q, n, rows, starts);
      });
    if (gradients.h0 != nullptr)
      for (int64_t q = 0; q < groups_of<T>(output); ++q)
        in_blocks(most(continued, first), least(active, last), rows_of_tile(h_group),
                  [&](int64_t n, int64_t rows) { initial(t, q, n, rows); });
  }
  if constexpr (Cell::has_c)
    if (gradients.c0 != nullptr)
      for (int64_t n = first; n < last; ++n)
        for (int64_t unit = 0; unit < hidden; ++unit)
          gradients.c0[n * hidden + unit] = gradients.c[n * width + unit];
}

template <typename Cell, typename T>
void input_gradient(const Layer<T> &layer, const Gradients<T> &gradients) {
  const int group = group_of<T>(layer.input);
  constexpr int64_t most_rows = 48;  // whose gates stay in the second cache
  for (int64_t from = 0; from < layer.rows; from += most_rows)
    for (int64_t q = 0; q < groups_of<T>(layer.input); ++q)
      in_blocks(from, least(from + most_rows, layer.rows), rows_of_tile(group),
                [&](int64_t row, int64_t rows) {
                  Tile<T> dx = {};
                  add_gates<Cell>(dx, rows, layer, gradients, false, q, row);
                  for (int64_t r = 0; r < rows; ++r)
                    for (int v = 0; v < group; ++v) {
                      const int64_t column = (q * group + v) * lanes<T>, columns = layer.input - column;
                      T *to = gradients.x + gradients.x_rows[row + r] * layer.input + column;
                      const Vector<T> sum = dx[r * group + v];
                      store(to, gradients.adds_x ? load<T>(to, columns) + sum : sum, columns);
                    }
                });
}

/// Returns the number of groups of columns of both weights.
template <typename T>
INLINE int64_t weight_groups(int64_t input, int64_t output) {
  return groups_of<T>(input) + groups_of<T>(output);
}

/// A group of columns of the gradient of weight_ih or weight_hh.
template <typename T>
struct WeightColumns {
  const Layer<T> &layer;
  const Gradients<T> &gradients;
  bool hh;
  int64_t all, first;  ///< columns
  int64_t position;    ///< of the first column, counted through both weights
  int vectors;

  /// @param group counted through both weights
  WeightColumns(const Layer<T> &of, const Gradients<T> &to, int64_t group) : layer(of), gradients(to) {
    const int64_t groups = groups_of<T>(layer.input);
    hh = group >= groups;
    all = hh ? layer.output : layer.input;
    vectors = group_of<T>(all);
    first = (hh ? group - groups : group) * vectors * lanes<T>;
    position = (hh ? vectors_of<T>(layer.input) * lanes<T> : 0) + first;
  }

  T *gradient() const { return hh ? gradients.weight_hh : gradients.weight_ih; }
};

/// The bytes of the copied columns, which stay in the second cache.
constexpr int64_t copied_bytes = 768 << 10;

/// Returns the number of the columns of both weights, each filled up to vectors.
template <typename T>
INLINE int64_t weight_columns(int64_t input, int64_t output) {
  return (vectors_of<T>(input) + vectors_of<T>(output)) * lanes<T>;
}

/// Returns the rows whose products are summed in registers before the gradient is read and written.
/// @param columns the columns that are copied
template <typename T>
INLINE int64_t rows_of_chunk(int64_t columns) {
  return most(64, least(512, copied_bytes / int64_t{sizeof(T)} / columns));
}

/// Returns the number of elements of the copied columns.
template <typename T>
INLINE int64_t copied_columns(int64_t input, int64_t hidden, int64_t output) {
  const int64_t columns = weight_columns<T>(input, output), width = vectors_of<T>(hidden) * lanes<T>;
  return most(rows_of_chunk<T>(columns) * columns, rows_of_chunk<T>(width) * width);
}

/// Copies some groups of columns of some rows of x and h', group by group, and fills vectors up with zeros.
template <typename T>
void copy_columns(const Layer<T> &layer, const Gradients<T> &gradients, int64_t first_group,
                  int64_t last_group, int64_t first_row, int64_t last_row, T *to) {
  const int64_t x_groups = groups_of<T>(layer.input), rows = last_row - first_row;
  const auto copy = [&](const T *from, int64_t columns, int64_t first, int64_t last, T *row_of_first) {
    const int64_t width = group_of<T>(columns) * lanes<T>;
    for (int64_t group = first; group < last; ++group)
      for (int64_t k = 0; k < width; k += lanes<T>)
        store(row_of_first + group * width * rows + k,
              load<T>(from + group * width + k, columns - group * width - k));
  };
  const int64_t x_width = vectors_of<T>(layer.input) * lanes<T>;
  for (int64_t row = first_row; row < last_row; ++row) {
    const int64_t before = gradients.y_rows[row], i = row - first_row;
    if (gradients.weight_ih != nullptr)
      copy(layer.x + gradients.x_rows[row] * layer.input, layer.input, first_group,
           least(last_group, x_groups), to + i * group_of<T>(layer.input) * lanes<T>);
    if (gradients.weight_hh != nullptr)
      copy(before >= 0 ? layer.y + before * layer.y_stride : layer.h0 + ~before * layer.output, layer.output,
           most(first_group - x_groups, 0), last_group - x_groups,
           to + x_width * rows + i * group_of<T>(layer.output) * lanes<T>);
  }
}

/// Adds left[k][i] right[k][j], summed over k, to some rows i and columns j of a gradient.
template <typename T>
struct OuterProduct {
  const T *left;
  int64_t left_stride;
  const T *right;  ///< rows of `vectors` vectors
  int vectors;
  int64_t depth;
  bool adds;  ///< otherwise replaces

  void operator()(int64_t rows, T *to, int64_t stride, int64_t columns) const {
    in_blocks(0, rows, rows_of_tile(vectors), [&](int64_t first, int64_t count) {
      const Product<T> product{left + first, 1, left_stride, right, depth};
      T *const from = to + first * stride;
      with_constant<most_vectors>(vectors, [&]<int ALL>(Constant<ALL>) {
        with_constant<rows_of_tile(ALL)>(count, [&]<int ROWS>(Constant<ROWS>) {
          add_to_rows<ROWS, ALL>(from, stride, columns, product, adds);
        });
      });
    });
  }
};

/// Adds the products of some rows to the gradient of a weight, for one panel.
template <typename Cell, typename T>
void add_to_weight(const WeightColumns<T> &block, int64_t p, int64_t first, int64_t last, const T *copied) {
  const Layer<T> &layer = block.layer;
  const Panels<Cell, T> panels(layer.hidden);
  const bool adds = first > 0 || block.gradients.adds_weights;
  const T *gates = block.gradients.gates + (p * layer.rows + first) * panels.columns;
  for (int v = panels.first(block.hh); v < panels.first(block.hh) + panels.used(block.hh); ++v) {
    const int64_t unit = panels.unit(p, v);
    const OuterProduct<T> add{gates + v * lanes<T>, panels.columns, copied,
                              block.vectors,        last - first,   adds};
    add(least(lanes<T>, layer.hidden - unit),
        block.gradient() + panels.weight_row(block.hh, v, unit) * block.all + block.first, block.all,
        block.all - block.first);
  }
}

/// Adds the gradients of the gates of some rows to those of the biases, for one panel.
template <typename Cell, typename T>
void add_to_biases(const Layer<T> &layer, const Gradients<T> &gradients, int64_t p, int64_t first,
                   int64_t last) {
  const Panels<Cell, T> panels(layer.hidden);
  const bool adds = first > 0 || gradients.adds_weights;
  for (int v = 0; v < panels.vectors; ++v) {
    const T *gates = gradients.gates + (p * layer.rows + first) * panels.columns + v * lanes<T>;
    Vector<T> sum = {};
    for (int64_t row = first; row < last; ++row, gates += panels.columns) sum += load(gates);
    const int64_t unit = panels.unit(p, v);
    for (int weight = 0; weight < 2; ++weight) {
      const bool hh = weight == 1;
      T *bias = hh ? gradients.bias_hh : gradients.bias_ih;
      if (bias == nullptr || v < panels.first(hh) || v >= panels.first(hh) + panels.used(hh)) continue;
      for (int64_t lane = 0; lane < least(lanes<T>, layer.hidden - unit); ++lane) {
        T &to = bias[panels.weight_row(hh, v, unit + lane)];
        to = (adds ? to : T(0)) + sum[lane];
      }
    }
  }
}

/// Adds the products of some rows to some blocks.
template <typename Cell, typename T>
void add_to_blocks(const Layer<T> &layer, const Gradients<T> &gradients, int64_t first, int64_t last,
                   int64_t first_block, int64_t last_block, T *copied) {
  const int64_t groups = weight_groups<T>(layer.input, layer.output);
  const auto each_group = [&](int64_t from, int64_t to, auto work) {
    for (int64_t group = from; group < to; ++group) {
      const WeightColumns<T> columns(layer, gradients, group);
      if (columns.gradient() != nullptr) work(columns, copied + columns.position * (last - first));
    }
  };
  const int64_t first_group = first_block % groups, last_group = first_group + last_block - first_block;
  copy_columns(layer, gradients, last_group > groups ? 0 : first_group, least(last_group, groups), first,
               last, copied);
  for (int64_t p = first_block / groups; p * groups < last_block; ++p) {
    const int64_t from = most(first_block - p * groups, 0), to = least(last_block - p * groups, groups);
    if (from == 0) add_to_biases<Cell>(layer, gradients, p, first, last);
    each_group(from, to, [&](const auto &columns, const T *copy) {
      add_to_weight<Cell>(columns, p, first, last, copy);
    });
  }
}

/// Blocks are numbered by panels, and then by groups of columns, first those of weight_ih.
template <typename Cell, typename T>
void weight_gradients(const Layer<T> *layers, const Gradients<T> *gradients, int64_t count, Share &share,
                      T *copied) {
  int64_t step = 0;
  for (int64_t i = 0; i < count; ++i) {
    const Layer<T> &layer = layers[i];
    const int64_t chunk = rows_of_chunk<T>(weight_columns<T>(layer.input, layer.output));
    for (int64_t first = 0; first < layer.rows; first += chunk, ++step)
      if (step >= share.first_step)
        add_to_blocks<Cell>(layer, gradients[i], first, least(first + chunk, layer.rows), share.first,
                            share.start(), copied);
  }
}

/// Blocks are groups of columns.
template <typename T>
void projection_gradient(const Layer<T> &layer, const Gradients<T> &gradients, int64_t first_block,
                         int64_t last_block, T *copied) {
  const int64_t hidden = layer.hidden, width = vectors_of<T>(hidden) * lanes<T>;
  const int64_t h_width = vectors_of<T>(layer.output) * lanes<T>;
  const int vectors = group_of<T>(hidden);
  const int64_t chunk = rows_of_chunk<T>(width);
  for (int64_t first = 0; first < layer.rows; first += chunk) {
    const int64_t depth = least(chunk, layer.rows - first);
    for (int64_t block = first_block; block < last_block; ++block) {
      const int64_t column = block * vectors * lanes<T>;
      for (int64_t row = 0; row < depth; ++row)
        for (int64_t k = 0; k < vectors * lanes<T>; k += lanes<T>)
          store(copied + row * vectors * lanes<T> + k, load(layer.m + (first + row) * width + column + k));
      const OuterProduct<T> add{gradients.h + first * h_width,      h_width, copied, vectors, depth,
                                first > 0 || gradients.adds_weights};
      add(layer.output, gradients.weight_hr + column, hidden, hidden - column);
    }
  }
}

}  // namespace
}  // namespace panama_torch::kernels
