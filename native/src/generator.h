// What a pt_generator is.
#pragma once

#include "libtorch.h"
#include "panama_torch.h"

struct pt_generator {
  at::Generator value;
};
