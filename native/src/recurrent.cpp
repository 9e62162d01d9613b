// The operators of recurrent layers: the kernels of native/kernels where they can be used, otherwise libtorch's own.
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <limits>

#include "../kernels/layer.h"
#include "libtorch.h"
#include "lstm_autocast.h"
#include "plain.h"
#include "sequences.h"
#include "shares.h"
#include "trusted.h"

namespace {

using at::Tensor;
using panama_torch::is_plain;
using panama_torch::on_threads;
using panama_torch::kernels::Gradients;
using panama_torch::kernels::Kernels;
using panama_torch::kernels::Kind;
using panama_torch::kernels::Layer;
using panama_torch::kernels::Share;
using panama_torch::kernels::Sizes;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Which implementation computes recurrent layers; the values are the codes of Backends.Recurrent in Java.
enum class Backend : int64_t { Aten, Fused, Auto };
std::atomic<Backend> backend = Backend::Auto;

/// Some of the sequences of a batch: those of one thread. See Layer.
struct Part {
  int64_t first = 0, sequences = 0, first_row = 0, rows = 0;
  std::vector<int64_t> offsets, active, starts;
};

/// Where the steps of the sequences are.
struct Layout {
  bool batch_first = false;
  Tensor batch_sizes;  ///< undefined for padded sequences
  int64_t sequences = 0, stride = 1;
  std::vector<int64_t> offsets, active;

  static Layout padded(const Tensor &x, bool batch_first) {
    Layout layout;
    const int64_t steps = x.size(batch_first ? 1 : 0);
    layout.batch_first = batch_first;
    layout.sequences = x.size(batch_first ? 0 : 1);
    layout.stride = batch_first ? steps : 1;
    layout.active.assign(static_cast<size_t>(steps), layout.sequences);
    for (int64_t t = 0; t < steps; ++t) layout.offsets.push_back(batch_first ? t : t * layout.sequences);
    return layout;
  }

  static Layout packed(const Tensor &batch_sizes) {
    Layout layout;
    layout.batch_sizes = batch_sizes.contiguous();
    const auto *first = layout.batch_sizes.const_data_ptr<int64_t>();
    layout.active.assign(first, first + batch_sizes.numel());
    layout.sequences = layout.active.front();
    int64_t offset = 0;
    for (const int64_t count : layout.active) {
      layout.offsets.push_back(offset);
      offset += count;
    }
    return layout;
  }

  /// Divides the sequences into parts with about as many steps each.
  std::vector<Part> parts(int64_t count) const {
    const std::vector<int64_t> starts = panama_torch::divide(active, count);
    std::vector<Part> all;
    int64_t rows = 0;
    for (size_t i = 0; i + 1 < starts.size(); ++i) {
      const int64_t first = starts[i], last = starts[i + 1];
      Part &part = all.emplace_back(Part{first, last - first, rows, 0, {}, {}, {}});
      for (size_t t = 0; t < active.size() && active[t] > first; ++t) {
        part.offsets.push_back(offsets[t] + first * stride);
        part.starts.push_back(part.rows);
        part.active.push_back(std::min(active[t], last) - first);
        part.rows += part.active.back();
      }
      rows += part.rows;
    }
    return all;
  }
};

int gates_of(Kind kind) { return kind == Kind::Lstm ? 4 : kind == Kind::Gru ? 3 : 1; }

/// One layer with all its directions.
struct Spec : torch::CustomClassHolder {
  Kind kind = Kind::Lstm;
  bool has_biases = true, has_projection = false;
  int64_t directions = 1;
  Layout layout;
  int64_t threads = 1;
  std::vector<Part> parts;

  bool is_lstm() const { return kind == Kind::Lstm; }
  size_t states() const { return is_lstm() ? 2 : 1; }
  int gates() const { return gates_of(kind); }
  size_t projection() const { return has_biases ? 4 : 2; }
  size_t weights() const { return projection() + (has_projection ? 1 : 0); }
};

/// What the tensors x, h0, (c0), weights... of a call are.
struct Inputs {
  const Spec &spec;
  at::TensorList all;

