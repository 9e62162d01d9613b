"""Writes averaged.safetensors: the results of five updates of torch.optim.swa_utils.AveragedModel.

    python averaged.py      (needs torch 2.13 and safetensors)

One vector for each case: the state dict after the updates, entry by entry.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

cases = {}
for dtype in (torch.float32, torch.float64, torch.bfloat16):
    for decay in (None, 0.9, 0.999):
        for use_buffers in (False, True):
            torch.manual_seed(0)
            model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).to(dtype)
            average = None if decay is None else get_ema_multi_avg_fn(decay)
            averaged = AveragedModel(model, multi_avg_fn=average, use_buffers=use_buffers)
            for _ in range(5):
                with torch.no_grad():
                    for tensor in [*model.parameters(), *model.buffers()]:
                        if tensor.is_floating_point():
                            tensor.add_(torch.randn(tensor.shape).to(dtype))
                        else:
                            tensor.add_(3)
                averaged.update_parameters(model)
            name = f"{str(dtype)[6:]} decay={decay} buffers={str(use_buffers).lower()}"
            cases[name] = torch.cat([t.to(torch.float64).reshape(-1) for t in averaged.state_dict().values()])
save_file(cases, Path(__file__).with_name("averaged.safetensors"))
