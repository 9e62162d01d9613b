#include "trusted.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "handles.h"

namespace panama_torch {
namespace {

/// The arguments of a call by name, for all overloads of an operator.
class Given {
 public:
  Given(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments)
      : schema_(schema), arguments_(arguments) {}

  /// Returns an argument; None if the overload does not have it.
  const c10::IValue &operator[](std::string_view name) const {
    static const c10::IValue none;
    for (size_t i = 0; i < arguments_.size(); ++i) {
      if (schema_.arguments()[i].name() == name) return arguments_[i];
    }
    return none;
  }
  const at::Tensor &tensor(std::string_view name) const { return (*this)[name].toTensor(); }

 private:
  const c10::FunctionSchema &schema_;
  const torch::jit::Stack &arguments_;
};

bool is_index(const at::Tensor &tensor) {
  return tensor.scalar_type() == at::kLong || tensor.scalar_type() == at::kInt;
}

/// Returns the elements of an integer tensor on any device, in row-major order.
std::vector<int64_t> elements(const at::Tensor &tensor) {
  at::Tensor here = tensor.to(at::kCPU, at::kLong).contiguous();
  const int64_t *data = here.const_data_ptr<int64_t>();
  return {data, data + here.numel()};
}

/// Returns lengths, which are a tensor in one overload and a list in another.
std::vector<int64_t> lengths(const c10::IValue &value) {
  return value.isTensor() ? elements(value.toTensor()) : value.toIntVector();
}

/// Checks that there are as many lengths as there are sequences, each from 0 to `most`.
void check_each(const char *name, const std::vector<int64_t> &lengths, int64_t sequences, int64_t most,
                const char *what) {
  TORCH_CHECK_VALUE(static_cast<int64_t>(lengths.size()) == sequences, name, ": expected ", sequences,
                    " lengths, one for each sequence, got ", lengths.size());
  for (size_t i = 0; i < lengths.size(); ++i) {
    TORCH_CHECK_INDEX(lengths[i] >= 0 && lengths[i] <= most, name, ": expected lengths from 0 to ", most,
                      ", ", what, ", got ", lengths[i], " at ", i);
  }
}

void check_shape(const at::Tensor &tensor, at::IntArrayRef expected, const char *name) {
  TORCH_CHECK_VALUE(tensor.sizes() == expected, name, ": expected the shape ", expected, ", got ",
                    tensor.sizes());
}

/// Checks the lengths and labels of CTC loss; libtorch checks only how many there are.
void check_ctc_loss(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &log_probs = given.tensor("log_probs");
  const at::Tensor &targets = given.tensor("targets");
  // libtorch rejects other forms itself.
  if ((log_probs.dim() != 3 && log_probs.dim() != 2) || !is_index(targets)) return;
  const bool batched = log_probs.dim() == 3;
  const bool joined = batched && targets.dim() == 1;
  if (targets.dim() != (batched && !joined ? 2 : 1)) return;
  const int64_t sequences = batched ? log_probs.size(1) : 1;
  const int64_t classes = log_probs.size(-1);
  const int64_t blank = given["blank"].toInt();

  check_each("input_lengths", lengths(given["input_lengths"]), sequences, log_probs.size(0),
             "the length of log_probs");
  const std::vector<int64_t> target_lengths = lengths(given["target_lengths"]);
  check_each("target_lengths", target_lengths, sequences, targets.size(-1), "the length of targets");
  const std::vector<int64_t> labels = elements(targets);
  const int64_t width = joined ? 0 : targets.size(-1);
  int64_t start = 0;
  for (size_t i = 0; i < target_lengths.size(); ++i) {
    // Each length is in range; their sum must be, too.
    TORCH_CHECK_INDEX(start + target_lengths[i] <= static_cast<int64_t>(labels.size()),
                      "target_lengths: expected lengths whose sum is ", labels.size(),
                      ", the length of targets, got more at ", i);
    for (int64_t j = 0; j < target_lengths[i]; ++j) {
      const int64_t label = labels[to_size(start + j)];
      TORCH_CHECK_INDEX(label >= 0 && label < classes && label != blank,
                        "targets: expected classes from 0 to ", classes - 1, ", none of them the blank ",
                        blank, ", got ", label, " as label ", j, " of sequence ", i);
    }
    start += joined ? target_lengths[i] : width;
  }
}

/// Checks the offsets of bags; libtorch checks the indices itself.
void check_embedding_bag(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &indices = given.tensor("indices");
  const at::Tensor &offsets = given.tensor("offsets");
  if (offsets.dim() != 1 || !is_index(offsets)) return;
  const std::vector<int64_t> starts = elements(offsets);
  const int64_t count = indices.numel();
  const size_t least = (given["include_last_offset"].toBool() ? 1U : 0U) + (count > 0 ? 1U : 0U);
  TORCH_CHECK_VALUE(starts.size() >= least, "offsets: expected at least ", least, " for ", count,
                    " indices, got ", starts.size());
  // With include_last_offset, the backward pass would read uninitialized memory for indices after the last offset.
  TORCH_CHECK_VALUE(!given["include_last_offset"].toBool() || starts.back() == count, "offsets: expected ",
                    count, ", the number of indices, as the last, got ", starts.back());
  for (size_t i = 0; i < starts.size(); ++i) {
    TORCH_CHECK_INDEX(i == 0 ? starts[i] == 0 : starts[i] >= starts[i - 1] && starts[i] <= count,
                      "offsets: expected 0, then none below the one before or above ", count,
                      ", the number of indices, got ", starts[i], " at ", i);
  }
}

/// Checks that g has one element for each slice of v along dim; the fused kernel for that dimension reads that many.
void check_weight_norm(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &v = given.tensor("v");
  const at::Tensor &g = given.tensor("g");
  const int64_t dim = given["dim"].toInt();
  if (v.dim() == 0 || (dim != 0 && dim != v.dim() - 1)) return;
  TORCH_CHECK_VALUE(v.numel() > 0 && g.numel() == v.size(dim), "g: expected ", v.size(dim),
                    " lengths for v of shape ", v.sizes(), ", which must not be empty, got shape ",
                    g.sizes());
}

/// Checks the number of heads, and that all tensors have the type of the query.
void check_multi_head_attention(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  TORCH_CHECK_VALUE(given["num_head"].toInt() >= 1, "num_head: expected 1 or more, got ",
                    given["num_head"].toInt());
  const at::Tensor &query = given.tensor("query");
  TORCH_CHECK_VALUE(query.numel() > 0, "query: expected one element or more, got shape ", query.sizes());
  for (const char *name : {"key", "value", "qkv_weight", "qkv_bias", "proj_weight", "proj_bias"}) {
    TORCH_CHECK_VALUE(given.tensor(name).scalar_type() == query.scalar_type(), name, ": expected ",
                      query.scalar_type(), ", the type of query, got ", given.tensor(name).scalar_type());
  }
}

/// Checks the lists of a fused optimizer: the kernel reads all tensors as dense memory of one size.
void check_fused(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const c10::List<at::Tensor> parameters = given["self"].toTensorList();
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].isTensorList()) continue;
    const std::string &name = schema.arguments()[i].name();
    const c10::List<at::Tensor> tensors = arguments[i].toTensorList();
    const bool unused = name == "max_exp_avg_sqs"        ? !given["amsgrad"].toBool()
                        : name == "momentum_buffer_list" ? given["momentum"].toDouble() == 0
                                                         : false;
    if (unused && tensors.empty()) continue;
    TORCH_CHECK_VALUE(tensors.size() == parameters.size(), name, ": expected ", parameters.size(),
                      " tensors, one for each parameter, got ", tensors.size());
    for (size_t j = 0; j < tensors.size(); ++j) {
      const at::Tensor &tensor = tensors.get(j);
      const at::Tensor &parameter = parameters.get(j);
      if (name == "state_steps") {
        TORCH_CHECK_VALUE(tensor.numel() == 1, name, ": expected one element, got shape ", tensor.sizes(),
                          " at ", j);
        continue;
      }
      TORCH_CHECK_VALUE(tensor.numel() == parameter.numel() && tensor.is_non_overlapping_and_dense() &&
                            parameter.is_non_overlapping_and_dense(),
                        name, ": expected ", parameter.numel(),
                        " elements without gaps, as in the parameter of shape ", parameter.sizes(),
                        ", got shape ", tensor.sizes(), " with strides ", tensor.strides(), " at ", j);
    }
  }
}

