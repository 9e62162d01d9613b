"""Writes functional.safetensors: what PyTorch computes for the functions that FunctionalTest calls.

    python functional.py      (needs torch 2.13 and safetensors)

Operands are stored as "in NAME". Functions that draw numbers start from seed 0.
"""
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(0)
f64 = torch.float64
operands = {
    "X": torch.randn(2, 3, dtype=f64),
    "P": torch.rand(2, 3, dtype=f64) + 0.5,
    "Q01": torch.tensor([[1, 0, 1], [0, 1, 1]], dtype=f64),
    "C": torch.rand(3, dtype=f64) + 0.5,
    "D": torch.randn(3, dtype=f64),
    "SIG": torch.rand(2, 3, 8, dtype=f64),
    "IMG": torch.rand(2, 3, 5, 6, dtype=f64),
    "VOL": torch.rand(1, 3, 3, 4, 5, dtype=f64),
    "LOGP": torch.randn(5, 2, 4, dtype=f64).log_softmax(2),
    "LABELS": torch.tensor([[1, 2], [3, 1]]),
    "TABLE": torch.randn(5, 3, dtype=f64),
    "INDICES": torch.tensor([1, 4, 0, 2, 2]),
    "OFFSETS": torch.tensor([0, 2]),
    "FACTORS": torch.randn(5, dtype=f64),
}
X, P, Q01, C, D, SIG, IMG, VOL, LOGP, LABELS, TABLE, INDICES, OFFSETS, FACTORS = operands.values()
golden = {f"in {name}": value for name, value in operands.items()}


def case(name, function):
    torch.manual_seed(0)
    golden[name] = function().clone()


case("softmin", lambda: F.softmin(X, 1))
case("softsign", lambda: F.softsign(X))
case("tanhshrink", lambda: F.tanhshrink(X))
case("gumbelSoftmax", lambda: F.gumbel_softmax(X))
case("gumbelSoftmax hard", lambda: F.gumbel_softmax(X, 0.5, True, dim=0))
case("dropout1d", lambda: F.dropout1d(SIG, 0.4, True))
case("dropout1d unbatched", lambda: F.dropout1d(X, 0.4, True))
case("dropout2d", lambda: F.dropout2d(IMG, 0.4, True))
case("dropout3d", lambda: F.dropout3d(VOL, 0.4, True))
case("dropout3d outside training", lambda: F.dropout3d(VOL, 0.4, False))
case("normalize", lambda: F.normalize(X))
case("normalize 1", lambda: F.normalize(X, 1.0, 0, 0.1))
case("batchNorm", lambda: F.batch_norm(SIG, D, C))
case("batchNorm training", lambda: F.batch_norm(SIG, None, None, C, D, True, 0.1, 1e-3))
case("instanceNorm", lambda: F.instance_norm(SIG))
case("instanceNorm given", lambda: F.instance_norm(SIG, D, C, C, D, False, 0.1, 1e-3))
case("localResponseNorm", lambda: F.local_response_norm(SIG, 2))
case("localResponseNorm 2d", lambda: F.local_response_norm(IMG, 3, 0.1, 0.5, 2.0))
case("adaptiveMaxPool1d", lambda: F.adaptive_max_pool1d(SIG, 3))
case("adaptiveMaxPool2d", lambda: F.adaptive_max_pool2d(IMG, (2, 3)))
case("adaptiveMaxPool3d", lambda: F.adaptive_max_pool3d(VOL, (2, 2, 3)))
case("lpPool1d", lambda: F.lp_pool1d(SIG, 2.0, 3))
case("lpPool1d strided", lambda: F.lp_pool1d(SIG, 3.0, 3, 2, True))
case("lpPool2d", lambda: F.lp_pool2d(IMG, 2.0, (2, 3), (1, 2), True))
case("lpPool3d", lambda: F.lp_pool3d(VOL, 2.0, (2, 2, 3), (1, 2, 1)))
case("klDiv", lambda: F.kl_div(X, P))
case("klDiv batchmean", lambda: F.kl_div(X, P, reduction="batchmean"))
case("klDiv log", lambda: F.kl_div(X, P, reduction="sum", log_target=True))
case("gaussianNllLoss", lambda: F.gaussian_nll_loss(X, Q01, P))
case("gaussianNllLoss full", lambda: F.gaussian_nll_loss(X, Q01, P, True, 0.7, "none"))
case("multilabelSoftMarginLoss", lambda: F.multilabel_soft_margin_loss(X, Q01))
case("multilabelSoftMarginLoss sum", lambda: F.multilabel_soft_margin_loss(X, Q01, C, reduction="sum"))
case("ctcLoss", lambda: F.ctc_loss(LOGP, LABELS, [5, 4], [2, 1]))
case("ctcLoss none", lambda: F.ctc_loss(LOGP, LABELS, [5, 4], [2, 1], reduction="none", zero_infinity=True))
case("embeddingBag", lambda: F.embedding_bag(LABELS, TABLE, mode="max"))
case("embeddingBag offsets", lambda: F.embedding_bag(INDICES, TABLE, OFFSETS, mode="sum", per_sample_weights=FACTORS))

save_file(golden, Path(__file__).with_suffix(".safetensors"), {"torch": torch.__version__})
print(len(golden), "tensors")
