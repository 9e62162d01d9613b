#include "guard.h"
#include "handles.h"
#include "small_work.h"
#include "stack.h"

using namespace panama_torch;

namespace {
/// The number of bytes of stack that must be free when a hook is called. The JVM ends the process if the stack
/// overflows while native code calls Java, and reserves about 100 KiB at the end of a stack.
constexpr int64_t stack_of_a_hook = 160 << 10;

/// A hook of the caller. The graph owns it; its destruction calls the release function.
class Hook {
 public:
  Hook(pt_grad_hook call, pt_hook_release release, int64_t id) : call_(call), release_(release), id_(id) {}
  ~Hook() {
    if (armed_) release_(id_);
  }
  Hook(const Hook &) = delete;
  Hook &operator=(const Hook &) = delete;

  /// Enables the release function.
  void arm() { armed_ = true; }

  at::Tensor operator()(const at::Tensor &grad) const {
    if (!grad.defined()) return {};
    TORCH_CHECK(stack_left() >= stack_of_a_hook, "a gradient hook needs ", stack_of_a_hook >> 10,
                " KiB of stack, and this thread has ", stack_left() >> 10,
                " left: recurse less deeply, or give the thread a larger stack");
    pt_tensor *handle = own(grad);
    uintptr_t replaced = call_(id_, reinterpret_cast<uintptr_t>(handle));
    disown(handle);
    TORCH_CHECK(replaced != PT_HOOK_FAILED, hook_failure, id_);
    return replaced == 0 ? at::Tensor() : disown(reinterpret_cast<pt_tensor *>(replaced));
  }

 private:
  pt_grad_hook call_;
  pt_hook_release release_;
  int64_t id_;
  bool armed_ = false;
};
}  // namespace

pt_status pt_tensor_set_requires_grad_(pt_tensor *tensor, bool requires_grad, pt_call *call) {
  return status(call, [&] {
    TORCH_CHECK(get(tensor)->is_leaf() || requires_grad,
                "requires_grad can be turned off for leaf tensors only; use detach() for a result");
    get(tensor)->set_requires_grad(requires_grad);
  });
}

pt_status pt_tensor_grad_fn(const pt_tensor *tensor, pt_value *name, pt_call *call) {
  return status(call, [&] {
    const auto &function = get(tensor)->grad_fn();
    if (function == nullptr) {
      *name = pt_value{};
    } else {
      std::string full = function->name();
      *name = value_of(full.substr(full.rfind(':') + 1));
    }
  });
}

pt_status pt_tensor_backward(const pt_tensor *tensor, const pt_tensor *gradient, bool retain_graph,
                             bool create_graph, pt_call *call) {
  return status(call, [&] {
    failed_call.clear();
    const BackwardPass pass;
    torch::autograd::backward({*get(tensor)}, {maybe(gradient)}, retain_graph || create_graph, create_graph);
  });
}

pt_tensor *pt_tensor_grad(const pt_tensor *tensor, pt_call *call) {
  return pointer(call, [&] { return own(get(tensor)->grad()); });
}

pt_status pt_tensor_set_grad_(pt_tensor *tensor, const pt_tensor *grad, pt_call *call) {
  return status(call, [&] {
    at::Tensor x = *get(tensor);
    if (grad != nullptr) {
      at::Tensor g = *get(grad);
      TORCH_CHECK(g.sizes() == x.sizes() && g.scalar_type() == x.scalar_type() && g.device() == x.device(),
                  "a gradient must match its tensor: expected ", x.scalar_type(), x.sizes(), " on ",
                  x.device(), ", got ", g.scalar_type(), g.sizes(), " on ", g.device());
      TORCH_CHECK(!g.is_same(x), "a tensor cannot be its own gradient");
    }
    x.mutable_grad() = maybe(grad);
  });
}

pt_status pt_autograd_grad(const pt_tensor *const *outputs, int64_t output_count,
                           const pt_tensor *const *inputs, int64_t input_count,
                           const pt_tensor *const *grad_outputs, bool retain_graph, bool create_graph,
                           bool allow_unused, pt_tensor **results, pt_call *call) {
  return status(call, [&] {
    failed_call.clear();
    const BackwardPass pass;
    std::vector<at::Tensor> gradients = torch::autograd::grad(
        list(outputs, output_count), list(inputs, input_count),
        grad_outputs == nullptr ? std::vector<at::Tensor>() : list(grad_outputs, output_count),
        retain_graph || create_graph, create_graph, allow_unused);
    for (int64_t i = 0; i < input_count; ++i) results[i] = own(std::move(gradients[to_size(i)]));
  });
}

pt_status pt_tensor_register_hook(const pt_tensor *tensor, pt_grad_hook hook, pt_hook_release release,
                                  int64_t id, int64_t *position, pt_call *call) {
  return status(call, [&] {
    auto shared = std::make_shared<Hook>(hook, release, id);
    *position = get(tensor)->register_hook([shared](const at::Tensor &grad) { return (*shared)(grad); });
    shared->arm();
  });
}

pt_status pt_tensor_remove_hook(const pt_tensor *tensor, int64_t position, pt_call *call) {
  return status(call, [&] {
    TORCH_CHECK_VALUE(position >= 0, "no hook ", position);
    get(tensor)->remove_hook(static_cast<unsigned>(position));
  });
}
