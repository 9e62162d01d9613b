// The order of the gates in memory.
#pragma once

#include "cells.h"
#include "layer.h"
#include "product.h"

namespace panama_torch::kernels {
namespace {

/// A panel holds all gates of a vector of hidden units or, if there is one gate, of several such vectors. Gates are stored
/// panel by panel; a panel has a row for each row of the layer.
template <typename Cell, typename T>
struct Panels {
  int64_t hidden;
  int blocks;   ///< vectors of hidden units in a panel
  int vectors;  ///< of all gates
  int64_t count, columns;

  explicit Panels(int64_t hidden_units)
      : hidden(hidden_units),
        blocks(Cell::gates == 1 ? group_of<T>(hidden) : 1),
        vectors(Cell::gates * blocks),
        count(vectors_of<T>(hidden) / blocks),
        columns(vectors * lanes<T>) {}

  /// Returns the hidden units, filled up to vectors.
  int64_t width() const { return count * blocks * lanes<T>; }
  /// Returns the first of the vectors that W_ih x or W_hh h' is added to.
  int first(bool hh) const { return hh ? Cell::h_first : Cell::x_first; }
  /// Returns the number of these vectors.
  int used(bool hh) const { return (hh ? Cell::h_gates : Cell::x_gates) * blocks; }
  /// Returns the first hidden unit of a vector.
  int64_t unit(int64_t panel, int vector) const { return (panel * blocks + vector / Cell::gates) * lanes<T>; }
  /// Returns the row of weight_ih or weight_hh for a hidden unit.
  int64_t weight_row(bool hh, int vector, int64_t unit) const {
    const int gate = vector % Cell::gates;
    return (hh ? Cell::h_block(gate) : Cell::x_block(gate)) * hidden + unit;
  }
};

/// The neighbours of a step in the order of computation.
template <typename T>
struct Order {
  const Layer<T> &layer;
  int64_t at(int64_t i) const { return layer.reverse ? layer.steps - 1 - i : i; }
  int64_t before(int64_t t) const { return layer.reverse ? t + 1 : t - 1; }
  int64_t after(int64_t t) const { return layer.reverse ? t - 1 : t + 1; }
  /// Returns how many sequences have a step; none have one outside.
  int64_t count(int64_t t) const { return t < 0 || t >= layer.steps ? 0 : layer.active[t]; }
  /// Returns the row of x and y.
  int64_t row(int64_t t, int64_t n) const { return layer.offsets[t] + n * layer.stride; }
  /// Returns the row of the gates and of c.
  int64_t own_row(int64_t t, int64_t n) const { return layer.starts[t] + n; }
};

}  // namespace
}  // namespace panama_torch::kernels
