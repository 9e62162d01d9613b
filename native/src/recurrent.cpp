// The operators of recurrent layers: the kernels of native/kernels where they can be used, otherwise libtorch's own.
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>

#include "../kernels/layer.h"
#include "libtorch.h"
#include "threads.h"

namespace {

using at::Tensor;
using panama_torch::kernels::Gradients;
using panama_torch::kernels::Kernels;
using panama_torch::kernels::Kind;
using panama_torch::kernels::Layer;
using panama_torch::kernels::Sizes;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Which implementation computes recurrent layers; the values are the codes of Backends.Recurrent in Java.
enum class Backend : int64_t { Aten, Fused, Auto };
std::atomic<Backend> backend = Backend::Aten;

/// Where the steps of the sequences are; see Layer.
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
};

/// One layer with all its directions.
struct Spec : torch::CustomClassHolder {
  Kind kind = Kind::Lstm;
  bool has_biases = true;
  int64_t directions = 1;
  Layout layout;

  bool is_lstm() const { return kind == Kind::Lstm; }
  size_t states() const { return is_lstm() ? 2 : 1; }
  size_t weights() const { return has_biases ? 4 : 2; }
};

/// What the tensors x, h0, (c0), weights... of a call are.
struct Inputs {
  const Spec &spec;
  at::TensorList all;

  const Tensor &x() const { return all[0]; }
  const Tensor &state(size_t i) const { return all[1 + i]; }
  const Tensor &weight(int64_t direction, size_t i) const {
    return all[1 + spec.states() + static_cast<size_t>(direction) * spec.weights() + i];
  }
  int64_t input() const { return x().size(-1); }
  int64_t hidden() const { return state(0).size(2); }
  int64_t rows() const { return x().numel() / input(); }
};

template <typename T>
T *data(const Tensor &tensor) {
  return tensor.defined() ? static_cast<T *>(tensor.data_ptr()) : nullptr;
}

/// Returns a direction of a tensor (D, ...).
Tensor of(const Tensor &tensor, int64_t direction) {
  return tensor.defined() ? tensor.select(0, direction) : tensor;
}

/// Calls work(direction, first sequence, last sequence), on several threads if it is much.
template <typename F>
void in_parallel(const Inputs &inputs, F work) {
  const Spec &spec = inputs.spec;
  const double each = 2.0 * static_cast<double>(inputs.rows() * inputs.hidden()) *
                      static_cast<double>(inputs.input() + inputs.hidden()) * (spec.is_lstm() ? 4 : 3);
  const int64_t sequences = spec.layout.sequences;
  const int64_t threads = each * static_cast<double>(spec.directions) < 3e6 ? 1 : at::get_num_threads();
  const int64_t parts = sequences >= 2 * threads ? threads : 1;
  const auto part = [&](int64_t i) {
    work(i / parts, sequences * (i % parts) / parts, sequences * (i % parts + 1) / parts);
  };
  const int64_t count = spec.directions * parts;
  if (threads == 1) {
    for (int64_t i = 0; i < count; ++i) part(i);
  } else {
    panama_torch::on_threads(count, part);
  }
}

/// The results y, hn, cn and, for the backward pass, the gates and c of all directions.
struct Results {
  Tensor y, hn, cn, gates, c;
};

template <typename T>
Layer<T> layer_of(const Inputs &inputs, int64_t direction, const Results &results, const Tensor &packed) {
  const Spec &spec = inputs.spec;
  const Layout &layout = spec.layout;
  const int64_t hidden = inputs.hidden();
  const auto state = [&](const Tensor &tensor) { return data<T>(of(tensor, direction)); };
  return {.kind = spec.kind,
          .reverse = direction == 1,
          .steps = static_cast<int64_t>(layout.active.size()),
          .sequences = layout.sequences,
          .input = inputs.input(),
          .hidden = hidden,
          .offsets = layout.offsets.data(),
          .active = layout.active.data(),
          .stride = layout.stride,
          .weight_ih = data<T>(inputs.weight(direction, 0)),
          .weight_hh = data<T>(inputs.weight(direction, 1)),
          .bias_ih = spec.has_biases ? data<T>(inputs.weight(direction, 2)) : nullptr,
          .bias_hh = spec.has_biases ? data<T>(inputs.weight(direction, 3)) : nullptr,
          .x = data<T>(inputs.x()),
          .x_stride = inputs.input(),
          .h0 = state(inputs.state(0)),
          .c0 = spec.is_lstm() ? state(inputs.state(1)) : nullptr,
          .y = data<T>(results.y) + direction * hidden,
          .y_stride = spec.directions * hidden,
          .packed = data<T>(packed),
          .gates = state(results.gates),
          .c = state(results.c),
          .hn = state(results.hn),
          .cn = state(results.cn)};
}

