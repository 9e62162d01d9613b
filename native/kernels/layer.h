// The recurrent kernels: one direction of one layer, forward and backward, without libtorch.
#pragma once

#include <cstdint>
#include <string_view>

#include "share.h"

namespace panama_torch::kernels {

enum class Kind { RnnTanh, RnnRelu, Gru, Lstm };

/// One direction of one layer, for the sequences of one thread. The first active[t] sequences have a step t, and active
/// never increases. x and y have a row for each step of each sequence: sequence n at step t is row
/// offsets[t] + n * stride. The gates and c have their rows in the order of the steps: there it is row starts[t] + n.
template <typename T>
struct Layer {
  Kind kind;
  bool reverse;
  int64_t steps, sequences, rows, input, hidden;
  int64_t output;  ///< the columns of h: hidden, or fewer with a projection
  const int64_t *offsets, *active, *starts;
  int64_t stride;

  const T *weight_ih, *weight_hh, *bias_ih, *bias_hh;  ///< as torch.nn has them; biases may be null
  const T *x;                                          ///< (rows, input)
  const T *weight_hr;                                  ///< (output, hidden); null without a projection
  const T *h0, *c0;                                    ///< (sequences, output) and (sequences, hidden)
  T *y;                                                ///< (rows, output)
  int64_t y_stride;                                    ///< from one row to the next
  const T *packed;                                     ///< packed weights, `Sizes::packed`
  bool saves;  ///< whether the gates and c of each row are stored for the backward pass
  /// Whether `gates` has the sums of the biases and W_ih x, by `input_sums`; for one sequence only.
  bool has_sums;
  T *gates;    ///< `Sizes::gates` for each row; null unless `saves` or `has_sums`
  T *c;        ///< LSTM only: (rows, Sizes::hidden), or (sequences, Sizes::hidden) unless `saves`
  T *m;        ///< with a projection only: o tanh(c), like c
  T *hn, *cn;  ///< (sequences, output) and (sequences, hidden)

  bool projects() const { return output < hidden; }
};

/// Weights packed for the backward pass: `Sizes::packed_ih` and so on.
template <typename T>
struct PackedForBackward {
  T *ih;  ///< null if the gradient of x is not wanted
  T *hh;
  T *hr;  ///< null without a projection
};

/// What the backward pass reads and writes in addition.
template <typename T>
struct Gradients {
  const T *y;  ///< of y; null for zeros
  int64_t y_stride;
  const T *hn, *cn;  ///< like Layer::hn and cn; null for zeros
  PackedForBackward<T> packed;
  T *carry, *c;               ///< (sequences, Sizes::output) and (sequences, Sizes::hidden), for this pass
  T *h;                       ///< with a projection only: of h, (rows, Sizes::output)
  T *gates;                   ///< of the sums of the gates, `Sizes::gates` for each row; may be Layer::gates
  T *h0, *c0;                 ///< like Layer::h0 and c0; null if not wanted
  T *x;                       ///< (rows, input)
  bool adds_x, adds_weights;  ///< whether the gradients of x and of the weights are added to what is there
  /// For each row of the gates: its row of x, and the row of y of the step before; ~n for the first step of sequence n.
  const int64_t *x_rows, *y_rows;
  T *weight_ih, *weight_hh, *bias_ih, *bias_hh, *weight_hr;  ///< null if not wanted
};

/// Numbers of elements, of the rows of a step of `weight_gradients`, and of blocks of the weights' gradients.
struct Sizes {
  int64_t hidden, output, gates, packed, packed_ih, packed_hh, packed_hr, chunk, weight_blocks,
      projection_blocks, columns;
};

/// The kernels compiled for one instruction set. Calls for different layers, ranges or parts may run at the same time.
template <typename T>
struct Kernels {
  int64_t vector_bits;
  Sizes (*sizes)(Kind kind, int64_t input, int64_t hidden, int64_t output);

  /// Packs one of several parts of the weights and biases for the forward pass.
  void (*pack)(const Layer<T> &, int64_t part, int64_t parts, T *packed);
  /// Computes the sums of the biases and W_ih x of some rows.
  void (*input_sums)(const Layer<T> &, int64_t first, int64_t last);
  /// Computes the steps of a share, whose items are sequences.
  void (*forward)(const Layer<T> &, Share &);

  /// Packs one of several parts of the weights for the backward pass.
  void (*pack_backward)(const Layer<T> &, const PackedForBackward<T> &, int64_t part, int64_t parts);
  /// Computes the gradients of the gates and of the initial states, for a share whose items are sequences, and whose
  /// first step is the last one of the layer.
  void (*backward)(const Layer<T> &, const Gradients<T> &, Share &);
  /// Computes the gradient of x from those of the gates.
  void (*input_gradient)(const Layer<T> &, const Gradients<T> &);
  /// Computes blocks of the gradients of the weights and biases from those of the gates of several layers with the same
  /// weights, for a share whose items are blocks, and whose steps are the chunks of the rows of each layer.
  /// @param columns memory for `Sizes::columns` elements
  void (*weight_gradients)(const Layer<T> *, const Gradients<T> *, int64_t count, Share &, T *columns);
  /// Computes some blocks of the gradient of weight_hr from that of h.
  void (*projection_gradient)(const Layer<T> &, const Gradients<T> &, int64_t first, int64_t last,
                              T *columns);
};

/// Returns the kernels for some instructions.
/// @param capability the name that at::get_cpu_capability() has for them
template <typename T>
const Kernels<T> *kernels(std::string_view capability);

}  // namespace panama_torch::kernels