/// Checks the enumerators: for an unknown one the kernel returns an uninitialized result.
void check_grid_sampler(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  for (const char *name : {"interpolation_mode", "padding_mode"}) {
    const int64_t mode = given[name].toInt();
    TORCH_CHECK_VALUE(mode >= 0 && mode <= 2, name, ": expected 0, 1 or 2, got ", mode);
  }
}

/// Checks sizes of windows and padding, whose sums and products may overflow.
void check_windows(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  constexpr int64_t most = int64_t{1} << 31;
  const Given given(schema, arguments);
  for (const char *name : {"kernel_size", "stride", "padding", "dilation", "output_padding", "pad"}) {
    const c10::IValue &value = given[name];
    if (!value.isIntList()) continue;
    for (int64_t number : value.toIntVector()) {
      TORCH_CHECK_VALUE(number >= -most && number <= most, name, ": expected numbers from ", -most, " to ",
                        most, ", got ", number);
    }
  }
}

/// Checks sizes of an empty output: the kernel loops over all of them, and nothing limits those beside a 0.
void check_output_size(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  constexpr int64_t most = int64_t{1} << 20;
  const std::vector<int64_t> sizes = Given(schema, arguments)["output_size"].toIntVector();
  if (std::find(sizes.begin(), sizes.end(), 0) == sizes.end()) return;
  for (int64_t size : sizes) {
    TORCH_CHECK_VALUE(size <= most, "output_size: expected sizes up to ", most, " beside a 0, got ", size);
  }
}