template <typename T>
Results forward(const Inputs &inputs, bool saves) {
  const Spec &spec = inputs.spec;
  const Kernels<T> &kernels = panama_torch::kernels::kernels<T>();
  const Sizes sizes = kernels.sizes(spec.kind, inputs.input(), inputs.hidden());
  const auto make = [&](at::IntArrayRef shape) { return at::empty(shape, inputs.x().options()); };
  Results results;
  std::vector<int64_t> shape = inputs.x().sizes().vec();
  shape.back() = spec.directions * inputs.hidden();
  results.y = make(shape);
  results.hn = make(inputs.state(0).sizes());
  if (spec.is_lstm()) {
    results.cn = make(inputs.state(1).sizes());
    results.c = make({spec.directions, saves ? inputs.rows() : spec.layout.sequences, sizes.hidden});
  }
  if (saves) results.gates = make({spec.directions, inputs.rows(), sizes.gates});
  const Tensor packed = make({spec.directions, sizes.packed});
  std::vector<Layer<T>> layers;
  for (int64_t d = 0; d < spec.directions; ++d) {
    layers.push_back(layer_of<T>(inputs, d, results, of(packed, d)));
    kernels.pack(layers.back());
  }
  in_parallel(inputs, [&](int64_t direction, int64_t first, int64_t last) {
    kernels.forward(layers[static_cast<size_t>(direction)], first, last);
  });
  return results;
}

/// Returns h before each step, (rows, hidden).
template <typename T>
Tensor before(const Layer<T> &layer, const Tensor &like, int64_t rows) {
  Tensor all = at::empty({rows, layer.hidden}, like.options());
  T *to = data<T>(all);
  for (int64_t t = 0; t < layer.steps; ++t) {
    const int64_t previous = layer.reverse ? t + 1 : t - 1;
    const int64_t count = previous < 0 || previous >= layer.steps ? 0 : layer.active[previous];
    for (int64_t n = 0; n < layer.active[t]; ++n) {
      const T *from = n < count ? layer.y + (layer.offsets[previous] + n * layer.stride) * layer.y_stride
                                : layer.h0 + n * layer.hidden;
      std::copy_n(from, layer.hidden, to + (layer.offsets[t] + n * layer.stride) * layer.hidden);
    }
  }
  return all;
}

