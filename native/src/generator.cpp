#include "generator.h"

#include <ATen/CPUGeneratorImpl.h>

#include "guard.h"
#include "handles.h"

using namespace panama_torch;

pt_status pt_manual_seed(uint64_t seed, pt_call *call) {
  return status(call, [&] { at::manual_seed(seed); });
}

pt_generator *pt_generator_new(int32_t device_type, int32_t device_index, pt_call *call) {
  return pointer(call, [&] {
    at::Device where = device(device_type, device_index);
    if (where.is_cpu()) return new pt_generator{at::detail::createCPUGenerator()};
    const auto &hooks = at::globalContext().getAcceleratorHooksInterface(where.type());
    return new pt_generator{hooks.getNewGenerator(where.index())};
  });
}

pt_generator *pt_generator_default(int32_t device_type, int32_t device_index, pt_call *call) {
  return pointer(call, [&] {
    return new pt_generator{at::globalContext().defaultGenerator(device(device_type, device_index))};
  });
}

void pt_generator_free(pt_generator *generator) { delete generator; }

pt_status pt_generator_seed_(pt_generator *generator, uint64_t seed, pt_call *call) {
  return status(call, [&] {
    std::lock_guard<std::mutex> lock(generator->value.mutex());
    generator->value.set_current_seed(seed);
  });
}

pt_status pt_generator_initial_seed(const pt_generator *generator, uint64_t *seed, pt_call *call) {
  return status(call, [&] {
    at::Generator value = generator->value;
    std::lock_guard<std::mutex> lock(value.mutex());
    *seed = value.current_seed();
  });
}

pt_tensor *pt_generator_state(const pt_generator *generator, pt_call *call) {
  return pointer(call, [&] {
    at::Generator value = generator->value;
    std::lock_guard<std::mutex> lock(value.mutex());
    return own(value.get_state());
  });
}

pt_status pt_generator_set_state_(pt_generator *generator, const pt_tensor *state, pt_call *call) {
  return status(call, [&] {
    std::lock_guard<std::mutex> lock(generator->value.mutex());
    generator->value.set_state(*get(state));
  });
}
