#include "generator.h"

#include <ATen/CPUGeneratorImpl.h>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

namespace {
at::Device device_of(int32_t type, int32_t index) {
  return {static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index)};
}
}  // namespace

pt_generator *pt_generator_new(int32_t device_type, int32_t device_index, pt_error **error) {
  return pointer(error, [&] {
    at::Device device = device_of(device_type, device_index);
    if (device.is_cpu()) return new pt_generator{at::detail::createCPUGenerator()};
    const auto &hooks = at::globalContext().getAcceleratorHooksInterface(device.type());
    return new pt_generator{hooks.getNewGenerator(device.index())};
  });
}

pt_generator *pt_generator_default(int32_t device_type, int32_t device_index, pt_error **error) {
  return pointer(error, [&] {
    return new pt_generator{at::globalContext().defaultGenerator(device_of(device_type, device_index))};
  });
}

void pt_generator_free(pt_generator *generator) { delete generator; }

pt_status pt_generator_seed_(pt_generator *generator, uint64_t seed, pt_error **error) {
  return status(error, [&] {
    std::lock_guard<std::mutex> lock(generator->value.mutex());
    generator->value.set_current_seed(seed);
  });
}

pt_status pt_generator_initial_seed(const pt_generator *generator, uint64_t *seed, pt_error **error) {
  return status(error, [&] {
    at::Generator value = generator->value;
    std::lock_guard<std::mutex> lock(value.mutex());
    *seed = value.current_seed();
  });
}

pt_tensor *pt_generator_state(const pt_generator *generator, pt_error **error) {
  return pointer(error, [&] {
    at::Generator value = generator->value;
    std::lock_guard<std::mutex> lock(value.mutex());
    return own(value.get_state());
  });
}

pt_status pt_generator_set_state_(pt_generator *generator, const pt_tensor *state, pt_error **error) {
  return status(error, [&] {
    std::lock_guard<std::mutex> lock(generator->value.mutex());
    generator->value.set_state(*get(state));
  });
}
