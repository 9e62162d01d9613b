"""Writes modules.safetensors: what PyTorch's layers and losses compute.

    python modules.py      (needs torch 2.13 and safetensors)

One vector for each case, concatenated in the same order as in the Java test.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

cases = {}


def keep(name, *parts):
    parts = [p if isinstance(p, torch.Tensor) else torch.tensor(float(p)) for p in parts]
    cases[name] = torch.cat([p.detach().to(torch.float32).reshape(-1) for p in parts])


def weighted(x):
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


for bias in (True, False):
    torch.manual_seed(0)
    layer = nn.Linear(3, 4, bias=bias)
    x = torch.randn(2, 5, 3)
    y = layer(x)
    weighted(y).backward()
    keep(f"linear bias={str(bias).lower()}", *layer.parameters(), y, *[p.grad for p in layer.parameters()])

torch.manual_seed(0)
layer = nn.Embedding(6, 3, padding_idx=2)
y = layer(torch.tensor([[0, 2, 5], [5, 5, 1]]))
weighted(y).backward()
keep("embedding", layer.weight, y, layer.weight.grad)

torch.manual_seed(0)
keep("dropout", nn.Dropout(0.3)(torch.ones(50)))

torch.manual_seed(0)
logits = torch.randn(4, 3, requires_grad=True)
classes = torch.tensor([2, 0, 1, 0])
shares = torch.softmax(torch.randn(4, 3), 1)
weight = torch.tensor([0.5, 1.0, 2.0])
keep("logits", logits)
keep("shares", shares)
losses = {
    "mean": (nn.CrossEntropyLoss(), classes),
    "sum": (nn.CrossEntropyLoss(reduction="sum"), classes),
    "none": (nn.CrossEntropyLoss(reduction="none"), classes),
    "weight": (nn.CrossEntropyLoss(weight=weight), classes),
    "ignored": (nn.CrossEntropyLoss(ignore_index=0), classes),
    "smoothed": (nn.CrossEntropyLoss(label_smoothing=0.1, weight=weight), classes),
    "shares": (nn.CrossEntropyLoss(label_smoothing=0.2), shares),
}
for name, (criterion, target) in losses.items():
    logits.grad = None
    loss = criterion(logits, target)
    weighted(loss).backward()
    keep(f"cross entropy {name}", loss, logits.grad)

torch.manual_seed(0)
keep("randperm", torch.randperm(10))
torch.manual_seed(0)
keep("randint", torch.randint(0, 100, (10,)))
torch.manual_seed(-1)
keep("negative seed", torch.randn(3))

save_file(cases, Path(__file__).with_suffix(".safetensors"), metadata={
    "torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability(), "seed": "0"})