  const Tensor &x() const { return all[0]; }
  const Tensor &state(size_t i) const { return all[1 + i]; }
  size_t index(int64_t direction, size_t weight) const {
    return 1 + spec.states() + static_cast<size_t>(direction) * spec.weights() + weight;
  }
  const Tensor &weight(int64_t direction, size_t i) const { return all[index(direction, i)]; }
  int64_t input() const { return x().size(-1); }
  int64_t hidden() const { return weight(0, 0).size(0) / spec.gates(); }
  int64_t output() const { return state(0).size(2); }
  int64_t rows() const { return x().numel() / input(); }
};

template <typename T>
T *data(const Tensor &tensor) {
  return tensor.defined() ? static_cast<T *>(tensor.data_ptr()) : nullptr;
}

template <typename T>
const Kernels<T> &kernels_here() {
  static const Kernels<T> &kernels = *panama_torch::kernels::kernels<T>(at::get_cpu_capability());
  return kernels;
}

/// Returns how many threads a call is worth. Less than a tenth of a millisecond of work stays on one, which never waits
/// for another thread that the operating system does not run on a busy machine.
int64_t threads_for(const Inputs &inputs) {
  const Spec &spec = inputs.spec;
  const double operations = 2.0 * static_cast<double>(spec.directions * inputs.rows() * inputs.hidden()) *
                            static_cast<double>(inputs.input() + inputs.hidden()) * spec.gates();
  return operations < 2e7 ? 1 : at::get_num_threads();
}

/// The results y, hn, cn and, for the backward pass, the gates, c and m of all directions.
struct Results {
  Tensor y, hn, cn, gates, c, m;
};

/// Returns the data of a part of a tensor with so many elements for each of a direction's rows.
template <typename T>
T *slice(const Tensor &tensor, int64_t direction, int64_t row) {
  return tensor.defined() ? data<T>(tensor) + direction * tensor.stride(0) + row * tensor.stride(1) : nullptr;
}

template <typename T>
Layer<T> layer_of(const Inputs &inputs, int64_t direction, const Part &part, const Results &results) {
  const Spec &spec = inputs.spec;
  const int64_t output = inputs.output();
  const auto state = [&](const Tensor &tensor) { return slice<T>(tensor, direction, part.first); };
  const bool has_c_of_rows = results.c.defined() && results.c.size(1) == inputs.rows();
  const int64_t c_row = has_c_of_rows ? part.first_row : part.first;
  return {.kind = spec.kind,
          .reverse = direction == 1,
          .steps = static_cast<int64_t>(part.active.size()),
          .sequences = part.sequences,
          .rows = part.rows,
          .input = inputs.input(),
          .hidden = inputs.hidden(),
          .output = output,
          .offsets = part.offsets.data(),
          .active = part.active.data(),
          .starts = part.starts.data(),
          .stride = spec.layout.stride,
          .weight_ih = data<T>(inputs.weight(direction, 0)),
          .weight_hh = data<T>(inputs.weight(direction, 1)),
          .bias_ih = spec.has_biases ? data<T>(inputs.weight(direction, 2)) : nullptr,
          .bias_hh = spec.has_biases ? data<T>(inputs.weight(direction, 3)) : nullptr,
          .x = data<T>(inputs.x()),
          .weight_hr = spec.has_projection ? data<T>(inputs.weight(direction, spec.projection())) : nullptr,
          .h0 = state(inputs.state(0)),
          .c0 = spec.is_lstm() ? state(inputs.state(1)) : nullptr,
          .y = data<T>(results.y) + direction * output,
          .y_stride = spec.directions * output,
          .packed = nullptr,
          .saves = false,
          .has_sums = false,
          .gates = slice<T>(results.gates, direction, part.first_row),
          .c = slice<T>(results.c, direction, c_row),
          .m = slice<T>(results.m, direction, c_row),
          .hn = state(results.hn),
          .cn = state(results.cn)};
}

/// Returns the work on all steps and sequences of some layers.
template <typename T>
std::vector<Share> shares_of(const std::vector<Layer<T>> &layers) {
  std::vector<Share> all;
  all.reserve(layers.size());
  for (const Layer<T> &layer : layers) all.emplace_back(0, layer.steps, 0, layer.sequences);
  return all;
}

template <typename T>
Results forward(Spec &spec, at::TensorList all, bool saves) {
  const Inputs inputs{spec, all};
  const Kernels<T> &kernels = kernels_here<T>();
  const Sizes sizes = kernels.sizes(spec.kind, inputs.input(), inputs.hidden(), inputs.output());
  const int64_t sequences = spec.layout.sequences, rows = inputs.rows();
  spec.threads = threads_for(inputs);
  // With fewer than two sequences for each thread, the registers would be used in part only.
  spec.parts = spec.layout.parts(std::clamp<int64_t>(sequences / 2, 1, spec.threads));
  // A product for all steps is faster than one for each step if a step has one row.
  const bool has_sums = sequences == 1 && rows > 1;
  const auto make = [&](at::IntArrayRef shape) { return at::empty(shape, inputs.x().options()); };
  Results results;
  std::vector<int64_t> shape = inputs.x().sizes().vec();
  shape.back() = spec.directions * inputs.output();
  results.y = make(shape);
  results.hn = make(inputs.state(0).sizes());
  if (spec.is_lstm()) {
    results.cn = make(inputs.state(1).sizes());
    results.c = make({spec.directions, saves ? rows : sequences, sizes.hidden});
    if (spec.has_projection) results.m = at::empty_like(results.c);
  }
  if (saves || has_sums) results.gates = make({spec.directions, rows, sizes.gates});
  const Tensor packed = make({spec.directions, sizes.packed});
  std::vector<Layer<T>> layers;
  for (int64_t d = 0; d < spec.directions; ++d)
    for (const Part &part : spec.parts) {
      Layer<T> layer = layer_of<T>(inputs, d, part, results);
      layer.packed = data<T>(packed) + d * sizes.packed;
      layer.saves = saves;
      layer.has_sums = has_sums;
      layers.push_back(layer);
    }
  const auto count = static_cast<int64_t>(layers.size()), parts = count / spec.directions;
  const auto layer = [&](int64_t i) -> const Layer<T> & { return layers[static_cast<size_t>(i)]; };
  on_threads(spec.threads, count, [&](int64_t i) {
    kernels.pack(layer(i), i % parts, parts, data<T>(packed) + i / parts * sizes.packed);
  });
  if (has_sums)
    on_threads(spec.threads, spec.directions * spec.threads, [&](int64_t i) {
      const int64_t part = i % spec.threads;
      kernels.input_sums(layer(i / spec.threads), rows * part / spec.threads,
                         rows * (part + 1) / spec.threads);
    });
  std::vector<Share> shares = shares_of(layers);
  on_threads(spec.threads, shares,
             [&](int64_t i, Share &share, int64_t) { kernels.forward(layer(i), share); });
  return results;
}

/// Gradients::x_rows and y_rows.
struct Rows {
  std::vector<int64_t> x, y;

