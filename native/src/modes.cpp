#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/function.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

namespace {
pt_autocast current(at::DeviceType device) {
  return {
      .device_type = static_cast<int32_t>(device),
      .dtype = static_cast<int32_t>(at::autocast::get_autocast_dtype(device)),
      .enabled = at::autocast::is_autocast_enabled(device),
      .cache_enabled = at::autocast::is_autocast_cache_enabled(),
  };
}

void apply(const pt_autocast &state) {
  auto device = static_cast<at::DeviceType>(state.device_type);
  at::autocast::set_autocast_enabled(device, state.enabled);
  at::autocast::set_autocast_dtype(device, static_cast<at::ScalarType>(state.dtype));
  at::autocast::set_autocast_cache_enabled(state.cache_enabled);
}

/// Where the program called the operator that a node of the graph stands for.
struct Call final : torch::autograd::AnomalyMetadata {
  explicit Call(std::shared_ptr<const std::string> where) : text(std::move(where)) {}
  void store_stack() override {}
  void print_stack(const std::string & /*node*/) override { failed_call = *text; }

  std::shared_ptr<const std::string> text;
};

struct Node : torch::autograd::Node {
  static std::unique_ptr<torch::autograd::AnomalyMetadata> &metadata_of(torch::autograd::Node &node) {
    return node.*(&Node::anomaly_metadata_);
  }
};

/// Notes the call for the nodes that it has made: those without a note, and with what anomaly mode has every
/// new node store.
void note(torch::autograd::Node *last, const std::shared_ptr<const std::string> &text) {
  std::vector<torch::autograd::Node *> nodes{last};
  while (!nodes.empty()) {
    torch::autograd::Node *node = nodes.back();
    nodes.pop_back();
    if (node == nullptr) continue;
    auto &metadata = Node::metadata_of(*node);
    if (!metadata || dynamic_cast<Call *>(metadata.get()) != nullptr) continue;
    metadata = std::make_unique<Call>(text);
    for (const torch::autograd::Edge &edge : node->next_edges()) nodes.push_back(edge.function.get());
  }
}
}  // namespace

pt_status pt_tensor_note_call(const pt_tensor *tensor, const char *text, int64_t length, pt_error **error) {
  return status(error, [&] {
    note(get(tensor)->grad_fn().get(), std::make_shared<const std::string>(text, to_size(length)));
  });
}

pt_status pt_autocast_enter(const pt_autocast *wanted, pt_autocast *before, pt_error **error) {
  return status(error, [&] {
    auto dtype = static_cast<at::ScalarType>(wanted->dtype);
    TORCH_CHECK_VALUE(dtype == at::kBFloat16 || dtype == at::kHalf,
                      "autocast goes to bfloat16 or float16, got ", dtype);
    pt_autocast now = current(device(wanted->device_type, -1).type());
    apply(*wanted);
    at::autocast::increment_nesting();
    *before = now;
  });
}

void pt_autocast_leave(const pt_autocast *before) {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  apply(*before);
}

bool pt_autocast_enabled(int32_t device_type) {
  return at::autocast::is_autocast_enabled(static_cast<at::DeviceType>(device_type));
}

bool pt_anomaly_mode(void) { return torch::autograd::AnomalyMode::is_enabled(); }

void pt_set_anomaly_mode(bool enabled, bool check_nan) {
  torch::autograd::AnomalyMode::set_enabled(enabled, check_nan);
}

bool pt_deterministic(void) { return at::globalContext().deterministicAlgorithms(); }

void pt_set_deterministic(bool enabled, bool warn_only) {
  at::globalContext().setDeterministicAlgorithms(enabled, warn_only);
}

bool pt_set_flush_denormal(bool enabled) { return at::globalContext().setFlushDenormal(enabled); }
