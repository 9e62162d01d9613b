// Conversions between the types of panama_torch.h and those of libtorch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "counters.h"
#include "libtorch.h"
#include "panama_torch.h"

namespace panama_torch {

// A pt_tensor* is the address of libtorch's TensorImpl, and owns one reference to it. A struct around an
// at::Tensor would cost one more allocation for each tensor. See docs/decisions/0003-handle-is-the-tensorimpl.md.

using TensorPointer = c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;

/// Returns a new handle, which the caller owns; NULL for an undefined tensor.
inline pt_tensor *own(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  count(&ThreadCounters::live_tensors, 1);
  return reinterpret_cast<pt_tensor *>(tensor.unsafeReleaseTensorImpl());
}

/// Frees a handle and returns its tensor.
inline at::Tensor disown(pt_tensor *handle) {
  count(&ThreadCounters::live_tensors, -1);
  return at::Tensor(TensorPointer::reclaim(reinterpret_cast<at::TensorImpl *>(handle)));
}

/// The tensor of a handle that the caller of the shim keeps alive, without changing the reference count.
class Borrowed {
 public:
  explicit Borrowed(const pt_tensor *handle)
      : tensor_(TensorPointer::reclaim(reinterpret_cast<at::TensorImpl *>(const_cast<pt_tensor *>(handle)))) {
  }
  ~Borrowed() { (void)tensor_.unsafeReleaseTensorImpl(); }
  Borrowed(const Borrowed &) = delete;
  Borrowed &operator=(const Borrowed &) = delete;

  operator const at::Tensor &() const { return tensor_; }
  const at::Tensor &operator*() const { return tensor_; }
  const at::Tensor *operator->() const { return &tensor_; }

 private:
  at::Tensor tensor_;
};

inline Borrowed get(const pt_tensor *handle) { return Borrowed(handle); }

/// Returns the tensor with a reference of its own; an undefined tensor for NULL.
inline at::Tensor maybe(const pt_tensor *handle) { return handle == nullptr ? at::Tensor() : *get(handle); }

inline std::optional<at::Tensor> optional(const pt_tensor *handle) {
  return handle == nullptr ? std::nullopt : std::optional<at::Tensor>(*get(handle));
}

/// Converts a number that is not negative to the type of sizes in C++.
constexpr size_t to_size(int64_t number) { return static_cast<size_t>(number); }

inline std::vector<at::Tensor> list(const pt_tensor *const *handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(to_size(count));
  for (int64_t i = 0; i < count; ++i) tensors.push_back(maybe(handles[i]));
  return tensors;
}

inline at::IntArrayRef ints(const int64_t *values, int64_t count) { return {values, to_size(count)}; }

// libtorch indexes tables by dtype and by device type without checking the range.

inline at::ScalarType scalar_type(int64_t dtype) {
  TORCH_CHECK_VALUE(dtype >= 0 && dtype < static_cast<int64_t>(at::ScalarType::Undefined), "no dtype ",
                    dtype);
  return static_cast<at::ScalarType>(dtype);
}

inline at::Device device(int64_t type, int64_t index) {
  TORCH_CHECK_VALUE(type >= 0 && type < at::COMPILE_TIME_MAX_DEVICE_TYPES && index >= -1 &&
                        index <= std::numeric_limits<at::DeviceIndex>::max(),
                    "no device of type ", type, " with index ", index);
  return {static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index)};
}

inline at::Device device(const pt_options &options) {
  return device(options.device_type, options.device_index);
}

inline at::TensorOptions tensor_options(const pt_options &options) {
  return at::TensorOptions().dtype(scalar_type(options.dtype)).device(device(options));
}

inline at::Scalar scalar(const pt_value &value) {
  switch (value.kind) {
    case PT_INT:
      return value.payload.integer;
    case PT_TRUTH:
      return value.payload.integer != 0;
    case PT_DOUBLE:
      return value.payload.real;
    default:
      C10_THROW_ERROR(TypeError, "expected a number (PT_INT, PT_DOUBLE or PT_TRUTH), got kind " +
                                     std::to_string(value.kind));
  }
}

inline pt_value value_of(const at::Scalar &scalar) {
  pt_value value{};
  if (scalar.isBoolean()) {
    value.kind = PT_TRUTH;
    value.payload.integer = scalar.toBool();
  } else if (scalar.type() == at::kUInt64) {
    // A Scalar has the type uint64 only for numbers that int64_t cannot hold.
    value.kind = PT_DOUBLE;
    value.payload.real = static_cast<double>(scalar.toUInt64());
  } else if (scalar.isIntegral(/*includeBool=*/false)) {
    value.kind = PT_INT;
    value.payload.integer = scalar.toLong();
  } else {
    TORCH_CHECK_NOT_IMPLEMENTED(scalar.isFloatingPoint(),
                                "complex numbers cannot be read as one value; use view_as_real");
    value.kind = PT_DOUBLE;
    value.payload.real = scalar.toDouble();
  }
  return value;
}

/// Returns a copy of the text, freed by pt_value_free.
inline pt_value value_of(const std::string &text) {
  auto *copy = static_cast<char *>(std::malloc(std::max<size_t>(text.size(), 1)));
  if (copy == nullptr) throw std::bad_alloc();
  text.copy(copy, text.size());
  pt_value value{};
  value.kind = PT_STRING;
  value.length = static_cast<int64_t>(text.size());
  value.payload.string = copy;
  return value;
}

}  // namespace panama_torch
