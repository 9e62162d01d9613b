"""Writes dtypes.safetensors: tensors of the types that PyTorch has for storage, and the results of operations.

    python dtypes.py      (needs torch 2.13 and safetensors)

For each type: NAME is the tensor, NAME.float64 and NAME.int64 (where that is defined) are converted from
it, and NAME.from is "float32" converted to the type. The metadata has the outcomes of operations: "ok" with
the printed result, or the class of the exception.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

float8 = ["float8_e5m2", "float8_e4m3fn", "float8_e5m2fnuz", "float8_e4m3fnuz", "float8_e8m0fnu"]
inf, nan = float("inf"), float("nan")
values = torch.tensor(
    [0.0, 1.0, 1.0625, 1.125, 1.1875, 1.25, 1.3, 1.75, 2.0, 3.0, 7.9, 100.0, 239.0, 240.0, 247.9, 248.0, 448.0, 463.9, 464.0,
     480.0, 57344.0, 61439.0, 61440.0, 65535.0, 1e-3, 2.0**-6, 2.0**-7, 2.0**-9, 2.0**-10, 2.0**-14, 2.0**-16, 2.0**-17, 2.0**-18, 1e-20,
     1e20])
signed = torch.cat([values, -values, torch.tensor([inf, -inf, nan])])
tensors = {"float32": signed, "float32.unsigned": values.clamp(max=65535.0)}
for name in float8:
    tensors[name] = torch.arange(256, dtype=torch.uint8).view(getattr(torch, name))
    tensors[name + ".from"] = signed.to(getattr(torch, name))
for bits in [16, 32, 64]:
    name = f"uint{bits}"
    tensors[name] = torch.tensor([0, 1, 255, 2 ** (bits - 1) - 1, 2 ** (bits - 1), 2**bits - 1], dtype=getattr(torch, name))
    tensors[name + ".from"] = tensors["float32.unsigned"].to(getattr(torch, name))
    tensors[name + ".int64"] = tensors[name].to(torch.int64)
for name in [name for name in tensors if "." not in name and name != "float32"]:
    tensors[name + ".float64"] = tensors[name].to(torch.float64)

OPERATIONS = {
    "zeros": lambda t, d: torch.zeros(2, dtype=d),
    "ones": lambda t, d: torch.ones(2, 1, dtype=d),
    "full": lambda t, d: torch.full((2,), 2, dtype=d),
    "arange": lambda t, d: torch.arange(3, dtype=d),
    "rand": lambda t, d: torch.rand(3, dtype=d),
    "eye": lambda t, d: torch.eye(2, dtype=d),
    "add": lambda t, d: t + t,
    "add a number": lambda t, d: t + 1,
    "add float32": lambda t, d: t + torch.ones(3),
    "add int64": lambda t, d: t + torch.arange(3),
    "mm": lambda t, d: t.view(3, 1).mm(t.view(1, 3)),
    "sum": lambda t, d: t.sum(),
    "eq": lambda t, d: t == t,
    "lt": lambda t, d: t < t,
    "neg": lambda t, d: -t,
    "get": lambda t, d: t[1],
    "slice": lambda t, d: t[1:],
    "cat": lambda t, d: torch.cat([t, t]),
    "stack": lambda t, d: torch.stack([t, t]),
    "clone": lambda t, d: t.clone(),
    "flip": lambda t, d: t.flip(0),
    "transpose": lambda t, d: t.view(3, 1).transpose(0, 1).contiguous(),
    "index select": lambda t, d: t.index_select(0, torch.tensor([1, 0])),
    "fill": lambda t, d: t.clone().fill_(3),
    "sort": lambda t, d: t.sort()[0],
    "max": lambda t, d: t.max(),
    "requires grad": lambda t, d: t.clone().requires_grad_(),
    "item": lambda t, d: t[1].item(),
    "promote float32": lambda t, d: torch.promote_types(d, torch.float32),
    "promote int64": lambda t, d: torch.promote_types(d, torch.int64),
    "promote itself": lambda t, d: torch.promote_types(d, d),
    "cast to float32": lambda t, d: torch.can_cast(d, torch.float32),
}
metadata = {}
for name in float8 + ["uint16", "uint32", "uint64"]:
    dtype = getattr(torch, name)
    for operation, run in OPERATIONS.items():
        if dtype == torch.float8_e8m0fnu and operation in ["zeros", "eye"]:
            continue  # it has no 0; PyTorch prints its smallest number as 0
        try:
            outcome = "ok " + str(run(torch.tensor([1.0, 2.0, 4.0]).to(dtype), dtype))
        except Exception as e:
            outcome = type(e).__name__
        metadata[f"{name} {operation}"] = outcome
save_file(tensors, Path(__file__).with_suffix(".safetensors"), metadata=metadata)
