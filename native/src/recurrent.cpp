#include <ATen/autocast_mode.h>

#include "guard.h"
#include "handles.h"

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

/// libtorch trusts the sizes of a packing, and goes out of bounds where they lie.
/// @return N
int64_t check_packing(const at::Tensor &data, const at::Tensor &batch_sizes) {
  TORCH_CHECK_VALUE(data.dim() >= 1, "data: expected (sum of lengths, *), got a scalar");
  TORCH_CHECK_VALUE(batch_sizes.scalar_type() == at::kLong && batch_sizes.is_cpu() &&
                        batch_sizes.dim() == 1 && batch_sizes.numel() > 0,
                    "batch_sizes: expected one dimension of int64 on the CPU, not empty, got ",
                    batch_sizes.scalar_type(), batch_sizes.sizes(), " on ", batch_sizes.device());
  at::Tensor contiguous = batch_sizes.contiguous();
  const int64_t *sizes = contiguous.const_data_ptr<int64_t>();
  const int64_t steps = data.size(0);
  int64_t sum = 0;
  for (int64_t i = 0; i < contiguous.numel(); ++i) {
    TORCH_CHECK_VALUE(sizes[i] >= 1 && (i == 0 || sizes[i] <= sizes[i - 1]) && sizes[i] <= steps - sum,
                      "batch_sizes: expected decreasing sizes of at least 1 whose sum is ", steps,
                      ", the length of data, got ", sizes[i], " at ", i);
    sum += sizes[i];
  }
  TORCH_CHECK_VALUE(sum == steps, "batch_sizes: expected sizes whose sum is ", steps,
                    ", the length of data, got the sum ", sum);
  return sizes[0];
}

void check_shape(const at::Tensor &tensor, at::IntArrayRef expected, const char *name) {
  TORCH_CHECK_VALUE(tensor.sizes() == expected, name, ": expected the shape ", expected, ", got ",
                    tensor.sizes());
}

/// libtorch trusts the shapes of states and parameters in places, and goes out of bounds or divides by zero
/// where they do not fit.
/// @param batch N
/// @param features H_in
/// @param gates the rows of a weight for each of its H
/// @param h0 (D num_layers, N, H), with the projected size for H in a projected LSTM
/// @param c0 (D num_layers, N, H); h0 where there is none
void check_parameters(int64_t batch, int64_t features, int64_t gates, const at::Tensor &h0,
                      const at::Tensor &c0, const std::vector<at::Tensor> &parameters,
                      const pt_recurrent &config) {
  TORCH_CHECK_VALUE(h0.dim() == 3 && c0.dim() == 3, "state: expected (D num_layers, N, H), got ", h0.sizes(),
                    " and ", c0.sizes());
  const int64_t directions = config.bidirectional ? 2 : 1;
  const int64_t output = h0.size(2);
  const int64_t hidden = c0.size(2);
  const bool projected = output != hidden;
  const int64_t count = static_cast<int64_t>(parameters.size());
  const int64_t each = 2 + (config.has_biases ? 2 : 0) + (projected ? 1 : 0);
  // No more layers than parameters, first: or the product may be too large for its type.
  TORCH_CHECK_VALUE(hidden >= 1 && output >= 1 && config.num_layers >= 1 && config.num_layers <= count &&
                        count == each * directions * config.num_layers,
                    "parameters: expected ", each, " for each of ", directions, " directions of ",
                    config.num_layers, " layers and states of at least one element, got ", count,
                    " and states ", h0.sizes(), " and ", c0.sizes());
  const int64_t rows = directions * config.num_layers;
  check_shape(h0, {rows, batch, output}, "h0");
  check_shape(c0, {rows, batch, hidden}, "c0");
  auto parameter = parameters.begin();
  for (int64_t row = 0; row < rows; ++row) {
    check_shape(*parameter++, {gates * hidden, row < directions ? features : directions * output}, "w_ih");
    check_shape(*parameter++, {gates * hidden, output}, "w_hh");
    if (config.has_biases) {
      check_shape(*parameter++, {gates * hidden}, "b_ih");
      check_shape(*parameter++, {gates * hidden}, "b_hh");
    }
    if (projected) check_shape(*parameter++, {output, hidden}, "w_hr");
  }
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
                 pt_error **error) {
  return status(error, [&] {
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
                        const pt_recurrent *config, pt_tensor *results[2], pt_error **error) {
  return status(error, [&] {
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
                  pt_tensor *results[3], pt_error **error) {
  return status(error, [&] {
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
                         const pt_recurrent *config, pt_tensor *results[3], pt_error **error) {
  return status(error, [&] {
    std::vector<at::Tensor> weights = fitting(get(data), get(batch_sizes), lstm_gates, get(h0), get(c0),
                                              parameters, parameter_count, *config);
    own_all(array(at::lstm(get(data), get(batch_sizes), {*get(h0), *get(c0)}, weights, config->has_biases,
                           config->num_layers, config->dropout, config->training, config->bidirectional)),
            results);
  });
}

pt_tensor *pt_pad_sequence(const pt_tensor *const *sequences, int64_t count, bool batch_first,
                           double padding_value, bool left, pt_error **error) {
  return pointer(error, [&] {
    return own(at::pad_sequence(list(sequences, count), batch_first, padding_value, left ? "left" : "right"));
  });
}

pt_status pt_pack_padded_sequence(const pt_tensor *x, const pt_tensor *lengths, bool batch_first,
                                  pt_tensor *results[2], pt_error **error) {
  return status(
      error, [&] { own_all(array(at::_pack_padded_sequence(get(x), get(lengths), batch_first)), results); });
}

pt_status pt_pad_packed_sequence(const pt_tensor *data, const pt_tensor *batch_sizes, bool batch_first,
                                 double padding_value, int64_t total_length, pt_tensor *results[2],
                                 pt_error **error) {
  return status(error, [&] {
    check_packing(get(data), get(batch_sizes));
    own_all(array(at::_pad_packed_sequence(get(data), get(batch_sizes), batch_first, padding_value,
                                           total_length)),
            results);
  });
}
