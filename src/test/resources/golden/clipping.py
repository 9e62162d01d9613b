"""Writes clipping.safetensors: the results of PyTorch's gradient clipping for unusual norms and gradients.

    python clipping.py      (needs torch 2.13 and safetensors)

"GRADIENT MAX P" has the norm and the gradient after clip_grad_norm_, "GRADIENT value MAX" the gradient after
clip_grad_value_, "embedding MAX P" the weight after all its rows were looked up.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

inf, nan = float("inf"), float("nan")
GRADIENTS = {"plain": [3.0, -4.0, 0.0], "zero": [0.0, 0.0], "inf": [inf, 1.0], "nan": [nan, 1.0], "tiny": [1e-38, 0.0]}
cases = {}


def parameter(gradient):
    p = torch.ones(len(gradient), requires_grad=True)
    p.grad = torch.tensor(gradient)
    return p


for name, gradient in GRADIENTS.items():
    for largest in (0.0, 0.5, 1e9, inf):
        for order in (2.0, 1.0, 0.5, 0.0, -1.0, inf, -inf):
            # Adds an empty gradient if PyTorch can compute its norm.
            others = [parameter([])] if 0 <= order < inf else []
            p = parameter(gradient)
            norm = torch.nn.utils.clip_grad_norm_(others + [p], largest, order)
            cases[f"{name} {largest} {order}"] = torch.cat([norm.reshape(1), p.grad])
        p = parameter(gradient)
        torch.nn.utils.clip_grad_value_([p, parameter([])], largest)
        cases[f"{name} value {largest}"] = p.grad
for largest in (0.0, 0.5, inf):
    for order in (2.0, 0.0, -1.0, inf, -inf):
        rows = torch.tensor([[3.0, -4.0], [0.0, 0.0], [inf, 1.0], [nan, 1.0]])
        e = torch.nn.Embedding.from_pretrained(rows, max_norm=largest, norm_type=order)
        e(torch.tensor([3, 0, 1, 2, 0]))
        cases[f"embedding {largest} {order}"] = e.weight.detach().flatten()

save_file(
    cases,
    Path(__file__).with_suffix(".safetensors"),
    metadata={"torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability()},
)