/// Checks the exponent: the smallest int64_t cannot be negated, and the algorithm would not terminate.
void check_matrix_power(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const int64_t n = Given(schema, arguments)["n"].toInt();
  TORCH_CHECK_VALUE(n > std::numeric_limits<int64_t>::min(), "n: expected an exponent above ",
                    std::numeric_limits<int64_t>::min(), ", got ", n);
}

/// Checks the shape of the pivots; libtorch checks their values.
void check_lu_unpack(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &lu = given.tensor("LU_data");
  const at::Tensor &pivots = given.tensor("LU_pivots");
  if (lu.dim() < 2) return;
  std::vector<int64_t> expected = lu.sizes().slice(0, to_size(lu.dim() - 1)).vec();
  expected.back() = std::min(lu.size(-2), lu.size(-1));
  check_shape(pivots, expected, "LU_pivots");
}

/// Checks pivots, which LAPACK uses as row numbers: a positive one for a 1x1 block, two equal negative ones for
/// a 2x2 block.
void check_ldl_solve(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &pivots = given.tensor("pivots");
  if (!is_index(pivots) || pivots.dim() == 0 || pivots.size(-1) == 0) return;
  const std::vector<int64_t> rows = elements(pivots);
  const int64_t n = pivots.size(-1);
  for (int64_t i = 0; i < static_cast<int64_t>(rows.size()); ++i) {
    const int64_t row = rows[to_size(i)];
    TORCH_CHECK_INDEX(row != 0 && row >= -n && row <= n, "pivots: expected rows from 1 to ", n,
                      ", or two equal ones below 0 for a block of two, got ", row, " at ", i % n);
    if (row > 0) continue;
    TORCH_CHECK_VALUE(i % n + 1 < n && rows[to_size(i + 1)] == row,
                      "pivots: expected two equal rows below 0 for a ", "block of two, got ", row,
                      " alone at ", i % n);
    ++i;
  }
}

/// Checks that the running minima and maxima are empty or have one element for each channel.
void check_moving_average(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  if (!given["per_row_fake_quant"].toBool()) return;
  const at::Tensor &x = given.tensor("self");
  const int64_t axis = given["ch_axis"].toInt();
  TORCH_CHECK_VALUE(axis >= 0 && axis < x.dim(), "ch_axis: expected 0 to ", x.dim() - 1, ", got ", axis);
  const int64_t channels = x.size(axis);
  const int64_t known = given.tensor("running_min").numel();
  for (const char *name : {"running_min", "running_max"}) {
    const int64_t count = given.tensor(name).numel();
    TORCH_CHECK_VALUE(count == known && (count == 0 || count == channels), name, ": expected 0 or ", channels,
                      " elements, one for each channel, as many in both, got ", count);
  }
}

