// Compiled once for each instruction set, with PANAMA_TORCH_SET as the namespace of its tables.
#include "layer.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wsign-conversion"  // which it gives for array bounds that are template parameters
#endif

#include "backward.h"
#include "forward.h"

namespace panama_torch::kernels {
namespace {

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
  all.vector_bits = 8 * PANAMA_TORCH_VECTOR_BYTES;
  all.sizes = [](Kind kind, int64_t input, int64_t hidden, int64_t output) {
    return with_cell(kind, [&]<typename Cell>(Cell) {
      const Panels<Cell, T> panels(hidden);
      const int64_t height = panels.count * lanes<T>, width = vectors_of<T>(output) * lanes<T>;
      return Sizes{.hidden = panels.width(),
                   .output = width,
                   .gates = height * panels.vectors,
                   .packed = Packed<Cell, T>(input, output, panels).size,
                   .packed_ih = height * panels.used(false) * vectors_of<T>(input) * lanes<T>,
                   .packed_hh = height * panels.used(true) * width,
                   .packed_hr = width * panels.width(),
                   .chunk = rows_of_chunk<T>(weight_columns<T>(input, output)),
                   .weight_blocks = weight_groups<T>(input, output) * panels.count,
                   .projection_blocks = groups_of<T>(hidden),
                   .columns = copied_columns<T>(input, hidden, output)};
    });
  };
  all.pack = [](const Layer<T> &layer, int64_t part, int64_t parts, T *packed) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { pack<Cell>(layer, part, parts, packed); });
  };
  all.input_sums = [](const Layer<T> &layer, int64_t first, int64_t last) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { input_sums<Cell>(layer, first, last); });
  };
  all.forward = [](const Layer<T> &layer, Share &share) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { forward<Cell>(layer, share); });
  };
  all.pack_backward = [](const Layer<T> &layer, const PackedForBackward<T> &packed, int64_t part,
                         int64_t parts) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { pack_backward<Cell>(layer, packed, part, parts); });
  };
  all.backward = [](const Layer<T> &layer, const Gradients<T> &gradients, Share &share) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { backward<Cell>(layer, gradients, share); });
  };
  all.input_gradient = [](const Layer<T> &layer, const Gradients<T> &gradients) {
    with_cell(layer.kind, [&]<typename Cell>(Cell) { input_gradient<Cell>(layer, gradients); });
  };
  all.weight_gradients = [](const Layer<T> *layers, const Gradients<T> *gradients, int64_t count,
                            Share &share, T *columns) {
    with_cell(layers->kind,
              [&]<typename Cell>(Cell) { weight_gradients<Cell>(layers, gradients, count, share, columns); });
  };
  all.projection_gradient = &projection_gradient<T>;
  return all;
}

}  // namespace

namespace PANAMA_TORCH_SET {
extern constinit const Kernels<float> of_float = table<float>();
extern constinit const Kernels<double> of_double = table<double>();
}  // namespace PANAMA_TORCH_SET

}  // namespace panama_torch::kernels
