#include <cstring>

#include "guard.h"
#include "handles.h"
#include "trusted.h"

using namespace panama_torch;

namespace {
/// Makes a tensor by `make(TensorOptions)`. requires_grad is no option of a factory and is set afterwards.
template <typename Make>
pt_tensor *create(const pt_options *options, pt_error **error, Make &&make) {
  return pointer(error, [&] {
    at::Tensor tensor = make(tensor_options(*options));
    if (options->requires_grad) tensor.set_requires_grad(true);
    return own(std::move(tensor));
  });
}
}  // namespace

pt_tensor *pt_empty(const int64_t *sizes, int64_t dim, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::empty(ints(sizes, dim), o); });
}

pt_tensor *pt_zeros(const int64_t *sizes, int64_t dim, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::zeros(ints(sizes, dim), o); });
}

pt_tensor *pt_ones(const int64_t *sizes, int64_t dim, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::ones(ints(sizes, dim), o); });
}

pt_tensor *pt_full(const int64_t *sizes, int64_t dim, const pt_value *value, const pt_options *options,
                   pt_error **error) {
  return create(options, error, [&](auto o) { return at::full(ints(sizes, dim), scalar(*value), o); });
}

pt_tensor *pt_arange(const pt_value *start, const pt_value *end, const pt_value *step,
                     const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) {
    check_arange(scalar(*start), scalar(*end), scalar(*step));
    return at::arange(scalar(*start), scalar(*end), scalar(*step), o);
  });
}

pt_tensor *pt_eye(int64_t n, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::eye(n, o); });
}

pt_tensor *pt_from_data(const void *data, int64_t bytes, const int64_t *sizes, int64_t dim,
                        const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) {
    at::Tensor host = at::empty(ints(sizes, dim), o.device(at::kCPU));
    TORCH_CHECK_VALUE(bytes == static_cast<int64_t>(host.nbytes()), "expected ", host.nbytes(),
                      " bytes for shape ", host.sizes(), " of ", host.scalar_type(), ", got ", bytes);
    if (bytes > 0) std::memcpy(host.mutable_data_ptr(), data, to_size(bytes));
    return host.to(o.device());
  });
}

pt_tensor *pt_rand(const int64_t *sizes, int64_t dim, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::rand(ints(sizes, dim), o); });
}

pt_tensor *pt_randn(const int64_t *sizes, int64_t dim, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::randn(ints(sizes, dim), o); });
}

pt_tensor *pt_randint(int64_t low, int64_t high, const int64_t *sizes, int64_t dim, const pt_options *options,
                      pt_error **error) {
  return create(options, error, [&](auto o) { return at::randint(low, high, ints(sizes, dim), o); });
}

pt_tensor *pt_randperm(int64_t n, const pt_options *options, pt_error **error) {
  return create(options, error, [&](auto o) { return at::randperm(n, o); });
}

pt_status pt_manual_seed(uint64_t seed, pt_error **error) {
  return status(error, [&] { at::manual_seed(seed); });
}

pt_status pt_uniform_(pt_tensor *tensor, double from, double to, pt_error **error) {
  return status(error, [&] { get(tensor)->uniform_(from, to); });
}

pt_status pt_normal_(pt_tensor *tensor, double mean, double std, pt_error **error) {
  return status(error, [&] { get(tensor)->normal_(mean, std); });
}
