// Conversions between padded and packed sequences. libtorch's own take several operations for each step, forward and
// backward; here rows are copied.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "libtorch.h"
#include "plain.h"
#include "sequences.h"
#include "threads.h"

namespace {

using at::Tensor;
using panama_torch::is_plain;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Which rows of padded sequences the rows of packed ones are. A row is one step of one sequence.
struct Rows : torch::CustomClassHolder {
  std::vector<int64_t> batch_sizes;
  std::vector<int64_t> order;  ///< for each packed sequence, its place in the batch
  int64_t length = 0;          ///< of padded sequences
  bool batch_first = false;

  int64_t sequences() const { return static_cast<int64_t>(order.size()); }
  int64_t packed_rows() const { return std::accumulate(batch_sizes.begin(), batch_sizes.end(), int64_t{0}); }
  std::vector<int64_t> padded_sizes() const {
    return batch_first ? std::vector<int64_t>{sequences(), length}
                       : std::vector<int64_t>{length, sequences()};
  }

  /// Calls copy(row of the packed, row of the padded sequences) for all rows, and fill(row of the padded sequences) for those
  /// after the end of a sequence. Where there is much to copy, the threads share the sequences as recurrent layers do, so
  /// that each finds what it has written in its cache.
  template <typename Copy, typename Fill>
  void each(int64_t bytes, Copy copy, Fill fill) const {
    const int64_t parts = std::clamp<int64_t>(packed_rows() * bytes >> 18, 1,
                                              std::min<int64_t>(sequences(), at::get_num_threads()));
    const std::vector<int64_t> first_sequences = panama_torch::divide(batch_sizes, parts);
    const std::vector<int64_t> lengths = panama_torch::counts_above(batch_sizes);
    std::vector<int64_t> starts{0};  // of the steps
    for (const int64_t size : batch_sizes) starts.push_back(starts.back() + size);
    panama_torch::on_threads(parts, parts, [&](int64_t part) {
      const int64_t first = first_sequences[static_cast<size_t>(part)];
      const int64_t last = first_sequences[static_cast<size_t>(part) + 1];
      for (int64_t n = first; n < last; ++n) {
        const int64_t place = order[static_cast<size_t>(n)], end = lengths[static_cast<size_t>(n)];
        const auto in_padded = [&](int64_t t) {
          return batch_first ? place * length + t : t * sequences() + place;
        };
        for (int64_t t = 0; t < end; ++t) copy(starts[static_cast<size_t>(t)] + n, in_padded(t));
        for (int64_t t = end; t < length; ++t) fill(in_padded(t));
      }
    });
  }
};

using RowsPointer = c10::intrusive_ptr<Rows>;

/// Returns the sizes of a tensor with other sizes for its first dimensions.
std::vector<int64_t> with_first(const std::vector<int64_t> &first, at::IntArrayRef others) {
  std::vector<int64_t> sizes = first;
  sizes.insert(sizes.end(), others.begin(), others.end());
  return sizes;
}

/// A tensor as rows of bytes.
struct Bytes {
  char *first;
  int64_t size;  ///< of a row

  Bytes(const Tensor &tensor, at::IntArrayRef row_sizes)
      : first(static_cast<char *>(tensor.data_ptr())),
        size(c10::multiply_integers(row_sizes) * static_cast<int64_t>(tensor.element_size())) {}

