// The recurrent kernels: one direction of one layer, forward and backward, without libtorch.
#pragma once

#include <cstdint>

namespace panama_torch::kernels {

enum class Kind { RnnTanh, RnnRelu, Gru, Lstm };

/// One direction of one layer. A matrix with a row for each step of each sequence has sequence n at step t in row
/// offsets[t] + n * stride; the first active[t] sequences have a step t, and active never increases.
template <typename T>
struct Layer {
  Kind kind;
  bool reverse;
  int64_t steps, sequences, input, hidden;
  const int64_t *offsets, *active;
  int64_t stride;

  const T *weight_ih, *weight_hh, *bias_ih, *bias_hh;  ///< as torch.nn has them; biases may be null
  const T *x;                                          ///< (rows, input)
  int64_t x_stride;                                    ///< from one row to the next
  const T *h0, *c0;                                    ///< (sequences, hidden); null for zeros
  T *y;                                                ///< (rows, hidden)
  int64_t y_stride;
  T *packed;   ///< packed weights, `Sizes::packed`
  T *gates;    ///< activations of the gates, (rows, Sizes::gates); null if there is no backward pass
  T *c;        ///< LSTM only: (rows, Sizes::hidden), or (sequences, Sizes::hidden) without backward pass
  T *hn, *cn;  ///< (sequences, hidden)
};

/// What the backward pass reads and writes in addition.
template <typename T>
struct Gradients {
  const T *y;  ///< of y; null for zeros
  int64_t y_stride;
  const T *hn, *cn;  ///< (sequences, hidden); null for zeros
  T *packed;         ///< packed weights, `Sizes::packed_backward`
  T *carry, *c;      ///< (sequences, Sizes::hidden), for this pass
  T *gates;          ///< of the gates before their activation, (rows, Sizes::gates)
  T *h0, *c0;        ///< (sequences, hidden); null if not wanted
};

/// Numbers of elements. The columns of matrices of this library are grouped by vectors of hidden units and filled up.
struct Sizes {
  int64_t hidden, gates, packed, packed_backward;
};

/// The kernels compiled for one instruction set.
template <typename T>
struct Kernels {
  Sizes (*sizes)(Kind kind, int64_t input, int64_t hidden);
  void (*pack)(const Layer<T> &);
  void (*forward)(const Layer<T> &, int64_t first, int64_t last);  ///< for some of the sequences
  void (*pack_backward)(const Layer<T> &, const Gradients<T> &);
  void (*backward)(const Layer<T> &, const Gradients<T> &, int64_t first, int64_t last);
  /// Copies the rows of a weight to the order of the columns of `gates`, with rows of zeros between them, or back.
  void (*to_columns)(Kind, bool hh, int64_t hidden, int64_t columns, const T *weight, T *rows);
  void (*from_columns)(Kind, bool hh, int64_t hidden, int64_t columns, const T *rows, T *weight);
};

/// Returns the kernels for this processor.
template <typename T>
const Kernels<T> &kernels();

}  // namespace panama_torch::kernels
