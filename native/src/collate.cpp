// Operators that make a batch of examples. libtorch's own copy each example by several operations.
#include <torch/library.h>

#include <algorithm>
#include <cstring>

#include "libtorch.h"
#include "plain.h"

using panama_torch::is_plain;

namespace {

/// Returns whether the elements of all tensors can be copied as bytes, without a conversion and without a graph.
bool are_plain(at::TensorList tensors) {
  return std::all_of(tensors.begin(), tensors.end(), [&](const at::Tensor &tensor) {
    return is_plain(tensor) && tensor.dtype() == tensors.front().dtype() && tensor.is_contiguous() &&
           !(at::GradMode::is_enabled() && tensor.requires_grad());
  });
}

/// Copies `count` blocks, of `bytes` bytes each, that lie one after the other in `from`, to every `stride`-th block
/// of `to`.
void copy_blocks(char *to, const char *from, int64_t count, int64_t bytes, int64_t stride) {
  if (count == 0) return;
  if (stride == 1) {
    std::memcpy(to, from, static_cast<size_t>(count * bytes));
  } else {
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(to + i * stride * bytes, from + i * bytes, static_cast<size_t>(bytes));
  }
}

const char *bytes_of(const at::Tensor &tensor) { return static_cast<const char *>(tensor.const_data_ptr()); }

/// Returns the result of at::stack with dim = 0.
at::Tensor stack(at::TensorList tensors) {
  const bool one_shape = std::all_of(tensors.begin(), tensors.end(), [&](const at::Tensor &tensor) {
    return tensor.sizes() == tensors.front().sizes();
  });
  if (tensors.empty() || !one_shape || !are_plain(tensors)) return at::stack(tensors);
  const at::Tensor &first = tensors.front();
  std::vector<int64_t> sizes = first.sizes().vec();
  sizes.insert(sizes.begin(), static_cast<int64_t>(tensors.size()));
  at::Tensor stacked = at::empty(sizes, first.options().requires_grad(false));
  const auto bytes = static_cast<int64_t>(first.nbytes());
  if (bytes == 0) return stacked;
  auto *to = static_cast<char *>(stacked.mutable_data_ptr());
  for (const at::Tensor &tensor : tensors) {
    copy_blocks(to, bytes_of(tensor), 1, bytes, 1);
    to += bytes;
  }
  return stacked;
}

/// Returns the result of at::pad_sequence, but does not broadcast the sizes of a step.
at::Tensor pad_sequence(at::TensorList sequences, bool batch_first, double padding_value,
                        c10::string_view side) {
  for (const at::Tensor &sequence : sequences)
    TORCH_CHECK(sequence.dim() > 0 && sequence.sizes().slice(1) == sequences.front().sizes().slice(1),
                "sequences: expected the same sizes, except the first, got ", sequence.sizes(), " and ",
                sequences.front().sizes());
  const bool left = side == "left";
  if (sequences.empty() || !are_plain(sequences) || (!left && side != "right"))
    return at::pad_sequence(sequences, batch_first, padding_value, side);

  const auto [shortest, longest] = std::minmax_element(
      sequences.begin(), sequences.end(),
      [](const at::Tensor &one, const at::Tensor &other) { return one.size(0) < other.size(0); });
  const int64_t length = longest->size(0), count = static_cast<int64_t>(sequences.size());
  const at::TensorOptions options = longest->options().requires_grad(false);
  std::vector<int64_t> sizes = longest->sizes().vec();
  sizes[0] = length - shortest->size(0);
  const at::Tensor padding = at::full(sizes, padding_value, options);
  sizes[0] = batch_first ? count : length;
  sizes.insert(sizes.begin() + 1, batch_first ? length : count);
  at::Tensor padded = at::empty(sizes, options);
  if (padded.numel() == 0) return padded;

  const int64_t step = static_cast<int64_t>(longest->nbytes()) / length;
  const int64_t stride = batch_first ? 1 : count;  // from one step of a sequence to the next
  auto *to = static_cast<char *>(padded.mutable_data_ptr());
  for (const at::Tensor &sequence : sequences) {
    const int64_t present = sequence.size(0), missing = length - present;
    copy_blocks(to + (left ? missing * stride * step : 0), bytes_of(sequence), present, step, stride);
    copy_blocks(to + (left ? 0 : present * stride * step), bytes_of(padding), missing, step, stride);
    to += batch_first ? length * step : step;
  }
  return padded;
}

}  // namespace

TORCH_LIBRARY(panama_torch, library) {
  library.def("stack(Tensor[] tensors) -> Tensor", &stack);
  library.def(
      "pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0.0, str "
      "padding_side=\"right\")"
      " -> Tensor",
      &pad_sequence);
}