/// Returns the gradients of x, the states and the weights; undefined where none is wanted.
template <typename T>
variable_list backward(const Inputs &inputs, const Results &results, const variable_list &given,
                       const std::vector<bool> &wanted) {
  const Spec &spec = inputs.spec;
  const Kernels<T> &kernels = panama_torch::kernels::kernels<T>();
  const int64_t hidden = inputs.hidden(), rows = inputs.rows(), sequences = spec.layout.sequences;
  const Sizes sizes = kernels.sizes(spec.kind, inputs.input(), hidden);
  const auto make = [&](at::IntArrayRef shape) { return at::empty(shape, inputs.x().options()); };

  Tensor y = given[0];
  int64_t y_stride = spec.directions * hidden;
  if (y.defined()) {
    const bool is_constant =
        std::all_of(y.strides().begin(), y.strides().end(), [](int64_t s) { return s == 0; });
    if (is_constant) {  // the gradient of a sum: one row serves all
      y = y.flatten()[0].expand({y_stride}).contiguous();
      y_stride = 0;
    }
    y = y.contiguous();
  }
  variable_list states;
  for (size_t i = 0; i < spec.states(); ++i)
    states.push_back(given[1 + i].defined() ? given[1 + i].contiguous() : Tensor());
  const Tensor gates = make({spec.directions, rows, sizes.gates});
  const Tensor packed = make({spec.directions, sizes.packed_backward});
  const Tensor carry = make({spec.directions, sequences, sizes.hidden});
  const Tensor c = spec.is_lstm() ? make({spec.directions, sequences, sizes.hidden}) : Tensor();
  variable_list result(inputs.all.size());
  for (size_t i = 0; i < spec.states(); ++i)
    if (wanted[1 + i]) result[1 + i] = make(inputs.state(i).sizes());

  std::vector<Layer<T>> layers;
  std::vector<Gradients<T>> all;
  for (int64_t d = 0; d < spec.directions; ++d) {
    const auto state = [&](const Tensor &tensor) { return data<T>(of(tensor, d)); };
    layers.push_back(layer_of<T>(inputs, d, results, Tensor()));
    all.push_back({.y = y.defined() ? data<T>(y) + d * hidden : nullptr,
                   .y_stride = y_stride,
                   .hn = state(states[0]),
                   .cn = spec.is_lstm() ? state(states[1]) : nullptr,
                   .packed = state(packed),
                   .carry = state(carry),
                   .c = state(c),
                   .gates = state(gates),
                   .h0 = state(result[1]),
                   .c0 = spec.is_lstm() ? state(result[2]) : nullptr});
    kernels.pack_backward(layers.back(), all.back());
  }
  in_parallel(inputs, [&](int64_t direction, int64_t first, int64_t last) {
    const auto d = static_cast<size_t>(direction);
    kernels.backward(layers[d], all[d], first, last);
  });

  const Tensor x = inputs.x().view({rows, inputs.input()});
  for (int64_t d = 0; d < spec.directions; ++d) {
    const Tensor own = gates[d];
    const size_t first = 1 + spec.states() + static_cast<size_t>(d) * spec.weights();
    if (wanted[0]) {
      const Tensor weight = at::zeros({sizes.gates, inputs.input()}, x.options());
      kernels.to_columns(spec.kind, false, hidden, inputs.input(), layers[static_cast<size_t>(d)].weight_ih,
                         data<T>(weight));
      result[0] = d == 0 ? at::mm(own, weight) : result[0].addmm_(own, weight);
    }
    const auto weight = [&](size_t i, bool hh, const Tensor &product) {
      result[first + i] = make(inputs.weight(d, i).sizes());
      kernels.from_columns(spec.kind, hh, hidden, product.numel() / sizes.gates, data<T>(product),
                           data<T>(result[first + i]));
    };
    if (wanted[first]) weight(0, false, at::mm(own.t(), x));
    if (wanted[first + 1]) weight(1, true, at::mm(own.t(), before(layers[static_cast<size_t>(d)], x, rows)));
    if (spec.has_biases && (wanted[first + 2] || wanted[first + 3])) {
      const Tensor sum = own.sum(0);
      weight(2, false, sum);
      weight(3, true, sum);
    }
  }
  if (result[0].defined()) result[0] = result[0].view(inputs.x().sizes());
  return result;
}

template <typename F>
auto with_type(const Tensor &tensor, F f) {
  return tensor.scalar_type() == at::kFloat ? f(float{}) : f(double{});
}

/// Returns y, hn and for an LSTM cn of the same layer by libtorch's operators.
variable_list by_libtorch(const Inputs &inputs) {
  const Spec &spec = inputs.spec;
  const Layout &layout = spec.layout;
  const at::TensorList weights = inputs.all.slice(1 + spec.states());
  const bool two = spec.directions == 2;
  const auto call = [&](auto function, const auto &state) -> variable_list {
    const auto list = [](const auto &results) {
      return std::apply([](const auto &...each) { return variable_list{each...}; }, results);
    };
    if (layout.batch_sizes.defined())
      return list(
          function(inputs.x(), layout.batch_sizes, state, weights, spec.has_biases, 1, 0.0, false, two));
    return list(
        function(inputs.x(), state, weights, spec.has_biases, 1, 0.0, false, two, layout.batch_first));
  };
  switch (spec.kind) {
    case Kind::RnnTanh:
      return call([](const auto &...each) { return at::rnn_tanh(each...); }, inputs.state(0));
    case Kind::RnnRelu:
      return call([](const auto &...each) { return at::rnn_relu(each...); }, inputs.state(0));
    case Kind::Gru:
      return call([](const auto &...each) { return at::gru(each...); }, inputs.state(0));
    default:
      return call([](const auto &...each) { return at::lstm(each...); }, inputs.all.slice(1, 2));
  }
}