  void copy(int64_t row, const Bytes &from, int64_t other) const {
    std::memcpy(first + row * size, from.first + other * size, static_cast<size_t>(size));
  }
};

Tensor pack(const Tensor &padded, const Rows &rows) {
  const at::IntArrayRef row_sizes = padded.sizes().slice(2);
  const Tensor source = padded.contiguous();
  const Tensor packed = at::empty(with_first({rows.packed_rows()}, row_sizes), padded.options());
  const Bytes from(source, row_sizes), to(packed, row_sizes);
  rows.each(
      to.size, [&](int64_t in_packed, int64_t in_padded) { to.copy(in_packed, from, in_padded); },
      [](int64_t) {});
  return packed;
}

Tensor pad(const Tensor &packed, const Rows &rows, double padding_value) {
  const at::IntArrayRef row_sizes = packed.sizes().slice(1);
  const Tensor source = packed.contiguous(), row = at::full(row_sizes, padding_value, packed.options());
  const Tensor padded = at::empty(with_first(rows.padded_sizes(), row_sizes), packed.options());
  const Bytes from(source, row_sizes), padding(row, row_sizes), to(padded, row_sizes);
  rows.each(
      to.size, [&](int64_t in_packed, int64_t in_padded) { to.copy(in_padded, from, in_packed); },
      [&](int64_t in_padded) { to.copy(in_padded, padding, 0); });
  return padded;
}

bool has_graph(const Tensor &tensor) { return at::GradMode::is_enabled() && tensor.requires_grad(); }

RowsPointer saved_rows(AutogradContext *context) {
  return c10::static_intrusive_pointer_cast<Rows>(context->saved_data["rows"].toCapsule());
}

// Each of both is the backward pass of the other.

Tensor differentiable_pad(const Tensor &packed, const RowsPointer &rows, double padding_value);

struct Pack : torch::autograd::Function<Pack> {
  static Tensor forward(AutogradContext *context, const Tensor &padded, const RowsPointer &rows) {
    const at::AutoDispatchBelowADInplaceOrView below;
    context->saved_data["rows"] = c10::IValue::make_capsule(rows);
    return pack(padded, *rows);
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    return {differentiable_pad(gradients[0], saved_rows(context), 0), Tensor()};
  }
};

Tensor differentiable_pack(const Tensor &padded, const RowsPointer &rows) {
  return has_graph(padded) ? Pack::apply(padded, rows) : pack(padded, *rows);
}

struct Pad : torch::autograd::Function<Pad> {
  static Tensor forward(AutogradContext *context, const Tensor &packed, const RowsPointer &rows,
                        double padding_value) {
    const at::AutoDispatchBelowADInplaceOrView below;
    context->saved_data["rows"] = c10::IValue::make_capsule(rows);
    return pad(packed, *rows, padding_value);
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    return {differentiable_pack(gradients[0], saved_rows(context)), Tensor(), Tensor()};
  }
};

Tensor differentiable_pad(const Tensor &packed, const RowsPointer &rows, double padding_value) {
  return has_graph(packed) ? Pad::apply(packed, rows, padding_value) : pad(packed, *rows, padding_value);
}

/// Returns the numbers of a tensor of indices; none if it is something else.
std::optional<std::vector<int64_t>> numbers(const Tensor &tensor) {
  if (!is_plain(tensor) || tensor.scalar_type() != at::kLong || tensor.dim() != 1) return std::nullopt;
  const Tensor own = tensor.contiguous();
  const auto *first = own.const_data_ptr<int64_t>();
  return std::vector<int64_t>(first, first + own.numel());
}

/// Returns the numbers of a permutation, by default that which changes nothing; none if it is something else.
std::optional<std::vector<int64_t>> permutation(const std::optional<Tensor> &given, size_t count) {
  std::vector<int64_t> same(count);
  std::iota(same.begin(), same.end(), 0);
  if (!given) return same;
  const auto order = numbers(*given);
  if (!order || !std::is_permutation(order->begin(), order->end(), same.begin(), same.end()))
    return std::nullopt;
  return order;
}

Tensor tensor_of(const std::vector<int64_t> &values) {
  Tensor made = at::empty({static_cast<int64_t>(values.size())}, at::kLong);
  std::copy(values.begin(), values.end(), made.mutable_data_ptr<int64_t>());
  return made;
}

RowsPointer rows_of(const std::vector<int64_t> &batch_sizes, const std::vector<int64_t> &order,
                    int64_t length, bool batch_first) {
  const auto rows = c10::make_intrusive<Rows>();
  rows->batch_sizes = batch_sizes;
  rows->order = order;
  rows->length = length;
  rows->batch_first = batch_first;
  return rows;
}

using Two = std::tuple<Tensor, Tensor>;

/// Returns the data and the batch sizes of packed sequences.
/// @param lengths decreasing, in the order of the packed sequences
/// @param sorted_indices for each packed sequence, its place in the batch
Two pack_padded_sequence(const Tensor &input, const Tensor &lengths,
                         const std::optional<Tensor> &sorted_indices, bool batch_first) {
  const int64_t batch_dim = batch_first ? 0 : 1;
  const auto valid_lengths = [&]() -> std::optional<std::vector<int64_t>> {
    auto given = numbers(lengths);
    if (!given || given->empty() || !is_plain(input) || input.numel() == 0 || input.dim() < 2 ||
        static_cast<int64_t>(given->size()) != input.size(batch_dim) ||
        !std::is_sorted(given->rbegin(), given->rend()) || given->back() < 1 ||
        given->front() > input.size(1 - batch_dim))
      return std::nullopt;
    return given;
  }();
  const auto order = valid_lengths ? permutation(sorted_indices, valid_lengths->size()) : std::nullopt;
  if (!order)
    return at::_pack_padded_sequence(sorted_indices ? input.index_select(batch_dim, *sorted_indices) : input,
                                     lengths, batch_first);
  const std::vector<int64_t> batch_sizes = panama_torch::counts_above(*valid_lengths);
  return {differentiable_pack(input, rows_of(batch_sizes, *order, input.size(1 - batch_dim), batch_first)),
          tensor_of(batch_sizes)};
}

/// Returns padded sequences and their lengths.
/// @param unsorted_indices for each sequence of the batch, its place among the packed sequences
/// @param total_length the length of the result, at least that of the longest sequence; otherwise that is it
Two pad_packed_sequence(const Tensor &data, const Tensor &batch_sizes,
                        const std::optional<Tensor> &unsorted_indices, bool batch_first, double padding_value,
                        int64_t total_length) {
  const std::vector<int64_t> sizes = *numbers(batch_sizes);  // which is valid, see trusted.cpp
  const std::vector<int64_t> lengths = panama_torch::counts_above(sizes);
  const auto places = permutation(unsorted_indices, lengths.size());
  if (!places || !is_plain(data)) {
    const auto [padded, their_lengths] =
        at::_pad_packed_sequence(data, batch_sizes, batch_first, padding_value, total_length);
    if (!unsorted_indices) return {padded, their_lengths};
    return {padded.index_select(batch_first ? 0 : 1, *unsorted_indices),
            their_lengths.index_select(0, unsorted_indices->to(at::kCPU))};
  }
  std::vector<int64_t> order(places->size()), ordered_lengths;
  for (size_t i = 0; i < order.size(); ++i) {
    const auto place = static_cast<size_t>((*places)[i]);
    order[place] = static_cast<int64_t>(i);
    ordered_lengths.push_back(lengths[place]);
  }
  const int64_t length = std::max(total_length, lengths.front());
  return {differentiable_pad(data, rows_of(sizes, order, length, batch_first), padding_value),
          tensor_of(ordered_lengths)};
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(panama_torch, library) {
  library.def(
      "pack_padded_sequence(Tensor input, Tensor lengths, Tensor? sorted_indices, bool batch_first) -> "
      "(Tensor, Tensor)",
      &pack_padded_sequence);
  library.def(
      "pad_packed_sequence(Tensor data, Tensor batch_sizes, Tensor? unsorted_indices, bool batch_first, "
      "float "
      "padding_value, int total_length) -> (Tensor, Tensor)",
      &pad_packed_sequence);
}
