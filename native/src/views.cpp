#include "guard.h"
#include "handles.h"

using namespace panama_torch;

namespace {
c10::List<std::optional<at::Tensor>> optional_list(const pt_tensor *const *indices, int64_t count) {
  c10::List<std::optional<at::Tensor>> tensors;
  tensors.reserve(to_size(count));
  for (int64_t i = 0; i < count; ++i) tensors.push_back(optional(indices[i]));
  return tensors;
}
}  // namespace

pt_tensor *pt_view(const pt_tensor *x, const int64_t *sizes, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->view(ints(sizes, dim))); });
}

pt_tensor *pt_reshape(const pt_tensor *x, const int64_t *sizes, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->reshape(ints(sizes, dim))); });
}

pt_tensor *pt_expand(const pt_tensor *x, const int64_t *sizes, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->expand(ints(sizes, dim))); });
}

pt_tensor *pt_permute(const pt_tensor *x, const int64_t *dims, int64_t count, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->permute(ints(dims, count))); });
}

pt_tensor *pt_transpose(const pt_tensor *x, int64_t dim0, int64_t dim1, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->transpose(dim0, dim1)); });
}

pt_tensor *pt_squeeze(const pt_tensor *x, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->squeeze(dim)); });
}

pt_tensor *pt_unsqueeze(const pt_tensor *x, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->unsqueeze(dim)); });
}

pt_tensor *pt_flatten(const pt_tensor *x, int64_t start_dim, int64_t end_dim, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->flatten(start_dim, end_dim)); });
}

pt_tensor *pt_select(const pt_tensor *x, int64_t dim, int64_t index, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->select(dim, index)); });
}

pt_tensor *pt_slice(const pt_tensor *x, int64_t dim, int64_t start, int64_t end, int64_t step,
                    pt_error **error) {
  return pointer(error, [&] { return own(get(x)->slice(dim, start, end, step)); });
}

pt_tensor *pt_index(const pt_tensor *x, const pt_tensor *const *indices, int64_t count, pt_error **error) {
  return pointer(error, [&] { return own(at::index(get(x), optional_list(indices, count))); });
}

pt_status pt_index_put_(pt_tensor *x, const pt_tensor *const *indices, int64_t count, const pt_tensor *values,
                        bool accumulate, pt_error **error) {
  return status(error, [&] { get(x)->index_put_(optional_list(indices, count), get(values), accumulate); });
}

pt_tensor *pt_index_select(const pt_tensor *x, int64_t dim, const pt_tensor *index, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->index_select(dim, get(index))); });
}

pt_tensor *pt_gather(const pt_tensor *x, int64_t dim, const pt_tensor *index, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->gather(dim, get(index))); });
}

pt_tensor *pt_masked_fill(const pt_tensor *x, const pt_tensor *mask, const pt_value *value,
                          pt_error **error) {
  return pointer(error, [&] { return own(get(x)->masked_fill(get(mask), scalar(*value))); });
}

pt_tensor *pt_where(const pt_tensor *condition, const pt_tensor *x, const pt_tensor *y, pt_error **error) {
  return pointer(error, [&] { return own(at::where(get(condition), get(x), get(y))); });
}

pt_tensor *pt_cat(const pt_tensor *const *tensors, int64_t count, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(at::cat(list(tensors, count), dim)); });
}

pt_tensor *pt_stack(const pt_tensor *const *tensors, int64_t count, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(at::stack(list(tensors, count), dim)); });
}

pt_tensor *pt_clone(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->clone()); });
}

pt_tensor *pt_contiguous(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->contiguous()); });
}

pt_tensor *pt_detach(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(get(x)->detach()); });
}

pt_tensor *pt_to(const pt_tensor *x, const pt_options *options, bool copy, pt_error **error) {
  return pointer(error,
                 [&] { return own(get(x)->to(tensor_options(*options), /*non_blocking=*/false, copy)); });
}

pt_status pt_copy_(pt_tensor *x, const pt_tensor *source, pt_error **error) {
  return status(error, [&] { get(x)->copy_(get(source)); });
}

pt_status pt_fill_(pt_tensor *x, const pt_value *value, pt_error **error) {
  return status(error, [&] { get(x)->fill_(scalar(*value)); });
}