  Rows(const Part &part, int64_t stride, bool reverse) {
    x.reserve(static_cast<size_t>(part.rows));
    y.reserve(static_cast<size_t>(part.rows));
    const size_t steps = part.active.size();
    for (size_t t = 0; t < steps; ++t) {
      const size_t before = reverse ? t + 1 : t - 1;  // the largest number if there is none
      const int64_t continued = before < steps ? part.active[before] : 0;
      for (int64_t n = 0; n < part.active[t]; ++n) {
        x.push_back(part.offsets[t] + n * stride);
        y.push_back(n < continued ? part.offsets[before] + n * stride : ~n);
      }
    }
  }
};

/// Returns the gradient of y as the kernels read it, and sets the distance of its rows.
Tensor gradient_of_y(const Tensor &given, int64_t width, int64_t &stride) {
  stride = width;
  if (!given.defined()) return given;
  const bool is_constant =
      std::all_of(given.strides().begin(), given.strides().end(), [](int64_t s) { return s == 0; });
  if (!is_constant) return given.contiguous();
  stride = 0;  // the gradient of a sum: one row serves all
  return given.flatten()[0].expand({width}).contiguous();
}

/// Returns the gradients of x, the states and the weights; undefined where none is wanted.
template <typename T>
variable_list backward(const Inputs &inputs, const Results &results, const variable_list &given,
                       const std::vector<bool> &wanted) {
  const Spec &spec = inputs.spec;
  const Kernels<T> &kernels = kernels_here<T>();
  const int64_t output = inputs.output(), sequences = spec.layout.sequences;
  const Sizes sizes = kernels.sizes(spec.kind, inputs.input(), inputs.hidden(), output);
  const auto make = [&](at::IntArrayRef shape) { return at::empty(shape, inputs.x().options()); };

  int64_t y_stride = 0;
  const Tensor y = gradient_of_y(given[0], spec.directions * output, y_stride);
  variable_list states;
  for (size_t i = 0; i < spec.states(); ++i)
    states.push_back(given[1 + i].defined() ? given[1 + i].contiguous() : Tensor());
  variable_list result(inputs.all.size());
  for (size_t i = 0; i < result.size(); ++i)
    if (wanted[i]) result[i] = make(inputs.all[i].sizes());
  // The gradients may replace the gates if nobody computes them again.
  const bool is_last = !torch::autograd::get_current_graph_task_keep_graph();
  const Tensor gates = is_last ? results.gates : at::empty_like(results.gates);
  const Tensor packed_ih = wanted[0] ? make({spec.directions, sizes.packed_ih}) : Tensor();
  const Tensor packed_hh = make({spec.directions, sizes.packed_hh});
  const Tensor carry = make({spec.directions, sequences, sizes.output});
  const Tensor c = spec.is_lstm() ? make({spec.directions, sequences, sizes.hidden}) : Tensor();
  const Tensor packed_hr = spec.has_projection ? make({spec.directions, sizes.packed_hr}) : Tensor();
  const Tensor h = spec.has_projection ? make({spec.directions, inputs.rows(), sizes.output}) : Tensor();

  std::vector<Rows> all_rows;
  std::vector<Layer<T>> layers;
  std::vector<Gradients<T>> all;
  for (int64_t d = 0; d < spec.directions; ++d)
    for (const Part &part : spec.parts) {
      const auto state = [&](const Tensor &tensor) { return slice<T>(tensor, d, part.first); };
      const auto weight = [&](size_t i) { return data<T>(result[inputs.index(d, i)]); };
      layers.push_back(layer_of<T>(inputs, d, part, results));
      all_rows.emplace_back(part, spec.layout.stride, d == 1);
      all.push_back(
          {.y = y.defined() ? data<T>(y) + d * output : nullptr,
           .y_stride = y_stride,
           .hn = state(states[0]),
           .cn = spec.is_lstm() ? state(states[1]) : nullptr,
           .packed = {slice<T>(packed_ih, d, 0), slice<T>(packed_hh, d, 0), slice<T>(packed_hr, d, 0)},
           .carry = state(carry),
           .c = state(c),
           .h = slice<T>(h, d, part.first_row),
           .gates = slice<T>(gates, d, part.first_row),
           .h0 = state(result[1]),
           .c0 = spec.is_lstm() ? state(result[2]) : nullptr,
           .x = data<T>(result[0]),
           .adds_x = d > 0,
           .adds_weights = part.first > 0,
           .x_rows = all_rows.back().x.data(),
           .y_rows = all_rows.back().y.data(),
           .weight_ih = weight(0),
           .weight_hh = weight(1),
           .bias_ih = spec.has_biases ? weight(2) : nullptr,
           .bias_hh = spec.has_biases ? weight(3) : nullptr,
           .weight_hr = spec.has_projection ? weight(spec.projection()) : nullptr});
    }
  const auto count = static_cast<int64_t>(layers.size()), parts = count / spec.directions;
  const auto layer = [&](int64_t i) -> const Layer<T> & { return layers[static_cast<size_t>(i)]; };
  const auto gradient = [&](int64_t i) -> const Gradients<T> & { return all[static_cast<size_t>(i)]; };
  on_threads(spec.threads, count,
             [&](int64_t i) { kernels.pack_backward(layer(i), gradient(i).packed, i % parts, parts); });
  std::vector<Share> shares = shares_of(layers);
  on_threads(spec.threads, shares,
             [&](int64_t i, Share &share, int64_t) { kernels.backward(layer(i), gradient(i), share); });
  if (wanted[0])
    on_threads(spec.threads, parts, [&](int64_t part) {
      for (int64_t i = part; i < count; i += parts) kernels.input_gradient(layer(i), gradient(i));
    });
  int64_t chunks = 0;
  for (const Part &part : spec.parts) chunks += (part.rows + sizes.chunk - 1) / sizes.chunk;
  const int64_t places = spec.directions * spec.threads;
  const Tensor columns = make({places, sizes.columns});
  const auto columns_of = [&](int64_t place) { return data<T>(columns) + place * sizes.columns; };
  const auto first_block = [&](int64_t blocks, int64_t thread) { return blocks * thread / spec.threads; };
  std::vector<Share> blocks;
  for (int64_t i = 0; i < places; ++i)
    blocks.emplace_back(0, chunks, first_block(sizes.weight_blocks, i % spec.threads),
                        first_block(sizes.weight_blocks, i % spec.threads + 1));
  on_threads(spec.threads, blocks, [&](int64_t i, Share &share, int64_t place) {
    const int64_t first = i / spec.threads * parts;
    kernels.weight_gradients(&layer(first), &gradient(first), parts, share, columns_of(place));
  });
  if (all.front().weight_hr != nullptr)
    on_threads(spec.threads, places, [&](int64_t i) {
      const int64_t first = first_block(sizes.projection_blocks, i % spec.threads);
      const int64_t last = first_block(sizes.projection_blocks, i % spec.threads + 1);
      for (int64_t j = i / spec.threads * parts; j < (i / spec.threads + 1) * parts; ++j)
        kernels.projection_gradient(layer(j), gradient(j), first, last, columns_of(i));
    });
  return result;
}

template <typename F>
auto with_type(const Tensor &tensor, F f) {
  return tensor.scalar_type() == at::kFloat ? f(float{}) : f(double{});
}

/// The options of stacked layers.
struct Options {
  bool has_biases;
  int64_t num_layers;
  double dropout;
  bool train, bidirectional, batch_first;
};

/// Returns the results of an operator as a list.
template <typename Tuple>
variable_list list_of(const Tuple &results) {
  return std::apply([](const auto &...each) { return variable_list{each...}; }, results);
}

/// Returns y, hn and for an LSTM cn by libtorch's operators.
/// @param batch_sizes undefined for padded sequences
variable_list by_libtorch(Kind kind, const Tensor &x, const Tensor &batch_sizes, at::TensorList states,
                          at::TensorList weights, const Options &o) {
  const auto call = [&](auto function, const auto &state) -> variable_list {
    if (batch_sizes.defined())
      return list_of(function(x, batch_sizes, state, weights, o.has_biases, o.num_layers, o.dropout, o.train,
                              o.bidirectional));
    return list_of(function(x, state, weights, o.has_biases, o.num_layers, o.dropout, o.train,
                            o.bidirectional, o.batch_first));
  };
  switch (kind) {
    case Kind::RnnTanh:
      return call([](const auto &...each) { return at::rnn_tanh(each...); }, states[0]);
    case Kind::RnnRelu:
      return call([](const auto &...each) { return at::rnn_relu(each...); }, states[0]);
    case Kind::Gru:
      return call([](const auto &...each) { return at::gru(each...); }, states[0]);
    default:
      if (!batch_sizes.defined() && panama_torch::casts_lstm(states))
        return list_of(at::lstm(panama_torch::lowered(x), panama_torch::lowered(states),
                                panama_torch::lowered(weights), o.has_biases, o.num_layers, o.dropout,
                                o.train, o.bidirectional, o.batch_first));
      return call([](const auto &...each) { return at::lstm(each...); }, states);
  }
}

struct FusedRecurrent : torch::autograd::Function<FusedRecurrent> {
  static variable_list forward(AutogradContext *context, const c10::intrusive_ptr<Spec> &spec,
                               at::TensorList all) {
    const at::AutoDispatchBelowADInplaceOrView below;
    const Results results = with_type(all[0], [&]<typename T>(T) { return ::forward<T>(*spec, all, true); });
    variable_list saved = all.vec();
    saved.insert(saved.end(), {results.y, results.gates, results.c, results.m});
    context->save_for_backward(saved);
    context->saved_data["spec"] = c10::IValue::make_capsule(spec);
    context->set_materialize_grads(false);
    variable_list outputs{results.y, results.hn};
    if (spec->is_lstm()) outputs.push_back(results.cn);
    return outputs;
  }

