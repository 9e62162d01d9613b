// The definition of pt_generator.
#pragma once

#include "libtorch.h"
#include "panama_torch.h"

struct pt_generator {
  at::Generator value;
};