/// Checks that weights and statistics have one element for each channel.
void check_batch_norm(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &input = given.tensor("input");
  TORCH_CHECK_VALUE(input.dim() >= 2 && input.numel() > 0, "input: expected (N, C, *), not empty, got shape ",
                    input.sizes());
  for (const char *name : {"weight", "bias", "running_mean", "running_var"}) {
    if (given[name].isTensor()) check_shape(given.tensor(name), {input.size(1)}, name);
  }
}

/// Checks that there are as many values as keys: the kernel uses one number for both.
void check_attention(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &key = given.tensor("key");
  const at::Tensor &value = given.tensor("value");
  if (key.dim() < 2 || value.dim() < 2) return;
  TORCH_CHECK_VALUE(key.size(-2) == value.size(-2), "value: expected as many vectors as keys, ", key.size(-2),
                    ", got shape ", value.sizes());
}

/// Checks the storage offset, whose product with the element size may overflow.
void check_as_strided(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const c10::IValue &offset = given["storage_offset"];
  if (!offset.isInt()) return;
  const at::Tensor &self = given["source"].isTensor() ? given.tensor("source") : given.tensor("self");
  if (!self.has_storage()) return;
  const int64_t most = static_cast<int64_t>(self.storage().nbytes() / self.itemsize());
  TORCH_CHECK_INDEX(offset.toInt() >= 0 && offset.toInt() <= most, "storage_offset: expected 0 to ", most,
                    ", the number of elements in memory, got ", offset.toInt());
}

/// Checks that the number of elements of a range does not overflow.
void check_arange(const at::Scalar &start, const at::Scalar &end, const at::Scalar &step) {
  if (!start.isIntegral(true) || !end.isIntegral(true) || !step.isIntegral(true)) return;
  const double length = end.toDouble() - start.toDouble() + step.toDouble();
  TORCH_CHECK_VALUE(length > -0x1p62 && length < 0x1p62,
                    "arange: expected a range whose length an int64 holds, got ", start.toLong(), " to ",
                    end.toLong());
}

void check_arange_call(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  check_arange(given["start"].isNone() ? 0 : given["start"].toScalar(), given["end"].toScalar(),
               given["step"].isNone() ? 1 : given["step"].toScalar());
}

/// Checks the lengths or offsets of segments; libtorch checks lengths only, and not with unsafe=True.
void check_segment_reduce(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const at::Tensor &data = given.tensor("data");
  for (const char *name : {"lengths", "offsets"}) {
    if (!given[name].isTensor()) continue;
    const at::Tensor &segments = given.tensor(name);
    TORCH_CHECK_VALUE(is_index(segments) && segments.dim() >= 1 && segments.dim() <= data.dim(), name,
                      ": expected int64 or int32 of 1 to ", data.dim(), " dimensions, got ",
                      segments.scalar_type(), segments.sizes());
    const int64_t axis = segments.dim() - 1;
    const int64_t given_axis = given["axis"].toInt();
    TORCH_CHECK_VALUE((given_axis < 0 ? given_axis + data.dim() : given_axis) == axis, "axis: expected ",
                      axis, " for ", name, " of shape ", segments.sizes(), ", got ", given_axis);
    TORCH_CHECK_VALUE(segments.sizes().slice(0, to_size(axis)) == data.sizes().slice(0, to_size(axis)), name,
                      ": expected the shape of data, ", data.sizes(), ", before its last dimension, got ",
                      segments.sizes());
    const bool are_lengths = name[0] == 'l';
    const int64_t width = segments.size(-1);
    const std::vector<int64_t> numbers = elements(segments);
    int64_t reached = 0;
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (static_cast<int64_t>(i) % width == 0) reached = 0;
      const int64_t next = numbers[i];
      TORCH_CHECK_VALUE(
          next >= (are_lengths ? 0 : reached) && next <= data.size(axis) - (are_lengths ? reached : 0), name,
          are_lengths ? ": expected lengths of 0 or more whose sum is at most "
                      : ": expected offsets, none below the one before or above ",
          data.size(axis), ", the size of data along ", axis, ", got ", next, " at ",
          static_cast<int64_t>(i) % width);
      reached = are_lengths ? reached + next : next;
    }
  }
}

