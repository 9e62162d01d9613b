#include <ATen/ScalarOps.h>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

namespace {
/// A number as Python hands it to these operators: a tensor that leaves the type of the result to the other
/// operand, and is rounded to none before the operation.
at::Tensor wrapped(const pt_value &number) { return at::native::wrapped_scalar_tensor(scalar(number)); }

/// Passes by the autograd layer of the dispatcher, a fifth of the cost of a small operation, where it
/// would find nothing to record: neither tensor requires a gradient. For operators that return new memory
/// and have a kernel of their own; views and composites need that layer for more than recording.
class Unrecorded {
 public:
  Unrecorded(const at::Tensor &a, const at::Tensor &b) {
    if (!a.requires_grad() && !b.requires_grad()) below_.emplace();
  }

 private:
  std::optional<at::AutoDispatchBelowADInplaceOrView> below_;
};
}  // namespace

// Functions that differ in nothing but the operator they name.

#define PT_UNARY(name)                                            \
  pt_tensor *pt_##name(const pt_tensor *x, pt_error **error) {    \
    return pointer(error, [&] { return own(at::name(get(x))); }); \
  }

#define PT_BINARY(name)                                                            \
  pt_tensor *pt_##name(const pt_tensor *a, const pt_tensor *b, pt_error **error) { \
    return pointer(error, [&] { return own(at::name(get(a), get(b))); });          \
  }

#define PT_BINARY_KERNEL(name)                                                     \
  pt_tensor *pt_##name(const pt_tensor *a, const pt_tensor *b, pt_error **error) { \
    return pointer(error, [&] {                                                    \
      const Borrowed x(a), y(b);                                                   \
      Unrecorded unrecorded(x, y);                                                 \
      return own(at::name(x, y));                                                  \
    });                                                                            \
  }

#define PT_BINARY_NUMBER(name)                                                             \
  pt_tensor *pt_##name##_scalar(const pt_tensor *a, const pt_value *b, pt_error **error) { \
    return pointer(error, [&] { return own(at::name(get(a), wrapped(*b))); });             \
  }

#define PT_BINARY_SCALAR(name)                                                             \
  pt_tensor *pt_##name##_scalar(const pt_tensor *a, const pt_value *b, pt_error **error) { \
    return pointer(error, [&] { return own(at::name(get(a), scalar(*b))); });              \
  }

#define PT_BINARY_IN_PLACE(name)                                            \
  pt_status pt_##name(pt_tensor *a, const pt_tensor *b, pt_error **error) { \
    return status(error, [&] { get(a)->name(get(b)); });                    \
  }

// Not the overload for a number: mul_ rounds it to the type of the tensor first.
#define PT_NUMBER_IN_PLACE(name)                                                     \
  pt_status pt_##name##_scalar_(pt_tensor *a, const pt_value *b, pt_error **error) { \
    return status(error, [&] { get(a)->name##_(wrapped(*b)); });                     \
  }

#define PT_REDUCTION(name)                                                                    \
  pt_tensor *pt_##name(const pt_tensor *x, const int64_t *dims, int64_t count, bool keepdim,  \
                       pt_error **error) {                                                    \
    return pointer(error, [&] { return own(at::name(get(x), ints(dims, count), keepdim)); }); \
  }

// Without dimensions PyTorch has an operator of its own.
#define PT_REDUCTION_OR_TOTAL(name)                                                                         \
  pt_tensor *pt_##name(const pt_tensor *x, const int64_t *dims, int64_t count, bool keepdim,                \
                       pt_error **error) {                                                                  \
    return pointer(error, [&] {                                                                             \
      return own(count == 0 && !keepdim ? at::name(get(x)) : at::name(get(x), ints(dims, count), keepdim)); \
    });                                                                                                     \
  }

PT_BINARY_KERNEL(add)
PT_BINARY_KERNEL(sub)
PT_BINARY_KERNEL(mul)
PT_BINARY_KERNEL(div)
PT_BINARY(pow)
PT_BINARY_NUMBER(add)
PT_BINARY_NUMBER(sub)
PT_BINARY_NUMBER(mul)
PT_BINARY_NUMBER(div)
PT_BINARY_SCALAR(pow)

PT_BINARY_IN_PLACE(add_)
PT_BINARY_IN_PLACE(sub_)
PT_BINARY_IN_PLACE(mul_)
PT_BINARY_IN_PLACE(div_)
PT_NUMBER_IN_PLACE(add)
PT_NUMBER_IN_PLACE(mul)

PT_UNARY(neg)
PT_UNARY(abs)
PT_UNARY(exp)
PT_UNARY(log)
PT_UNARY(sqrt)
PT_BINARY(matmul)

PT_BINARY(eq)
PT_BINARY(ne)
PT_BINARY(lt)
PT_BINARY(le)
PT_BINARY(gt)
PT_BINARY(ge)
PT_BINARY_SCALAR(eq)
PT_BINARY_SCALAR(ne)
PT_BINARY_SCALAR(lt)
PT_BINARY_SCALAR(le)
PT_BINARY_SCALAR(gt)
PT_BINARY_SCALAR(ge)

PT_REDUCTION_OR_TOTAL(sum)
PT_REDUCTION_OR_TOTAL(mean)
PT_REDUCTION(amax)
PT_REDUCTION(amin)

pt_tensor *pt_argmax(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(at::argmax(get(x))); });
}

pt_tensor *pt_argmax_dim(const pt_tensor *x, int64_t dim, bool keepdim, pt_error **error) {
  return pointer(error, [&] { return own(at::argmax(get(x), dim, keepdim)); });
}
