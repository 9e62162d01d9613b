"""Writes schedulers.safetensors: the learning rates of PyTorch's schedulers over 100 steps.

    python schedulers.py      (needs torch 2.13 and safetensors)

One vector for each case, FLOAT64: for the steps 0, 1, ... the rate and the momentum (or beta1; 0 where
there is none) of the first group, then of the second.
"""
import math
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn, optim
from torch.optim import lr_scheduler as s

warnings.simplefilter("ignore")
STEPS = 100
cases = {}


def groups():
    return [{"params": [nn.Parameter(torch.zeros(1))]}, {"params": [nn.Parameter(torch.zeros(1))], "lr": 0.3}]


def sgd():
    return optim.SGD(groups(), lr=0.1, momentum=0.9)


def adam():
    return optim.Adam(groups(), lr=0.1)


def keep(name, optimizer, scheduler, steps=STEPS, metric=None):
    course = []
    for step in range(steps + 1):
        for group in optimizer.param_groups:
            course += [group["lr"], group["betas"][0] if "betas" in group else group.get("momentum", 0)]
        if step < steps:
            scheduler.step() if metric is None else scheduler.step(metric(step))
    cases[name] = torch.tensor(course, dtype=torch.float64)


for name, make in {
    "step": lambda o: s.StepLR(o, 7),
    "step gamma": lambda o: s.StepLR(o, 3, gamma=0.9),
    "multi step": lambda o: s.MultiStepLR(o, [5, 20, 20, 50]),
    "multi step gamma": lambda o: s.MultiStepLR(o, [50, 10], gamma=0.7),
    "exponential": lambda o: s.ExponentialLR(o, 0.97),
    "cosine": lambda o: s.CosineAnnealingLR(o, 100),
    "cosine again": lambda o: s.CosineAnnealingLR(o, 13, eta_min=0.01),
    "warm restarts": lambda o: s.CosineAnnealingWarmRestarts(o, 17),
    "warm restarts longer": lambda o: s.CosineAnnealingWarmRestarts(o, 5, T_mult=2, eta_min=0.01),
    "linear": lambda o: s.LinearLR(o),
    "linear down": lambda o: s.LinearLR(o, start_factor=0.9, end_factor=0.1, total_iters=60),
    "constant": lambda o: s.ConstantLR(o),
    "constant half": lambda o: s.ConstantLR(o, factor=0.5, total_iters=30),
    "polynomial": lambda o: s.PolynomialLR(o),
    "polynomial square": lambda o: s.PolynomialLR(o, total_iters=80, power=2.0),
    "lambda": lambda o: s.LambdaLR(o, [lambda e: 1 / (1 + e), lambda e: 0.95**e]),
    "multiplicative": lambda o: s.MultiplicativeLR(o, lambda e: 0.95 if e % 2 else 1.01),
    "one cycle": lambda o: s.OneCycleLR(o, 1.0, total_steps=100),
    "one cycle groups": lambda o: s.OneCycleLR(
        o, [0.5, 1.0], total_steps=110, pct_start=0.4, base_momentum=[0.8, 0.7], max_momentum=[0.9, 0.99],
        div_factor=10, final_div_factor=100),
    "one cycle linear": lambda o: s.OneCycleLR(o, 1.0, total_steps=100, anneal_strategy="linear"),
    "one cycle three phases": lambda o: s.OneCycleLR(o, 1.0, total_steps=120, three_phase=True, pct_start=0.25),
    "one cycle no momentum": lambda o: s.OneCycleLR(o, 1.0, total_steps=100, cycle_momentum=False),
    "cyclic": lambda o: s.CyclicLR(o, 0.01, 0.1, step_size_up=10),
    "cyclic halved": lambda o: s.CyclicLR(
        o, [0.01, 0.02], [0.1, 0.2], step_size_up=10, step_size_down=17, mode="triangular2",
        base_momentum=0.7, max_momentum=0.95),
    "cyclic exponential": lambda o: s.CyclicLR(o, 0.01, 0.1, step_size_up=7, mode="exp_range", gamma=0.99),
    "cyclic scaled": lambda o: s.CyclicLR(
        o, 0.01, 0.1, step_size_up=9, scale_fn=lambda x: 1 / x, scale_mode="cycle", cycle_momentum=False),
    "cyclic scaled by steps": lambda o: s.CyclicLR(
        o, 0.01, 0.1, step_size_up=9, scale_fn=lambda x: 1 / (1 + x), scale_mode="iterations"),
    "chained": lambda o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 20), s.ExponentialLR(o, 0.95)]),
    "sequential": lambda o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=10), s.CosineAnnealingLR(o, 40), s.ExponentialLR(o, 0.9)], [10, 50]),
    "sequential restarts": lambda o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.1, 20), s.CosineAnnealingWarmRestarts(o, 11), s.StepLR(o, 5), s.PolynomialLR(o, 10),
            s.LambdaLR(o, lambda e: 0.9**e), s.MultiStepLR(o, [0, 4])], [7, 31, 50, 70, 85]),
    "sequential of chained": lambda o: s.SequentialLR(
        o, [s.ChainedScheduler([s.ConstantLR(o, 0.1, 20), s.ExponentialLR(o, 0.95)]), s.ConstantLR(o, 0.5, 3)], [30]),
    "chained of sequential": lambda o: s.ChainedScheduler(
        [s.SequentialLR(o, [s.ConstantLR(o, 0.1, 20), s.ExponentialLR(o, 0.9)], [20]), s.StepLR(o, 9, 0.5)]),
}.items():
    for kind, optimizer in (("sgd", sgd()), ("adam", adam())):
        keep(f"{name} {kind}", optimizer, make(optimizer))

for steps in (1, 2, 10, 37):
    optimizer = adam()
    keep(f"one cycle of {steps}", optimizer, s.OneCycleLR(optimizer, 0.01, total_steps=steps), steps)


def metric(step):
    return math.floor(100 / (1 + step / 4)) / 10 + step % 3


for name, options in {
    "plateau": {},
    "plateau impatient": {"patience": 2, "factor": 0.5},
    "plateau max": {"mode": "max", "patience": 3, "factor": 0.8, "cooldown": 4},
    "plateau absolute": {"threshold_mode": "abs", "threshold": 0.5, "patience": 1, "factor": 0.7, "min_lr": [0.01, 0.02]},
    "plateau max absolute": {"mode": "max", "threshold_mode": "abs", "patience": 4, "factor": 0.9, "eps": 0.02},
}.items():
    optimizer = sgd()
    keep(name, optimizer, s.ReduceLROnPlateau(optimizer, **options), metric=metric)

optimizer = sgd()
scheduler = s.CosineAnnealingWarmRestarts(optimizer, 3, T_mult=2, eta_min=0.01)
course = []
for step in range(STEPS):
    scheduler.step(step / 4)
    course += [g["lr"] for g in optimizer.param_groups]
cases["warm restarts by fractions"] = torch.tensor(course, dtype=torch.float64)

save_file(
    cases,
    Path(__file__).with_suffix(".safetensors"),
    metadata={
        "torch": torch.__version__,
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "seed": "none",
    },
)