/// Turns on libtorch's own check of the indices of sparse tensors, for the whole process.
void check_sparse(const c10::FunctionSchema &, const torch::jit::Stack &) {
  at::globalContext().setCheckSparseTensorInvariants(true);
}

/// Checks the lengths of padded sequences.
/// @param x (L, N, *), or (N, L, *) with batch_first
/// @param lengths (N), decreasing
void check_lengths(const at::Tensor &x, const at::Tensor &lengths, bool batch_first) {
  TORCH_CHECK_VALUE(x.dim() >= 2, "input: expected two dimensions or more, got ", x.sizes());
  if (!is_index(lengths) || lengths.dim() != 1) return;
  check_each("lengths", elements(lengths), x.size(batch_first ? 0 : 1), x.size(batch_first ? 1 : 0),
             "the length of the padded sequences");
}

void check_call_of_recurrent(const Given &given, int64_t gates, const at::Tensor &h0, const at::Tensor &c0) {
  const c10::List<at::Tensor> given_parameters = given["params"].toTensorList();
  const std::vector<at::Tensor> parameters(given_parameters.begin(), given_parameters.end());
  const RecurrentOptions config = {.num_layers = given["num_layers"].toInt(),
                                   .has_biases = given["has_biases"].toBool(),
                                   .bidirectional = given["bidirectional"].toBool()};
  if (given["batch_sizes"].isTensor()) {
    const at::Tensor &data = given.tensor("data");
    const int64_t batch = check_packing(data, given.tensor("batch_sizes"));
    TORCH_CHECK_VALUE(data.dim() == 2, "data: expected (sum of lengths, H_in), got ", data.sizes());
    check_recurrent(batch, data.size(1), gates, h0, c0, parameters, config);
  } else {
    const at::Tensor &x = given.tensor("input");
    TORCH_CHECK_VALUE(x.dim() == 3, "input: expected three dimensions, got ", x.sizes());
    check_recurrent(x.size(given["batch_first"].toBool() ? 0 : 1), x.size(2), gates, h0, c0, parameters,
                    config);
  }
}

template <int64_t gates>
void check_rnn(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  check_call_of_recurrent(given, gates, given.tensor("hx"), given.tensor("hx"));
}

void check_lstm(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  const c10::List<at::Tensor> state = given["hx"].toTensorList();
  TORCH_CHECK_VALUE(state.size() == 2, "hx: expected two states, h0 and c0, got ", state.size());
  check_call_of_recurrent(given, 4, state.get(0), state.get(1));
}

void check_pad_packed_sequence(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  check_packing(given.tensor("data"), given.tensor("batch_sizes"));
}

void check_pack_padded_sequence(const c10::FunctionSchema &schema, const torch::jit::Stack &arguments) {
  const Given given(schema, arguments);
  check_lengths(given.tensor("input"), given.tensor("lengths"), given["batch_first"].toBool());
}

}  // namespace

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

