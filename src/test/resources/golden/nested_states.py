"""Writes nested_states.pt: state dicts of optimizers and schedulers, and how the training continues from them."""
import io
import pathlib

import torch
from torch import optim
from torch.optim import lr_scheduler

torch.manual_seed(0)
OPTIMIZERS = {
    "adam": lambda p: optim.Adam(p, lr=0.01, weight_decay=0.1),
    "adam amsgrad": lambda p: optim.Adam(p, amsgrad=True, foreach=False),
    "adamw": lambda p: optim.AdamW(p),
    "sgd": lambda p: optim.SGD(p, lr=0.1),
    "sgd momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: optim.RMSprop(p, momentum=0.5, centered=True),
    "adagrad": lambda p: optim.Adagrad(p),
    "adadelta": lambda p: optim.Adadelta(p),
    "adamax": lambda p: optim.Adamax(p),
    "nadam": lambda p: optim.NAdam(p),
    "radam": lambda p: optim.RAdam(p),
    "lbfgs": lambda p: optim.LBFGS(p, max_iter=3),
    "lbfgs strong_wolfe": lambda p: optim.LBFGS(p, max_iter=3, line_search_fn="strong_wolfe"),
}
SCHEDULERS = {
    "step": lambda o: lr_scheduler.StepLR(o, 3),
    "plateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=1),
    "restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 2),
    "sequential": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, 0.1, total_iters=4), lr_scheduler.ExponentialLR(o, 0.9)], [4]
    ),
    "chained": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.LinearLR(o, 0.1, total_iters=7), lr_scheduler.ExponentialLR(o, 0.9)]
    ),
}


def optimizers():
    for name, make in OPTIMIZERS.items():
        parameters = [torch.nn.Parameter(torch.randn(3, 4)), torch.nn.Parameter(torch.randn(5))]
        unused = torch.nn.Parameter(torch.ones(2))
        named = [(f"p{i}", p) for i, p in enumerate([*parameters, unused])]
        optimizer = make(named if name == "adamw" else [p for _, p in named])

        def loss():
            optimizer.zero_grad()
            result = sum((p * p * p * p).sum() + p.sum() for p in parameters)
            result.backward()
            return result

        for _ in range(3):
            optimizer.step(loss)
        before = [p.detach().clone() for p in parameters]
        # A copy, since the optimizer continues with its own.
        state = torch.load(saved(optimizer.state_dict()), weights_only=True)
        for _ in range(2):
            optimizer.step(loss)
        yield name, {"before": before, "state": state, "after": [p.detach().clone() for p in parameters]}


def saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return file


def schedulers():
    for name, make in SCHEDULERS.items():
        optimizer = optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.5)
        scheduler = make(optimizer)
        arguments = [1.0] if name == "plateau" else []

        def step():
            optimizer.step()
            scheduler.step(*arguments)
            return optimizer.param_groups[0]["lr"]

        for _ in range(5):
            step()
        state = torch.load(saved({"o": optimizer.state_dict(), "s": scheduler.state_dict()}), weights_only=True)
        yield name, {"optimizer": state["o"], "scheduler": state["s"], "lrs": [step() for _ in range(7)]}


torch.save(
    {"optimizers": dict(optimizers()), "schedulers": dict(schedulers())},
    pathlib.Path(__file__).with_suffix(".pt"),
)
