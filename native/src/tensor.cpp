#include <cstring>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

namespace {
void check_bytes(const at::Tensor &tensor, int64_t bytes) {
  int64_t expected = tensor.numel() * static_cast<int64_t>(tensor.element_size());
  TORCH_CHECK_VALUE(bytes == expected, "expected ", expected, " bytes for ", tensor.numel(), " elements of ",
                    tensor.scalar_type(), ", got ", bytes);
}
}  // namespace

void pt_tensor_free(pt_tensor *tensor) {
  if (tensor != nullptr) disown(tensor);
}

pt_tensor *pt_from_data(const void *data, int64_t bytes, const int64_t *sizes, int64_t dim,
                        const pt_options *options, pt_call *call) {
  return pointer(call, [&] {
    at::TensorOptions made = tensor_options(*options);
    at::Tensor host = at::empty(ints(sizes, dim), made.device(at::kCPU));
    check_bytes(host, bytes);
    if (bytes > 0) std::memcpy(host.mutable_data_ptr(), data, to_size(bytes));
    at::Tensor tensor = host.to(made.device());
    if (options->requires_grad) tensor.set_requires_grad(true);
    return own(std::move(tensor));
  });
}

pt_tensor *pt_tensor_share(const pt_tensor *tensor, pt_call *call) {
  return pointer(call, [&] { return own(*get(tensor)); });
}

pt_status pt_tensor_describe(const pt_tensor *tensor, pt_tensor_info *info, pt_call *call) {
  return status(call, [&] {
    auto borrowed = get(tensor);
    const at::Tensor &x = *borrowed;
    const bool strided = x.layout() == at::kStrided;
    *info = pt_tensor_info{
        .sizes = x.sizes().data(),
        .strides = strided ? x.strides().data() : nullptr,
        .data = strided && x.has_storage() ? const_cast<void *>(x.const_data_ptr()) : nullptr,
        .dim = x.dim(),
        .numel = x.numel(),
        .element_size = static_cast<int64_t>(x.element_size()),
        .dtype = static_cast<int32_t>(x.scalar_type()),
        .device_type = static_cast<int32_t>(x.device().type()),
        .device_index = x.device().index(),
        .requires_grad = x.requires_grad(),
        .is_leaf = x.is_leaf(),
        .is_contiguous = strided && x.is_contiguous(),
    };
  });
}

pt_status pt_tensor_item(const pt_tensor *tensor, pt_value *value, pt_call *call) {
  return status(call, [&] { *value = value_of(get(tensor)->item()); });
}

pt_status pt_tensor_copy_out(const pt_tensor *tensor, void *data, int64_t bytes, pt_call *call) {
  return status(call, [&] {
    check_bytes(get(tensor), bytes);
    at::Tensor x = get(tensor)->detach().to(at::kCPU).resolve_conj().resolve_neg().contiguous();
    if (bytes > 0) std::memcpy(data, x.const_data_ptr(), to_size(bytes));
  });
}

pt_status pt_tensor_copy_in_(pt_tensor *tensor, const void *data, int64_t bytes, pt_call *call) {
  return status(call, [&] {
    at::Tensor x = get(tensor)->detach();
    check_bytes(x, bytes);
    if (bytes > 0)
      x.copy_(at::from_blob(const_cast<void *>(data), x.sizes(), at::TensorOptions(x.scalar_type())));
  });
}

pt_status pt_tensor_pin_storage_(pt_tensor *tensor, pt_call *call) {
  return status(call, [&] { get(tensor)->storage().unsafeGetStorageImpl()->set_resizable(false); });
}
