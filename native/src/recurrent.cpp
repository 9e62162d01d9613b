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
void check_packing(const at::Tensor &data, const at::Tensor &batch_sizes) {
  TORCH_CHECK_VALUE(data.dim() >= 1, "data: expected (sum of lengths, *), got a scalar");
  TORCH_CHECK_VALUE(batch_sizes.scalar_type() == at::kLong && batch_sizes.is_cpu() && batch_sizes.dim() == 1 &&
                        batch_sizes.numel() > 0,
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
}

/// Calls rnn_tanh, rnn_relu or gru, whose signatures are alike.
template <typename... Args>
std::tuple<at::Tensor, at::Tensor> run(pt_cell cell, const Args &...args) {
  switch (cell) {
    case PT_RNN_TANH:
      return at::rnn_tanh(args...);
    case PT_RNN_RELU:
      return at::rnn_relu(args...);
    case PT_GRU:
      return at::gru(args...);
  }
  C10_THROW_ERROR(ValueError, "unknown pt_cell " + std::to_string(cell));
}
}  // namespace

pt_status pt_rnn(pt_cell cell, const pt_tensor *x, const pt_tensor *h0, const pt_tensor *const *parameters,
                 int64_t parameter_count, const pt_recurrent *config, pt_tensor *results[2],
                 pt_error **error) {
  return status(error, [&] {
    own_all(array(run(cell, *get(x), *get(h0), at::TensorList(list(parameters, parameter_count)),
                      config->has_biases, config->num_layers, config->dropout, config->training,
                      config->bidirectional, config->batch_first)),
            results);
  });
}

pt_status pt_rnn_packed(pt_cell cell, const pt_tensor *data, const pt_tensor *batch_sizes,
                        const pt_tensor *h0, const pt_tensor *const *parameters, int64_t parameter_count,
                        const pt_recurrent *config, pt_tensor *results[2], pt_error **error) {
  return status(error, [&] {
    check_packing(get(data), get(batch_sizes));
    own_all(array(run(cell, *get(data), *get(batch_sizes), *get(h0),
                      at::TensorList(list(parameters, parameter_count)), config->has_biases,
                      config->num_layers, config->dropout, config->training, config->bidirectional)),
            results);
  });
}

pt_status pt_lstm(const pt_tensor *x, const pt_tensor *h0, const pt_tensor *c0,
                  const pt_tensor *const *parameters, int64_t parameter_count, const pt_recurrent *config,
                  pt_tensor *results[3], pt_error **error) {
  return status(error, [&] {
    own_all(array(at::lstm(get(x), {*get(h0), *get(c0)}, list(parameters, parameter_count),
                           config->has_biases, config->num_layers, config->dropout, config->training,
                           config->bidirectional, config->batch_first)),
            results);
  });
}

pt_status pt_lstm_packed(const pt_tensor *data, const pt_tensor *batch_sizes, const pt_tensor *h0,
                         const pt_tensor *c0, const pt_tensor *const *parameters, int64_t parameter_count,
                         const pt_recurrent *config, pt_tensor *results[3], pt_error **error) {
  return status(error, [&] {
    check_packing(get(data), get(batch_sizes));
    own_all(array(at::lstm(get(data), get(batch_sizes), {*get(h0), *get(c0)},
                           list(parameters, parameter_count), config->has_biases, config->num_layers,
                           config->dropout, config->training, config->bidirectional)),
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
