"""Writes init.safetensors: what torch.nn.init and torch.nn.utils compute.

    python init.py      (needs torch 2.13 and safetensors)

Two vectors for each case, "NAME float32" and "NAME float64", seed 0 each.
"""
import math
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import init

warnings.simplefilter("ignore")
cases = {}


def case(name, make):
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(0)
        cases[f"{name} {str(dtype)[6:]}"] = torch.cat([p.detach().to(dtype).reshape(-1) for p in make(dtype)])


def fill(name, shape, fill):
    case(name, lambda dtype: [fill(torch.empty(shape, dtype=dtype)), torch.rand(2, dtype=dtype)])


matrix, conv = (5, 4), (4, 3, 5)
fill("uniform", matrix, lambda t: init.uniform_(t))
fill("uniform bounds", matrix, lambda t: init.uniform_(t, -2, 3))
fill("normal", matrix, lambda t: init.normal_(t))
fill("normal wide", matrix, lambda t: init.normal_(t, 1, 2))
fill("trunc normal", (6, 7), lambda t: init.trunc_normal_(t))
fill("trunc normal often", (6, 7), lambda t: init.trunc_normal_(t, 0.5, 1.0, 0.0, 1.0))
fill("trunc normal seldom", (6, 7), lambda t: init.trunc_normal_(t, 0.0, 1.0, 2.0, 2.5))
fill("trunc normal strip", (6, 7), lambda t: init.trunc_normal_(t, 0.1, 1.0, -0.2, 0.3))
fill("constant", matrix, lambda t: init.constant_(t, 0.3))
fill("ones", matrix, lambda t: init.ones_(t))
fill("zeros", matrix, lambda t: init.zeros_(t))
fill("eye", matrix, lambda t: init.eye_(t))
fill("eye wide", (3, 4), lambda t: init.eye_(t))
fill("dirac", conv, lambda t: init.dirac_(t))
fill("dirac groups", (4, 3, 4, 3), lambda t: init.dirac_(t, 2))
fill("dirac three", (3, 4, 2, 3, 4), lambda t: init.dirac_(t))
fill("xavier uniform", conv, lambda t: init.xavier_uniform_(t))
fill("xavier uniform gain", matrix, lambda t: init.xavier_uniform_(t, gain=2))
fill("xavier normal", conv, lambda t: init.xavier_normal_(t))
fill("xavier normal gain", matrix, lambda t: init.xavier_normal_(t, gain=2))
for name in ("linear", "conv1d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
    for mode in ("fan_in", "fan_out"):
        fill(f"kaiming uniform {name} {mode}", (3, 2, 2), lambda t: init.kaiming_uniform_(t, 0.5, mode, name))
        fill(f"kaiming normal {name} {mode}", (3, 2, 2), lambda t: init.kaiming_normal_(t, 0.5, mode, name))
    case(f"gain {name}", lambda dtype: [torch.tensor(float(init.calculate_gain(name)), dtype=dtype)])
fill("kaiming uniform", matrix, lambda t: init.kaiming_uniform_(t, math.sqrt(5)))
fill("kaiming normal", matrix, lambda t: init.kaiming_normal_(t))
fill("orthogonal tall", (5, 3), lambda t: init.orthogonal_(t))
fill("orthogonal wide", (3, 2, 4), lambda t: init.orthogonal_(t, gain=2))
fill("orthogonal square", (4, 4), lambda t: init.orthogonal_(t))
fill("sparse", (7, 3), lambda t: init.sparse_(t, 0.3))
fill("sparse wide", (7, 3), lambda t: init.sparse_(t, 0.5, std=2))


def parameters(dtype):
    made = [nn.Parameter(torch.randn(s).to(dtype)) for s in ((30, 20), (4,), (7, 5))]
    for p in made:
        p.grad = torch.randn(p.shape).to(dtype)
    return [*made, nn.Parameter(torch.ones(2, dtype=dtype))]


def clip(name, *options):
    def run(dtype):
        given = parameters(dtype)
        norm = nn.utils.clip_grad_norm_(given, *options)
        return [norm, *[p.grad for p in given if p.grad is not None]]
    case(f"clip {name}", run)


clip("two", 0.7)
clip("two wide", 1000.0)
clip("one", 0.7, 1.0)
clip("three", 0.7, 3.0)
clip("infinity", 0.7, math.inf)
clip("half", 0.7, 0.5)


def clip_value(dtype):
    given = parameters(dtype)
    nn.utils.clip_grad_value_(given, 0.4)
    return [p.grad for p in given if p.grad is not None]


case("clip value", clip_value)

save_file(cases, Path(__file__).with_suffix(".safetensors"), metadata={
    "torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability(), "seed": "0"})
