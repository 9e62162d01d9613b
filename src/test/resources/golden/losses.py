"""Writes losses.safetensors: what PyTorch's losses compute.

    python losses.py      (needs torch 2.13 and safetensors)

Two vectors for each case, "NAME float32" and "NAME float64": the loss, the gradients of the inputs.
"""
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

warnings.simplefilter("ignore")
cases = {}


def weighted(x):
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


def case(name, make, shapes, forward=lambda m, *x: m(*x)):
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(0)
        criterion = make().to(dtype)
        inputs = [torch.randn(shape).to(dtype).requires_grad_(True) for shape in shapes]
        loss = forward(criterion, *inputs)
        weighted(loss).backward()
        parts = [loss, *[x.grad for x in inputs if x.grad is not None]]
        cases[f"{name} {str(dtype)[6:]}"] = torch.cat([p.detach().reshape(-1) for p in parts])


classes = torch.tensor([2, 0, 1, 0])
grid = torch.tensor([[2, 0], [1, 0], [0, -100], [2, 2]])
weight = torch.tensor([0.5, 1.0, 2.0])
scores, cube = (4, 3), (4, 3, 2)

for reduction in ("none", "mean", "sum"):
    options = {"reduction": reduction}
    pair = [scores, scores]
    case(f"cross entropy {reduction}", lambda: nn.CrossEntropyLoss(weight=weight.clone(), ignore_index=1, label_smoothing=0.1, **options), [scores], lambda m, x: m(x, classes))
    case(f"cross entropy grid {reduction}", lambda: nn.CrossEntropyLoss(**options), [cube], lambda m, x: m(x, grid))
    case(f"cross entropy shares {reduction}", lambda: nn.CrossEntropyLoss(weight=weight.clone(), label_smoothing=0.2, **options), pair, lambda m, x, y: m(x, y.softmax(1)))
    case(f"nll {reduction}", lambda: nn.NLLLoss(**options), [scores], lambda m, x: m(x.log_softmax(1), classes))
    case(f"nll weight {reduction}", lambda: nn.NLLLoss(weight=weight.clone(), ignore_index=1, **options), [scores], lambda m, x: m(x.log_softmax(1), classes))
    case(f"nll grid {reduction}", lambda: nn.NLLLoss(**options), [cube], lambda m, x: m(x.log_softmax(1), grid))
    case(f"mse {reduction}", lambda: nn.MSELoss(**options), pair)
    case(f"l1 {reduction}", lambda: nn.L1Loss(**options), pair)
    case(f"smooth l1 {reduction}", lambda: nn.SmoothL1Loss(**options), pair)
    case(f"smooth l1 beta {reduction}", lambda: nn.SmoothL1Loss(beta=0.3, **options), pair)
    case(f"smooth l1 sharp {reduction}", lambda: nn.SmoothL1Loss(beta=0.0, **options), pair)
    case(f"huber {reduction}", lambda: nn.HuberLoss(**options), pair)
    case(f"huber delta {reduction}", lambda: nn.HuberLoss(delta=0.3, **options), pair)
    case(f"bce {reduction}", lambda: nn.BCELoss(**options), pair, lambda m, x, y: m(x.sigmoid(), y.sigmoid()))
    case(f"bce weight {reduction}", lambda: nn.BCELoss(weight=weight.clone(), **options), pair, lambda m, x, y: m(x.sigmoid(), y.sigmoid()))
    case(f"bce logits {reduction}", lambda: nn.BCEWithLogitsLoss(**options), pair, lambda m, x, y: m(x, y.sigmoid()))
    case(f"bce logits weight {reduction}", lambda: nn.BCEWithLogitsLoss(weight=torch.tensor([[1.0], [2.0], [3.0], [4.0]]), pos_weight=weight.clone(), **options), pair, lambda m, x, y: m(x, y.sigmoid()))
    case(f"poisson {reduction}", lambda: nn.PoissonNLLLoss(**options), pair, lambda m, x, y: m(x, y * y * 3))
    case(f"poisson full {reduction}", lambda: nn.PoissonNLLLoss(log_input=False, full=True, eps=1e-3, **options), pair, lambda m, x, y: m(x * x, y.detach() ** 2 * 3))
    case(f"cosine {reduction}", lambda: nn.CosineEmbeddingLoss(**options), pair, lambda m, x, y: m(x, y, torch.tensor([1, -1, -1, 1])))
    case(f"cosine margin {reduction}", lambda: nn.CosineEmbeddingLoss(margin=-0.5, **options), pair, lambda m, x, y: m(x, y, torch.tensor([1, -1, -1, 1])))
    case(f"gaussian {reduction}", lambda: nn.GaussianNLLLoss(**options), [*pair, scores], lambda m, x, y, v: m(x, y, v * v))
    case(f"gaussian full {reduction}", lambda: nn.GaussianNLLLoss(full=True, eps=0.5, **options), [*pair, (4,)], lambda m, x, y, v: m(x, y, v * v))
    case(f"gaussian column {reduction}", lambda: nn.GaussianNLLLoss(**options), [*pair, (4, 1)], lambda m, x, y, v: m(x, y, v * v))
    case(f"gaussian one {reduction}", lambda: nn.GaussianNLLLoss(**options), pair, lambda m, x, y: m(x, y, 0.7))
    ctc = [(6, 2, 4)]
    case(f"ctc {reduction}", lambda: nn.CTCLoss(**options), ctc, lambda m, x: m(x.log_softmax(2), torch.tensor([[1, 2, 3], [2, 2, 1]]), (6, 5), (3, 2)))
    case(f"ctc flat {reduction}", lambda: nn.CTCLoss(blank=3, **options), ctc, lambda m, x: m(x.log_softmax(2), torch.tensor([1, 2, 0, 2, 2]), torch.tensor([6, 5]), torch.tensor([3, 2])))
    case(f"ctc zero infinity {reduction}", lambda: nn.CTCLoss(zero_infinity=True, **options), ctc, lambda m, x: m(x.log_softmax(2), torch.tensor([[1, 2, 3], [2, 2, 1]]), (6, 2), (3, 3)))
for reduction in ("none", "mean", "sum", "batchmean"):
    case(f"kl {reduction}", lambda: nn.KLDivLoss(reduction=reduction), [scores, scores], lambda m, x, y: m(x.log_softmax(1), y.softmax(1)))
    case(f"kl log {reduction}", lambda: nn.KLDivLoss(reduction=reduction, log_target=True), [scores, scores], lambda m, x, y: m(x.log_softmax(1), y.log_softmax(1)))
case("cross entropy one", lambda: nn.CrossEntropyLoss(), [(3,)], lambda m, x: m(x, torch.tensor(1)))
case("ctc one", lambda: nn.CTCLoss(), [(6, 4)], lambda m, x: m(x.log_softmax(1), torch.tensor([1, 2]), torch.tensor(6), torch.tensor(2)))

save_file(cases, Path(__file__).with_suffix(".safetensors"), metadata={
    "torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability(), "seed": "0"})