struct FusedRecurrent : torch::autograd::Function<FusedRecurrent> {
  static variable_list forward(AutogradContext *context, const c10::intrusive_ptr<Spec> &spec,
                               at::TensorList all) {
    const at::AutoDispatchBelowADInplaceOrView below;
    const Inputs inputs{*spec, all};
    const Results results = with_type(inputs.x(), [&]<typename T>(T) { return ::forward<T>(inputs, true); });
    variable_list saved = all.vec();
    saved.insert(saved.end(), {results.y, results.gates, results.c});
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
    const Inputs inputs{spec, at::TensorList(saved).slice(0, saved.size() - 3)};
    variable_list gradients(1);  // of the spec
    if (at::GradMode::is_enabled()) {
      // The gradient is to have a gradient itself.
      for (const Tensor &gradient : gradients_by_libtorch(inputs, given)) gradients.push_back(gradient);
      return gradients;
    }
    std::vector<bool> wanted;
    for (size_t i = 0; i < inputs.all.size(); ++i) wanted.push_back(context->needs_input_grad(i));
    const Results results{saved[saved.size() - 3], {}, {}, saved[saved.size() - 2], saved[saved.size() - 1]};
    const variable_list computed =
        with_type(inputs.x(), [&]<typename T>(T) { return ::backward<T>(inputs, results, given, wanted); });
    gradients.insert(gradients.end(), computed.begin(), computed.end());
    return gradients;
  }