  static variable_list backward(AutogradContext *context, const variable_list &given) {
    const auto capsule = context->saved_data["spec"].toCapsule();
    const Spec &spec = static_cast<const Spec &>(*capsule);
    const variable_list saved = context->get_saved_variables();
    const at::TensorList all(saved), computed_before = all.slice(all.size() - 4);
    const Inputs inputs{spec, all.slice(0, all.size() - 4)};
    variable_list gradients(1);  // of the spec
    if (at::GradMode::is_enabled()) {
      // The gradient is to have a gradient itself.
      for (const Tensor &gradient : gradients_by_libtorch(inputs, given)) gradients.push_back(gradient);
      return gradients;
    }
    std::vector<bool> wanted;
    for (size_t i = 0; i < inputs.all.size(); ++i) wanted.push_back(context->needs_input_grad(i));
    const Results results{.y = computed_before[0],
                          .hn = {},
                          .cn = {},
                          .gates = computed_before[1],
                          .c = computed_before[2],
                          .m = computed_before[3]};
    const variable_list computed =
        with_type(inputs.x(), [&]<typename T>(T) { return ::backward<T>(inputs, results, given, wanted); });
    gradients.insert(gradients.end(), computed.begin(), computed.end());
    return gradients;
  }

  static variable_list gradients_by_libtorch(const Inputs &inputs, const variable_list &given) {
    const Spec &spec = inputs.spec;
    const variable_list outputs =
        by_libtorch(spec.kind, inputs.x(), spec.layout.batch_sizes, inputs.all.slice(1, spec.states()),
                    inputs.all.slice(1 + spec.states()),
                    {spec.has_biases, 1, 0.0, false, spec.directions == 2, spec.layout.batch_first});
    variable_list of, with, wanted;
    for (size_t i = 0; i < outputs.size(); ++i)
      if (given[i].defined()) {
        of.push_back(outputs[i]);
        with.push_back(given[i]);
      }
    for (const Tensor &input : inputs.all)
      if (input.requires_grad()) wanted.push_back(input);
    const variable_list computed = torch::autograd::grad(of, wanted, with, true, true, true);
    variable_list all;
    size_t next = 0;
    for (const Tensor &input : inputs.all) all.push_back(input.requires_grad() ? computed[next++] : Tensor());
    return all;
  }
};

/// Returns why the kernels cannot compute a call; nullptr if they can.
const char *obstacle(const Tensor &x, at::TensorList states, at::TensorList weights) {
  const auto type = x.scalar_type();
  const auto has_type = [&](const Tensor &tensor) { return tensor.scalar_type() == type; };
  const auto all = [&](const auto &condition) {
    return condition(x) && std::all_of(states.begin(), states.end(), condition) &&
           std::all_of(weights.begin(), weights.end(), condition);
  };
  const auto has_no_gradient = [](const Tensor &tensor) { return !tensor.requires_grad(); };
  if (type != at::kFloat && type != at::kDouble && type != at::kBFloat16)
    return "the type is neither float32 nor float64 nor bfloat16";
  if (type == at::kBFloat16 && at::GradMode::is_enabled() && !all(has_no_gradient))
    return "it has no gradients in bfloat16";
  if (!all(has_type)) return "not all tensors have one type";
  if (!all(is_plain)) return "not all tensors are dense and on the CPU";
  if (x.numel() == 0) return "the batch is empty";
  if (x.numel() / x.size(-1) > std::numeric_limits<int32_t>::max())
    return "the batch has more than 2^31 - 1 steps";
  if (at::autocast::is_autocast_enabled(at::kCPU)) return "autocast is enabled";
  return nullptr;
}

bool is_fused(const Tensor &x, at::TensorList states, at::TensorList weights) {
  const Backend wanted = backend.load(std::memory_order_relaxed);
  if (wanted == Backend::Aten) return false;
  const char *const reason = obstacle(x, states, weights);
  TORCH_CHECK(wanted == Backend::Auto || reason == nullptr,
              "the fused backend cannot compute this layer: ", reason, "; the backends AUTO and ATEN can");
  return reason == nullptr;
}

/// Returns y, hn and for an LSTM cn of stacked layers; of bfloat16, by computing in float32.
variable_list stacked(Kind kind, const Tensor &input, const Layout &layout, at::TensorList states,
                      at::TensorList weights, const Options &options) {
  if (input.scalar_type() == at::kBFloat16) {
    const auto converted = [](at::TensorList tensors, at::ScalarType type) {
      variable_list all;
      for (const Tensor &tensor : tensors) all.push_back(tensor.to(type));
      return all;
    };
    return converted(stacked(kind, input.to(at::kFloat), layout, converted(states, at::kFloat),
                             converted(weights, at::kFloat), options),
                     at::kBFloat16);
  }
  const int64_t directions = options.bidirectional ? 2 : 1;
  const size_t each = weights.size() / static_cast<size_t>(options.num_layers);
  Tensor y = input;
  std::vector<variable_list> last(states.size());
  for (int64_t layer = 0; layer < options.num_layers; ++layer) {
    const auto spec = c10::make_intrusive<Spec>();
    spec->kind = kind;
    spec->has_biases = options.has_biases;
    spec->has_projection = each > static_cast<size_t>(directions) * (options.has_biases ? 4 : 2);
    spec->directions = directions;
    spec->layout = layout;
    variable_list all{y.contiguous()};
    for (const Tensor &state : states) {
      const bool is_single = options.num_layers == 1;
      all.push_back((is_single ? state : state.narrow(0, layer * directions, directions)).contiguous());
    }
    for (const Tensor &weight : weights.slice(static_cast<size_t>(layer) * each, each))
      all.push_back(weight.contiguous());
    const bool has_graph =
        at::GradMode::is_enabled() &&
        std::any_of(all.begin(), all.end(), [](const Tensor &tensor) { return tensor.requires_grad(); });
    variable_list results;
    if (has_graph) {
      results = FusedRecurrent::apply(spec, at::TensorList(all));
    } else {
      const at::AutoDispatchBelowADInplaceOrView below;
      const Results plain = with_type(y, [&]<typename T>(T) { return ::forward<T>(*spec, all, false); });
      results = {plain.y, plain.hn, plain.cn};
    }
    y = results[0];
    for (size_t i = 0; i < states.size(); ++i) last[i].push_back(results[1 + i]);
    if (options.dropout != 0 && options.train && layer + 1 < options.num_layers)
      y = at::dropout(y, options.dropout, true);
  }
  variable_list outputs{y};
  for (const variable_list &states_of_layers : last)
    outputs.push_back(states_of_layers.size() == 1 ? states_of_layers[0] : at::cat(states_of_layers));
  return outputs;
}

/// Returns states of zeros.
variable_list zeros(Kind kind, const Tensor &x, int64_t batch, at::TensorList weights,
                    const Options &options) {
  const int64_t rows = options.num_layers * (options.bidirectional ? 2 : 1);
  const auto make = [&](int64_t size) { return at::zeros({rows, batch, size}, x.options()); };
  const int64_t hidden = weights[0].size(0) / gates_of(kind), output = weights[1].size(1);
  variable_list states{make(output)};
  // Nothing writes to initial states, so h0 and c0 can be one tensor.
  if (kind == Kind::Lstm) states.push_back(hidden == output ? states[0] : make(hidden));
  return states;
}

/// Returns y, hn and for an LSTM cn, otherwise an undefined tensor.
/// @param x padded sequences, one sequence (L, H_in), or with batch_sizes the data of packed sequences
/// @param sorted_indices, unsorted_indices the order of packed sequences, where it is not that of the batch
/// @param hx the states in the order of the batch; empty for zeros
/// @param code a Kind
std::tuple<Tensor, Tensor, Tensor> recurrent(const Tensor &x, const std::optional<Tensor> &batch_sizes,
                                             const std::optional<Tensor> &sorted_indices,
                                             const std::optional<Tensor> &unsorted_indices, at::TensorList hx,
                                             at::TensorList params, int64_t code, bool has_biases,
                                             int64_t num_layers, double dropout, bool train,
                                             bool bidirectional, bool batch_first) {
  TORCH_CHECK_VALUE(code >= 0 && code <= static_cast<int64_t>(Kind::Lstm), "kind: expected 0 to 3, got ",
                    code);
  TORCH_CHECK_VALUE(params.size() >= 2 && params[0].dim() == 2 && params[1].dim() == 2,
                    "params: expected w_ih and w_hh of two dimensions, and more");
  TORCH_CHECK_VALUE(num_layers >= 1 && num_layers <= static_cast<int64_t>(params.size()),
                    "num_layers: expected at least 1, and parameters for each, got ", num_layers);
  const auto kind = static_cast<Kind>(code);
  const Options options{has_biases, num_layers, dropout, train, bidirectional, batch_first};
  const bool is_one = !batch_sizes && x.dim() == 2;
  const int64_t batch_dim = batch_first ? 0 : 1;
  const Tensor input = is_one ? x.unsqueeze(batch_dim) : x;
  TORCH_CHECK_VALUE(input.dim() == (batch_sizes ? 2 : 3),
                    "x: expected two or three dimensions, and two if packed, got ", x.sizes());
  const int64_t batch = batch_sizes ? panama_torch::check_packing(x, *batch_sizes) : input.size(batch_dim);

  variable_list states = hx.empty() ? zeros(kind, x, batch, params, options) : hx.vec();
  TORCH_CHECK_VALUE(states.size() == (kind == Kind::Lstm ? 2 : 1),
                    "hx: expected h0, and c0 for an LSTM, got ", states.size(), " states");
  if (!hx.empty())
    for (Tensor &state : states) {
      if (is_one) state = state.unsqueeze(1);
      if (sorted_indices) state = state.index_select(1, *sorted_indices);
    }
  panama_torch::check_recurrent(batch, input.size(-1), gates_of(kind), states.front(), states.back(), params,
                                {num_layers, has_biases, bidirectional});

  variable_list results =
      is_fused(input, states, params)
          ? stacked(kind, input,
                    batch_sizes ? Layout::packed(*batch_sizes) : Layout::padded(input, batch_first), states,
                    params, options)
          : by_libtorch(kind, input, batch_sizes.value_or(Tensor()), states, params, options);
  if (is_one) results[0] = results[0].squeeze(batch_dim);
  for (size_t i = 1; i < results.size(); ++i) {
    if (is_one) results[i] = results[i].squeeze(1);
    if (unsorted_indices) results[i] = results[i].index_select(1, *unsorted_indices);
  }
  results.resize(3);
  return {results[0], results[1], results[2]};
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(panama_torch, library) {
  library.def(
      "recurrent(Tensor x, Tensor? batch_sizes, Tensor? sorted_indices, Tensor? unsorted_indices, Tensor[] "
      "hx, "
      "Tensor[] params, int kind, bool has_biases, int num_layers, float dropout, bool train, bool "
      "bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)",
      &recurrent);
  library.def("set_recurrent_backend(int backend) -> int", [](int64_t wanted) {
    TORCH_CHECK_VALUE(wanted >= 0 && wanted <= 2, "backend: expected 0 to 2, got ", wanted);
    return static_cast<int64_t>(backend.exchange(static_cast<Backend>(wanted)));
  });
  library.def("recurrent_backend() -> int", [] { return static_cast<int64_t>(backend.load()); });
  library.def("recurrent_vector_bits() -> int", [] { return kernels_here<float>().vector_bits; });
}
