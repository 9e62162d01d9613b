"""Writes optim.safetensors: parameters after 20 steps of PyTorch's optimizers; optim_half.safetensors: parameters of
half precision after 400 steps; and optim_bits.safetensors: parameters after 10 steps of PyTorch's default
implementations.

    MKL_CBWR=COMPATIBLE python optim.py      (needs torch 2.13 and safetensors)

One vector for each case: the parameters after the steps, those of both groups, then the one without a
gradient. The second group has another learning rate and, except for LBFGS, another weight decay. In half
precision and of the defaults, one row for each of the CHECKPOINTS; the gradients come from operations that round in
the same way on every processor. All processors with AVX2 have the same bits then.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn, optim

SEED = 0
STEPS = 20
cases = {}


def weighted(x):
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


def parameters(dtype):
    torch.manual_seed(SEED)
    return [nn.Parameter(torch.randn(*shape).to(dtype)) for shape in ((3, 2), (4,), (5,), (2,))]


def loss(used):
    return sum(weighted(p * p) + torch.tanh(p).sum() for p in used)


def dtype_name(dtype):
    return str(dtype).removeprefix("torch.")


FUSED = (True, False)
OPTIMIZERS = {
    "sgd": (optim.SGD, {"lr": 0.05}, FUSED, {
        "plain": {},
        "decay": {"weight_decay": 0.1},
        "momentum": {"momentum": 0.9},
        "dampening": {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        "nesterov": {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
        "maximize": {"momentum": 0.5, "maximize": True},
    }),
    "adam": (optim.Adam, {"lr": 0.05}, FUSED, {
        "plain": {},
        "decay": {"weight_decay": 0.1},
        "betas": {"betas": (0.8, 0.9), "eps": 1e-3},
        "amsgrad": {"amsgrad": True, "betas": (0.5, 0.6), "weight_decay": 0.1},
        "maximize": {"maximize": True, "weight_decay": 0.1},
    }),
    "adamw": (optim.AdamW, {"lr": 0.05}, FUSED, {
        "plain": {},
        "decay": {"weight_decay": 0.1},
        "betas": {"betas": (0.8, 0.9), "eps": 1e-3},
        "amsgrad": {"amsgrad": True, "betas": (0.5, 0.6)},
        "maximize": {"maximize": True},
    }),
    "nadam": (optim.NAdam, {"lr": 0.05}, (False,), {
        "plain": {},
        "decay": {"weight_decay": 0.1, "momentum_decay": 0.1},
        "decoupled": {"weight_decay": 0.1, "decoupled_weight_decay": True},
        "betas": {"betas": (0.8, 0.9), "eps": 1e-3, "maximize": True},
    }),
    "radam": (optim.RAdam, {"lr": 0.05}, (False,), {
        "plain": {},
        "decay": {"weight_decay": 0.1},
        "decoupled": {"weight_decay": 0.1, "decoupled_weight_decay": True},
        "betas": {"betas": (0.8, 0.95), "eps": 1e-3, "maximize": True},
    }),
    "adamax": (optim.Adamax, {"lr": 0.05}, (False,), {
        "plain": {},
        "decay": {"weight_decay": 0.1},
        "betas": {"betas": (0.8, 0.9), "eps": 1e-3, "maximize": True},
    }),
    "rmsprop": (optim.RMSprop, {"lr": 0.02}, (False,), {
        "plain": {},
        "decay": {"weight_decay": 0.1, "alpha": 0.9, "eps": 1e-3},
        "centered": {"centered": True},
        "momentum": {"momentum": 0.9},
        "all": {"momentum": 0.5, "centered": True, "maximize": True, "weight_decay": 0.1},
    }),
    "adagrad": (optim.Adagrad, {"lr": 0.1}, FUSED, {
        "plain": {},
        "decay": {"weight_decay": 0.1, "lr_decay": 0.1},
        "initial": {"initial_accumulator_value": 0.5, "eps": 1e-3},
        "maximize": {"maximize": True},
    }),
    "adadelta": (optim.Adadelta, {"lr": 1.0}, (False,), {
        "plain": {},
        "decay": {"weight_decay": 0.1, "rho": 0.8, "eps": 1e-3},
        "maximize": {"maximize": True},
    }),
}

for dtype in (torch.float32, torch.float64):
    for kind, (make, common, fused_or_not, variants) in OPTIMIZERS.items():
        for variant, options in variants.items():
            for fused in fused_or_not:
                a, b, c, idle = parameters(dtype)
                groups = [{"params": [a, b, idle]}, {"params": [c], "lr": 0.01, "weight_decay": 0.2}]
                how = {"fused": True} if fused else {"foreach": False}
                optimizer = make(groups, **common, **options, **how)
                for _ in range(STEPS):
                    optimizer.zero_grad()
                    loss([a, b, c]).backward()
                    optimizer.step()
                name = f"{kind} {variant} {dtype_name(dtype)} fused={str(fused).lower()}"
                cases[name] = torch.cat([p.detach().reshape(-1) for p in (a, b, c, idle)])

    for variant, options in {
        "plain": {"lr": 0.1},
        "history": {"lr": 0.5, "history_size": 2, "max_iter": 5},
        "wolfe": {"line_search_fn": "strong_wolfe", "max_iter": 4},
        "wolfe short": {"line_search_fn": "strong_wolfe", "max_iter": 3, "max_eval": 3, "lr": 20},
        "wolfe long": {"line_search_fn": "strong_wolfe", "max_iter": 6, "lr": 1e-3, "history_size": 3},
    }.items():
        a, b, c, idle = parameters(dtype)
        optimizer = optim.LBFGS([a, b, c, idle], **options)
        course = []
        for _ in range(4):

            def closure():
                optimizer.zero_grad()
                value = loss([a, b, c]) + sum(torch.sin(3 * p).sum() for p in (a, b, c))
                value.backward()
                return value

            course.append(optimizer.step(closure).detach().reshape(1))
        state = optimizer.state_dict()["state"][0]
        course.append(torch.tensor([state["func_evals"], state["n_iter"]], dtype=dtype))
        name = f"lbfgs {variant} {dtype_name(dtype)}"
        cases[name] = torch.cat([p.detach().reshape(-1) for p in (a, b, c, idle)] + course)

CHECKPOINTS = (1, 10, 100, 400)


def simple_gradient(p, step):
    """Returns a gradient towards a target that changes with each step."""
    place = torch.arange(p.numel()).add(1).to(p.dtype).reshape(p.shape)
    return p.detach() * (place * 0.01) + place * (0.02 * (step % 7 - 3))


def rows(kind, options, dtype, how, checkpoints):
    torch.manual_seed(SEED)
    a, b, c, idle = (nn.Parameter(torch.randn(*shape).to(dtype)) for shape in ((40,), (3, 2), (5,), (2,)))
    make, common, *_ = OPTIMIZERS[kind]
    groups = [{"params": [a, b, idle]}, {"params": [c], "lr": 0.01, "weight_decay": 0.2}]
    optimizer = make(groups, **common, **options, **how)
    result = []
    for step in range(1, checkpoints[-1] + 1):
        for p in (a, b, c):
            p.grad = simple_gradient(p, step)
        optimizer.step()
        if step in checkpoints:
            result.append(torch.cat([p.detach().reshape(-1) for p in (a, b, c, idle)]))
    return torch.stack(result)


half = {}
bits = {}
for kind, (_, _, fused_or_not, variants) in OPTIMIZERS.items():
    for variant, options in variants.items():
        for dtype in (torch.bfloat16, torch.float16):
            for fused in fused_or_not:
                how = {"fused": True} if fused else {"foreach": False}
                name = f"{kind} {variant} {dtype_name(dtype)} fused={str(fused).lower()}"
                half[name] = rows(kind, options, dtype, how, CHECKPOINTS)
        for dtype in (torch.float32, torch.float64):
            bits[f"{kind} {variant} {dtype_name(dtype)}"] = rows(kind, options, dtype, {}, CHECKPOINTS[:2])

for name, tensors in (("optim", cases), ("optim_half", half), ("optim_bits", bits)):
    save_file(
        tensors,
        Path(__file__).with_name(name + ".safetensors"),
        metadata={
            "torch": torch.__version__,
            "cpu": torch.backends.cpu.get_cpu_capability(),
            "seed": str(SEED),
        },
    )
