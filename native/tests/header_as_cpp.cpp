#include "panama_torch.h"