void check_recurrent(int64_t batch, int64_t features, int64_t gates, const at::Tensor &h0,
                     const at::Tensor &c0, at::TensorList parameters, const RecurrentOptions &config) {
  TORCH_CHECK_VALUE(h0.dim() == 3 && c0.dim() == 3, "state: expected (D num_layers, N, H), got ", h0.sizes(),
                    " and ", c0.sizes());
  const int64_t directions = config.bidirectional ? 2 : 1;
  const int64_t output = h0.size(2);
  const int64_t hidden = c0.size(2);
  const bool projected = output != hidden;
  const int64_t count = static_cast<int64_t>(parameters.size());
  const int64_t each = 2 + (config.has_biases ? 2 : 0) + (projected ? 1 : 0);
  // The number of layers first, since its product below may overflow.
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

Check check_of(const std::string &name) {
  static const auto &checks = *new std::unordered_map<std::string, Check>{
      {"aten::_adaptive_avg_pool2d", check_output_size},
      {"aten::_adaptive_avg_pool3d", check_output_size},
      {"aten::adaptive_avg_pool1d", check_output_size},
      {"aten::adaptive_avg_pool2d", check_output_size},
      {"aten::adaptive_avg_pool3d", check_output_size},
      {"aten::adaptive_max_pool1d", check_output_size},
      {"aten::adaptive_max_pool2d", check_output_size},
      {"aten::adaptive_max_pool3d", check_output_size},
      {"aten::avg_pool1d", check_windows},
      {"aten::avg_pool2d", check_windows},
      {"aten::avg_pool3d", check_windows},
      {"aten::col2im", check_windows},
      {"aten::constant_pad_nd", check_windows},
      {"aten::conv1d", check_windows},
      {"aten::conv2d", check_windows},
      {"aten::conv3d", check_windows},
      {"aten::conv_transpose1d", check_windows},
      {"aten::conv_transpose2d", check_windows},
      {"aten::conv_transpose3d", check_windows},
      {"aten::convolution", check_windows},
      {"aten::fractional_max_pool2d", check_windows},
      {"aten::fractional_max_pool3d", check_windows},
      {"aten::im2col", check_windows},
      {"aten::max_pool1d", check_windows},
      {"aten::max_pool1d_with_indices", check_windows},
      {"aten::max_pool2d", check_windows},
      {"aten::max_pool2d_with_indices", check_windows},
      {"aten::max_pool3d", check_windows},
      {"aten::max_pool3d_with_indices", check_windows},
      {"aten::max_unpool3d", check_windows},
      {"aten::pad", check_windows},
      {"aten::reflection_pad1d", check_windows},
      {"aten::reflection_pad2d", check_windows},
      {"aten::reflection_pad3d", check_windows},
      {"aten::replication_pad1d", check_windows},
      {"aten::replication_pad2d", check_windows},
      {"aten::replication_pad3d", check_windows},
      {"aten::matrix_power", check_matrix_power},
      {"aten::linalg_matrix_power", check_matrix_power},
      {"aten::ctc_loss", check_ctc_loss},
      {"aten::_ctc_loss", check_ctc_loss},
      {"aten::embedding_bag", check_embedding_bag},
      {"aten::_embedding_bag", check_embedding_bag},
      {"aten::_embedding_bag_forward_only", check_embedding_bag},
      {"aten::batch_norm_update_stats", check_batch_norm},
      {"aten::native_batch_norm", check_batch_norm},
      {"aten::arange", check_arange_call},
      {"aten::as_strided", check_as_strided},
      {"aten::as_strided_", check_as_strided},
      {"aten::as_strided_copy", check_as_strided},
      {"aten::as_strided_scatter", check_as_strided},
      {"aten::set_", check_as_strided},
      {"aten::scaled_dot_product_attention", check_attention},
      {"aten::sparse_bsc_tensor", check_sparse},
      {"aten::sparse_bsr_tensor", check_sparse},
      {"aten::sparse_compressed_tensor", check_sparse},
      {"aten::sparse_coo_tensor", check_sparse},
      {"aten::sparse_csc_tensor", check_sparse},
      {"aten::sparse_csr_tensor", check_sparse},
      {"aten::segment_reduce", check_segment_reduce},
      {"aten::fused_moving_avg_obs_fake_quant", check_moving_average},
      {"aten::grid_sampler", check_grid_sampler},
      {"aten::grid_sampler_2d", check_grid_sampler},
      {"aten::grid_sampler_3d", check_grid_sampler},
      {"aten::linalg_ldl_solve", check_ldl_solve},
      {"aten::lu_unpack", check_lu_unpack},
      {"aten::_fused_adagrad_", check_fused},
      {"aten::_fused_adam_", check_fused},
      {"aten::_fused_adamw_", check_fused},
      {"aten::_fused_sgd_", check_fused},
      {"aten::_native_multi_head_attention", check_multi_head_attention},
      {"aten::_weight_norm", check_weight_norm},
      {"aten::rnn_tanh", check_rnn<1>},
      {"aten::rnn_relu", check_rnn<1>},
      {"aten::gru", check_rnn<3>},
      {"aten::lstm", check_lstm},
      {"aten::_pack_padded_sequence", check_pack_padded_sequence},
      {"aten::_pad_packed_sequence", check_pad_packed_sequence},
      {"panama_torch::pack_padded_sequence", check_pack_padded_sequence},
      {"panama_torch::pad_packed_sequence", check_pad_packed_sequence},
  };
  auto found = checks.find(name);
  return found == checks.end() ? nullptr : found->second;
}

}  // namespace panama_torch
