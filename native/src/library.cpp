#include <ATen/Config.h>
#include <ATen/Version.h>

#include <cstring>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

int64_t pt_contract_version(void) { return PT_CONTRACT_VERSION; }

const char *pt_libtorch_version(void) { return TORCH_VERSION; }

pt_tensor *pt_build_info(pt_call *call) {
  return pointer(call, [&] {
    std::string text = at::show_config() + at::get_parallel_info();
    text += "CPU capability: " + at::get_cpu_capability() + "\n";
    text += describe_spin();
    text += std::string("CUDA: ") + (at::hasCUDA() ? "available" : "not available") + "\n";
    at::Tensor bytes = at::empty({static_cast<int64_t>(text.size())}, at::kByte);
    std::memcpy(bytes.mutable_data_ptr(), text.data(), text.size());
    return own(bytes);
  });
}

int64_t pt_num_threads(void) { return at::get_num_threads(); }

pt_status pt_set_num_threads(int64_t count, pt_call *call) {
  return status(call, [&] {
    TORCH_CHECK_VALUE(count >= 1 && count <= INT32_MAX, "the number of threads must be at least 1, got ",
                      count);
    at::set_num_threads(static_cast<int>(count));
  });
}

int64_t pt_num_interop_threads(void) { return static_cast<int64_t>(at::get_num_interop_threads()); }

pt_status pt_set_num_interop_threads(int64_t count, pt_call *call) {
  return status(call, [&] {
    TORCH_CHECK_VALUE(count >= 1 && count <= INT32_MAX, "the number of threads must be at least 1, got ",
                      count);
    at::set_num_interop_threads(static_cast<int>(count));
  });
}
