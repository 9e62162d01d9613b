"""Writes metrics.safetensors: metrics of scikit-learn.

    python metrics.py      (needs torch 2.13, scikit-learn 1.9 and safetensors)

"NAME in OPERAND" are the inputs, and "NAME METRIC" the expected numbers, all FLOAT64 or INT64. A metric of classes has one
number for each zero_division, 0 and NaN; one that ends in "classes" has them for each class, first for 0.
"""
import warnings
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn import metrics as sk

warnings.simplefilter("ignore")
torch.manual_seed(7)
cases = {}


def put(name, value):
    cases[name] = torch.as_tensor(np.asarray(value))


def classes(name, targets, predictions, labels):
    put(f"{name} in targets", targets)
    put(f"{name} in predictions", predictions)
    put(f"{name} accuracy", [sk.accuracy_score(targets, predictions)])
    put(f"{name} confusion", sk.confusion_matrix(targets, predictions, labels=range(labels)))
    for metric, score in ("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score):
        for average in (("binary",) if labels == 2 else ()) + ("micro", "macro", "weighted"):
            put(
                f"{name} {metric} {average}",
                [score(targets, predictions, average=average, zero_division=zero) for zero in (0.0, np.nan)],
            )
        put(
            f"{name} {metric} classes",
            np.concatenate(
                [
                    score(targets, predictions, average=None, labels=range(labels), zero_division=zero)
                    for zero in (0.0, np.nan)
                ]
            ),
        )


def draw(n, labels):
    return torch.randint(0, labels, (n,)).numpy()


targets = draw(60, 5)
guesses = np.where(torch.rand(60).numpy() < 0.6, targets, draw(60, 5))
classes("five", targets, guesses, 5)
classes("two", draw(40, 2), draw(40, 2), 2)
classes("negative", np.zeros(5, np.int64), np.zeros(5, np.int64), 2)
# Class 1 is never predicted, 2 never occurs, 3 occurs in neither.
classes("rare", np.array([0, 0, 1, 1, 4]), np.array([0, 2, 0, 4, 4]), 5)
# No predicted class occurs, and the reverse.
classes("disjoint", np.array([0, 0, 1]), np.array([2, 2, 2]), 3)

scores = torch.randn(50, 6, dtype=torch.float64)
scores[::3] = (scores[::3] * 2).round()  # ties
targets = draw(50, 6)
put("scores in targets", targets)
put("scores in predictions", scores.numpy())
put(
    "scores top",
    [sk.top_k_accuracy_score(targets, scores.numpy(), k=k, labels=range(6)) for k in range(1, 7)],
)
tokens = draw(30, 6)
logits = torch.randn(30, 6, dtype=torch.float64) * 3
ignored = tokens.copy()
ignored[::4] = -100
probabilities = logits.softmax(1).numpy()
put("tokens in targets", tokens)
put("tokens in ignored", ignored)
put("tokens in predictions", logits.numpy())
put("tokens perplexity", [np.exp(sk.log_loss(tokens, probabilities, labels=range(6)))])
keep = ignored >= 0
put("tokens perplexity ignored", [np.exp(sk.log_loss(tokens[keep], probabilities[keep], labels=range(6)))])


def errors(name, targets, predictions):
    put(f"{name} in targets", targets)
    put(f"{name} in predictions", predictions)
    for metric, score in (
        ("mae", sk.mean_absolute_error),
        ("mse", sk.mean_squared_error),
        ("rmse", sk.root_mean_squared_error),
        ("mape", sk.mean_absolute_percentage_error),
        ("r2", sk.r2_score),
    ):
        put(f"{name} {metric}", [score(targets, predictions)])


y = torch.randn(70, dtype=torch.float64)
errors("plain", y.numpy(), (y + torch.randn(70, dtype=torch.float64)).numpy())
errors("offset", (y + 1e4).numpy(), (y + 1e4 + 0.1 * torch.randn(70, dtype=torch.float64)).numpy())
errors("zeros", np.array([0.0, 1.0, -2.0]), np.array([0.5, 1.0, -1.0]))
errors("constant", np.array([3.0, 3.0, 3.0]), np.array([3.0, 3.0, 4.0]))
errors("perfect", np.array([3.0, 3.0]), np.array([3.0, 3.0]))

save_file({name: value.contiguous() for name, value in cases.items()}, Path(__file__).with_suffix(".safetensors"))