  static variable_list gradients_by_libtorch(const Inputs &inputs, const variable_list &given) {
    const variable_list outputs = by_libtorch(inputs);
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
const char *obstacle(const Tensor &x, at::TensorList states, at::TensorList weights, int64_t layers,
                     bool has_biases, bool bidirectional) {
  const auto type = x.scalar_type();
  const auto has_type = [&](const Tensor &tensor) { return tensor.scalar_type() == type; };
  const auto is_plain = [](const Tensor &tensor) {
    return tensor.is_cpu() && tensor.layout() == at::kStrided && !tensor._is_zerotensor() && !tensor.is_neg();
  };
  const auto all = [&](const auto &condition) {
    return condition(x) && std::all_of(states.begin(), states.end(), condition) &&
           std::all_of(weights.begin(), weights.end(), condition);
  };
  const size_t each = has_biases ? 4 : 2;  // 5 or 3 with a projection
  if (type != at::kFloat && type != at::kDouble) return "the type is neither float32 nor float64";
  if (!all(has_type)) return "not all tensors have one type";
  if (!all(is_plain)) return "not all tensors are dense and on the CPU";
  if (weights.size() != each * static_cast<size_t>(layers) * (bidirectional ? 2 : 1))
    return "it has a projection";
  if (x.numel() == 0) return "the batch is empty";
  if (at::autocast::is_autocast_enabled(at::kCPU)) return "autocast is enabled";
  return nullptr;
}

bool is_fused(const Tensor &x, at::TensorList states, at::TensorList weights, int64_t layers, bool has_biases,
              bool bidirectional) {
  const Backend wanted = backend.load(std::memory_order_relaxed);
  if (wanted == Backend::Aten) return false;
  const char *const reason = obstacle(x, states, weights, layers, has_biases, bidirectional);
  TORCH_CHECK(wanted == Backend::Auto || reason == nullptr,
              "the fused backend cannot compute this layer: ", reason, "; the backends AUTO and ATEN can");
  return reason == nullptr;
}

/// The options of a call that its operators have in common.
struct Options {
  bool has_biases;
  int64_t num_layers;
  double dropout;
  bool train, bidirectional;
};

/// Returns y, hn and for an LSTM cn of stacked layers.
variable_list stacked(Kind kind, const Tensor &input, const Layout &layout, at::TensorList states,
                      at::TensorList weights, const Options &options) {
  const int64_t directions = options.bidirectional ? 2 : 1;
  const size_t each = static_cast<size_t>(directions) * (options.has_biases ? 4 : 2);
  Tensor y = input;
  std::vector<variable_list> last(states.size());
  for (int64_t layer = 0; layer < options.num_layers; ++layer) {
    const auto spec = c10::make_intrusive<Spec>();
    spec->kind = kind;
    spec->has_biases = options.has_biases;
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
      const Results plain = with_type(y, [&]<typename T>(T) { return forward<T>({*spec, all}, false); });
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

using Two = std::tuple<Tensor, Tensor>;
using Three = std::tuple<Tensor, Tensor, Tensor>;

Three lstm_input(const Tensor &input, at::TensorList hx, at::TensorList params, bool has_biases,
                 int64_t num_layers, double dropout, bool train, bool bidirectional, bool batch_first) {
  if (!is_fused(input, hx, params, num_layers, has_biases, bidirectional))
    return at::lstm(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first);
  const variable_list all = stacked(Kind::Lstm, input, Layout::padded(input, batch_first), hx, params,
                                    {has_biases, num_layers, dropout, train, bidirectional});
  return {all[0], all[1], all[2]};
}

Three lstm_data(const Tensor &data, const Tensor &batch_sizes, at::TensorList hx, at::TensorList params,
                bool has_biases, int64_t num_layers, double dropout, bool train, bool bidirectional) {
  if (!is_fused(data, hx, params, num_layers, has_biases, bidirectional))
    return at::lstm(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional);
  const variable_list all = stacked(Kind::Lstm, data, Layout::packed(batch_sizes), hx, params,
                                    {has_biases, num_layers, dropout, train, bidirectional});
  return {all[0], all[1], all[2]};
}

/// RNN and GRU, which have one state. `otherwise` is libtorch's operator.
template <Kind kind, auto otherwise>
Two input(const Tensor &input, const Tensor &hx, at::TensorList params, bool has_biases, int64_t num_layers,
          double dropout, bool train, bool bidirectional, bool batch_first) {
  if (!is_fused(input, hx, params, num_layers, has_biases, bidirectional))
    return otherwise(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first);
  const variable_list all = stacked(kind, input, Layout::padded(input, batch_first), hx, params,
                                    {has_biases, num_layers, dropout, train, bidirectional});
  return {all[0], all[1]};
}

template <Kind kind, auto otherwise>
Two data(const Tensor &data, const Tensor &batch_sizes, const Tensor &hx, at::TensorList params,
         bool has_biases, int64_t num_layers, double dropout, bool train, bool bidirectional) {
  if (!is_fused(data, hx, params, num_layers, has_biases, bidirectional))
    return otherwise(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional);
  const variable_list all = stacked(kind, data, Layout::packed(batch_sizes), hx, params,
                                    {has_biases, num_layers, dropout, train, bidirectional});
  return {all[0], all[1]};
}

using InputFunction = Two (*)(const Tensor &, const Tensor &, at::TensorList, bool, int64_t, double, bool,
                              bool, bool);
using DataFunction = Two (*)(const Tensor &, const Tensor &, const Tensor &, at::TensorList, bool, int64_t,
                             double, bool, bool);

template <Kind kind, InputFunction padded, DataFunction packed>
void define(torch::Library &library, const std::string &name) {
  const std::string options =
      "Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional";
  library.def(
      (name + ".input(Tensor input, Tensor hx, " + options + ", bool batch_first) -> (Tensor, Tensor)")
          .c_str(),
      &input<kind, padded>);
  library.def(
      (name + ".data(Tensor data, Tensor batch_sizes, Tensor hx, " + options + ") -> (Tensor, Tensor)")
          .c_str(),
      &data<kind, packed>);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(panama_torch, library) {
  define<Kind::RnnTanh, &at::rnn_tanh, &at::rnn_tanh>(library, "rnn_tanh");
  define<Kind::RnnRelu, &at::rnn_relu, &at::rnn_relu>(library, "rnn_relu");
  define<Kind::Gru, &at::gru, &at::gru>(library, "gru");
  library.def(
      "lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float "
      "dropout, "
      "bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)",
      &lstm_input);
  library.def(
      "lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int "
      "num_layers, "
      "float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)",
      &lstm_data);
  library.def("set_recurrent_backend(int backend) -> int", [](int64_t wanted) {
    TORCH_CHECK_VALUE(wanted >= 0 && wanted <= 2, "backend: expected 0 to 2, got ", wanted);
    return static_cast<int64_t>(backend.exchange(static_cast<Backend>(wanted)));
  });
  library.def("recurrent_backend() -> int", [] { return static_cast<int64_t>(backend.load()); });
}
