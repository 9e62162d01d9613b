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
/// The metadata of a node of the graph: the program's call of the operator that made it.
struct Call final : torch::autograd::AnomalyMetadata {
  explicit Call(std::shared_ptr<const std::string> where) : text(std::move(where)) {}
  void store_stack() override {}
  void print_stack(const std::string & /*node*/) override { failed_call = *text; }

  std::shared_ptr<const std::string> text;
};

/// Gives access to the protected metadata of a node.
struct Node : torch::autograd::Node {
  static std::unique_ptr<torch::autograd::AnomalyMetadata> &metadata_of(torch::autograd::Node &node) {
    return node.*(&Node::anomaly_metadata_);
  }
};

/// Stores a call in the nodes that it has made: those that still have the metadata which anomaly mode gives each
/// new node.
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

bool is_set(int32_t mode) {
  TORCH_CHECK_VALUE(mode >= PT_MODE_INHERIT && mode <= PT_MODE_ON, "no pt_mode ", mode);
  return mode != PT_MODE_INHERIT;
}

int32_t mode(bool on) { return on ? PT_MODE_ON : PT_MODE_OFF; }

pt_autocast current(at::DeviceType device) {
  return {.mode = mode(at::autocast::is_autocast_enabled(device)),
          .dtype = static_cast<int32_t>(at::autocast::get_autocast_dtype(device))};
}
}  // namespace

pt_status pt_tensor_note_call(const pt_tensor *tensor, const char *text, int64_t length, pt_call *call) {
  return status(call, [&] {
    note(get(tensor)->grad_fn().get(), std::make_shared<const std::string>(text, to_size(length)));
  });
}

namespace panama_torch {

Modes::Autocast::Autocast(at::DeviceType device, const pt_autocast &wanted)
    : device_(device), changed_(is_set(wanted.mode)) {
  if (!changed_) return;
  const at::ScalarType dtype = scalar_type(wanted.dtype);
  TORCH_CHECK_VALUE(dtype == at::kBFloat16 || dtype == at::kHalf,
                    "autocast goes to bfloat16 or float16, got ", dtype);
  enabled_ = at::autocast::is_autocast_enabled(device);
  dtype_ = at::autocast::get_autocast_dtype(device);
  at::autocast::set_autocast_enabled(device, wanted.mode == PT_MODE_ON);
  at::autocast::set_autocast_dtype(device, dtype);
}

Modes::Autocast::~Autocast() {
  if (!changed_) return;
  at::autocast::set_autocast_enabled(device_, enabled_);
  at::autocast::set_autocast_dtype(device_, dtype_);
}

Modes::Entered::Entered(const pt_modes &modes)
    : cpu(at::kCPU, modes.autocast_cpu), cuda(at::kCUDA, modes.autocast_cuda) {
  // Entering inference mode a second time would also set grad mode.
  if (is_set(modes.inference) && (modes.inference == PT_MODE_ON) != c10::InferenceMode::is_enabled())
    inference.emplace(modes.inference == PT_MODE_ON);
  if (is_set(modes.grad)) grad.emplace(modes.grad == PT_MODE_ON);
}

}  // namespace panama_torch

pt_status pt_modes_read(pt_modes *modes, pt_call *call) {
  return status(call, [&] {
    *modes = {
        .grad = mode(at::GradMode::is_enabled()),
        .inference = mode(c10::InferenceMode::is_enabled()),
        .autocast_cpu = current(at::kCPU),
        .autocast_cuda = current(at::kCUDA),
    };
  });
}

pt_status pt_autocast_clear_cache(pt_call *call) {
  return status(call, [] { at::autocast::clear_cache(); });
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
