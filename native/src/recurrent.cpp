#include <ATen/autocast_mode.h>

#include "guard.h"
#include "handles.h"
#include "trusted.h"

using namespace panama_torch;

namespace {
template <size_t N>
void own_all(std::array<at::Tensor, N> tensors, pt_tensor **results) {
  for (size_t i = 0; i < N; ++i) results[i] = own(std::move(tensors[i]));
}

std::array<at::Tensor, 2> array(std::tuple<at::Tensor, at::Tensor> t) {
  return {std::get<0>(t), std::get<1>(t)};
}

std::array<at::Tensor, 3> array(std::tuple<at::Tensor, at::Tensor, at::Tensor> t) {
  return {std::get<0>(t), std::get<1>(t), std::get<2>(t)};
}

/// The parameters of a layer over padded input, once they are known to fit.
std::vector<at::Tensor> fitting(const at::Tensor &x, int64_t gates, const at::Tensor &h0,
                                const at::Tensor &c0, const pt_tensor *const *parameters, int64_t count,
                                const pt_recurrent &config) {
  TORCH_CHECK_VALUE(x.dim() == 3, "input: expected three dimensions, got ", x.sizes());
  std::vector<at::Tensor> tensors = list(parameters, count);
  check_parameters(x.size(config.batch_first ? 0 : 1), x.size(2), gates, h0, c0, tensors, config);
  return tensors;
}

/// The same over packed input.
std::vector<at::Tensor> fitting(const at::Tensor &data, const at::Tensor &batch_sizes, int64_t gates,
                                const at::Tensor &h0, const at::Tensor &c0,
                                const pt_tensor *const *parameters, int64_t count,
                                const pt_recurrent &config) {
  const int64_t batch = check_packing(data, batch_sizes);
  TORCH_CHECK_VALUE(data.dim() == 2, "data: expected (sum of lengths, H_in), got ", data.sizes());
  std::vector<at::Tensor> tensors = list(parameters, count);
  check_parameters(batch, data.size(1), gates, h0, c0, tensors, config);
  return tensors;
}

int64_t gates(pt_cell cell) {
  switch (cell) {
    case PT_RNN_TANH:
    case PT_RNN_RELU:
      return 1;
    case PT_GRU:
      return 3;
  }
  C10_THROW_ERROR(ValueError, "unknown pt_cell " + std::to_string(cell));
}

constexpr int64_t lstm_gates = 4;

/// Under autocast, the tensor in its type, as the kernel for a whole layer would cast it; otherwise the tensor
/// itself. libtorch chooses oneDNN's kernel for an LSTM by the type that the input has before it is cast: on a
/// processor without instructions for the lower type that kernel fails, where the others would have worked.
at::Tensor lowered(const at::Tensor &tensor) {
  if (!tensor.is_cpu() || !at::autocast::is_autocast_enabled(at::kCPU)) return tensor;
  return at::autocast::cached_cast(at::autocast::get_autocast_dtype(at::kCPU), tensor, at::kCPU);
}

/// Calls rnn_tanh, rnn_relu or gru, whose signatures are alike.
template <typename... Args>
std::tuple<at::Tensor, at::Tensor> run(pt_cell cell, const Args &...args) {
  if (cell == PT_GRU) return at::gru(args...);
  return cell == PT_RNN_TANH ? at::rnn_tanh(args...) : at::rnn_relu(args...);
}
}  // namespace

pt_status pt_rnn(pt_cell cell, const pt_tensor *x, const pt_tensor *h0, const pt_tensor *const *parameters,
                 int64_t parameter_count, const pt_recurrent *config, pt_tensor *results[2],
                 pt_call *call) {
  return status(call, [&] {
    std::vector<at::Tensor> weights =
        fitting(get(x), gates(cell), get(h0), get(h0), parameters, parameter_count, *config);
    own_all(
        array(run(cell, *get(x), *get(h0), at::TensorList(weights), config->has_biases, config->num_layers,
                  config->dropout, config->training, config->bidirectional, config->batch_first)),
        results);
  });
}

pt_status pt_rnn_packed(pt_cell cell, const pt_tensor *data, const pt_tensor *batch_sizes,
                        const pt_tensor *h0, const pt_tensor *const *parameters, int64_t parameter_count,
                        const pt_recurrent *config, pt_tensor *results[2], pt_call *call) {
  return status(call, [&] {
    std::vector<at::Tensor> weights = fitting(get(data), get(batch_sizes), gates(cell), get(h0), get(h0),
                                              parameters, parameter_count, *config);
    own_all(
        array(run(cell, *get(data), *get(batch_sizes), *get(h0), at::TensorList(weights), config->has_biases,
                  config->num_layers, config->dropout, config->training, config->bidirectional)),
        results);
  });
}

pt_status pt_lstm(const pt_tensor *x, const pt_tensor *h0, const pt_tensor *c0,
                  const pt_tensor *const *parameters, int64_t parameter_count, const pt_recurrent *config,
                  pt_tensor *results[3], pt_call *call) {
  return status(call, [&] {
    std::vector<at::Tensor> weights =
        fitting(get(x), lstm_gates, get(h0), get(c0), parameters, parameter_count, *config);
    at::Tensor input = *get(x), h = *get(h0), c = *get(c0);
    const bool projected = h.size(2) != c.size(2);
    if (!projected) {  // the others are not oneDNN's
      for (at::Tensor *tensor : {&input, &h, &c}) *tensor = lowered(*tensor);
      for (at::Tensor &weight : weights) weight = lowered(weight);
    }
    own_all(array(at::lstm(input, {h, c}, weights, config->has_biases, config->num_layers, config->dropout,
                           config->training, config->bidirectional, config->batch_first)),
            results);
  });
}

pt_status pt_lstm_packed(const pt_tensor *data, const pt_tensor *batch_sizes, const pt_tensor *h0,
                         const pt_tensor *c0, const pt_tensor *const *parameters, int64_t parameter_count,
                         const pt_recurrent *config, pt_tensor *results[3], pt_call *call) {
  return status(call, [&] {
    std::vector<at::Tensor> weights = fitting(get(data), get(batch_sizes), lstm_gates, get(h0), get(c0),
                                              parameters, parameter_count, *config);
    own_all(array(at::lstm(get(data), get(batch_sizes), {*get(h0), *get(c0)}, weights, config->has_biases,
                           config->num_layers, config->dropout, config->training, config->bidirectional)),
            results);
  });
}

pt_tensor *pt_pad_sequence(const pt_tensor *const *sequences, int64_t count, bool batch_first,
                           double padding_value, bool left, pt_call *call) {
  return pointer(call, [&] {
    return own(at::pad_sequence(list(sequences, count), batch_first, padding_value, left ? "left" : "right"));
  });
}

pt_status pt_pack_padded_sequence(const pt_tensor *x, const pt_tensor *lengths, bool batch_first,
                                  pt_tensor *results[2], pt_call *call) {
  return status(call, [&] {
    check_lengths(get(x), get(lengths), batch_first);
    own_all(array(at::_pack_padded_sequence(get(x), get(lengths), batch_first)), results);
  });
}

pt_status pt_pad_packed_sequence(const pt_tensor *data, const pt_tensor *batch_sizes, bool batch_first,
                                 double padding_value, int64_t total_length, pt_tensor *results[2],
                                 pt_call *call) {
  return status(call, [&] {
    check_packing(get(data), get(batch_sizes));
    own_all(array(at::_pad_packed_sequence(get(data), get(batch_sizes), batch_first, padding_value,
                                           total_length)),
            results);
  });
}
