"""Writes operators.safetensors: what PyTorch computes for the cases of src/operators/operators.txt.

    python operators.py      (needs torch 2.13 and safetensors)

Operands are stored as "in NAME"; the result of case I of a row as "OPERATOR I", or "OPERATOR I 0", "OPERATOR I 1", ...
where there are several; that of the method in place as "OPERATOR I in place", if there is one for these types. Every
way to call an operator, as a method, in torch and in torch.nn.functional, must give the same. Each case starts from
seed 0.
"""
import inspect
import re
import sys
from pathlib import Path

import torch
import torch.nn.functional
from safetensors.torch import save_file

root = Path(__file__).resolve().parents[4]

torch.manual_seed(0)
nan, inf = float("nan"), float("inf")
X = torch.randn(2, 3, dtype=torch.float64)
Y = torch.randn(3, dtype=torch.float64)
M = torch.randn(3, 3, dtype=torch.float64)
V = torch.randn(4, dtype=torch.float64)
P = torch.rand(2, 3, dtype=torch.float64) + 0.5
P1 = P + 1
NP = -P
U = torch.rand(2, 3, dtype=torch.float64)
Q = U[0].clone()
Q01 = torch.tensor([[1, 0, 1], [0, 1, 1]], dtype=torch.float64)
Q2 = torch.randn(2, dtype=torch.float64)
Y2 = torch.rand(3, dtype=torch.float64) + 0.5
F = torch.randn(2, 3)
S = torch.tensor(0.7, dtype=torch.float64)
N = torch.tensor([[nan, inf, -1.0], [0.5, -inf, 2.0]], dtype=torch.float64)
I = torch.tensor([[-4, 3, 0], [2, -1, 5]])
J = torch.tensor([[1, 2, 3], [3, 1, 2]])
K = torch.tensor([3, 1, 0, 3, 2, 3, 1])
B = torch.tensor([[True, False, True], [False, True, True]])
C = torch.tensor([[False, False, True], [True, True, False]])
X4 = 4 * X
BIG = 1000 * X
ASC = Y.sort().values
ORDER = Y.argsort()
COUNTS = torch.tensor([1, 2, 1])
ROW = torch.randn(1, 3, dtype=torch.float64)
ONE = torch.randn(1, 3, 1, dtype=torch.float64)
CUBE = torch.randn(2, 3, 4, dtype=torch.float64)
BATCH = torch.randn(2, 3, 3, dtype=torch.float64)
SPD = M @ M.T + torch.eye(3, dtype=torch.float64)
ROWS = torch.tensor([2, 0])
PLACES = torch.tensor([[2, 0, 1], [0, 0, 2]])
PAIRS = torch.randn(3, 2, dtype=torch.float64)
LOGP = X.log_softmax(1)
PM = torch.tensor([[1, -1, 1], [-1, 1, -1]], dtype=torch.float64)
PM2 = torch.tensor([1.0, -1.0], dtype=torch.float64)
T2 = torch.tensor([2, 0])
TM = torch.tensor([[2, -1, 0], [0, 1, -1]])
SIG = torch.randn(2, 3, 8, dtype=torch.float64)
IMG = torch.randn(2, 3, 5, 6, dtype=torch.float64)
VOL = torch.randn(1, 2, 3, 4, 5, dtype=torch.float64)
SHUF = torch.randn(1, 4, 2, 2, dtype=torch.float64)
COLS = torch.randn(1, 8, 4, dtype=torch.float64)
W1 = torch.randn(4, 3, 3, dtype=torch.float64)
W2 = torch.randn(4, 3, 2, 3, dtype=torch.float64)
W3 = torch.randn(2, 2, 2, 2, 2, dtype=torch.float64)
WT1 = torch.randn(3, 4, 3, dtype=torch.float64)
WT2 = torch.randn(3, 4, 2, 3, dtype=torch.float64)
TBC = torch.randn(2, 4, 3, dtype=torch.float64)
AFFINE = torch.randn(2, 2, 3, dtype=torch.float64)
operands = {name: value for name, value in globals().items() if isinstance(value, torch.Tensor)}
MT = M.t()
CT = CUBE.movedim(0, 2)
XT = X.view(3, 2)
Z = torch.complex(X, P)


def rows():
    text = (root / "src/operators/operators.txt").read_text()
    for block in re.findall(r"^aten::.*\n(?:  .*\n)+", text, re.M):
        lines = block.splitlines()
        row = {"schema": lines[0], "name": lines[0][6 : lines[0].index("(")]}
        for line in lines[1:]:
            row.setdefault(line[2:8].strip(), []).append(line[8:])
        yield row


def snake(java):
    if java in ("mH", "mT"):
        return java
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", re.sub(r"^atleast(?=\d)", "atleast_", java)).lower()


def tensors(result):
    if isinstance(result, bool):
        return [torch.tensor(result)]
    if isinstance(result, torch.Tensor):
        return [result]
    return [part for each in result for part in tensors(each)]


def stored(result):
    return torch.view_as_real(result.resolve_conj()).contiguous() if result.is_complex() else result.contiguous()


def call(function, case):
    torch.manual_seed(0)
    G = torch.Generator().manual_seed(0)
    args, kwargs = eval(f"(lambda *a, **k: (a, k))({case})", {**globals(), "G": G})
    if isinstance(function, str):  # a method
        if not hasattr(args[0], function):  # rsub, isin
            return getattr(torch, function)(*args, **kwargs)
        attribute = getattr(args[0], function)
        return attribute(*args[1:], **kwargs) if callable(attribute) else attribute
    if function in (torch.block_diag, torch.broadcast_tensors, torch.cartesian_prod):
        args = args[0]
    if function is torch.tensordot:
        args = (*args[:2], args[2:])
    return function(*args, **kwargs)


def in_place(method, case):
    torch.manual_seed(0)
    args, kwargs = eval(f"(lambda *a, **k: (a, k))({case})", globals())
    x = args[0].clone()
    return getattr(x, method)(*args[1:], **kwargs)


golden = {f"in {name}": value.contiguous() for name, value in operands.items()}
for row in rows():
    offered = re.split(r", ", row["in"][0])
    name = snake(row["java"][0].split("(")[0])
    writes = row["schema"].endswith("-> Tensor(a!)")
    for i, case in enumerate(row["case"]):
        results = []
        if "Tensor" in offered:
            results.append(in_place(name, case) if writes else call(name, case))
        if "Torch" in offered:
            results.append(call(getattr(torch, name), case))
        if "Functional" in offered:
            results.append(call(getattr(torch.nn.functional, name), case))
        if "uninitialized" in offered:
            results = [torch.zeros_like(each) for each in results]
        if results:
            first = tensors(results[0])
            for other in map(tensors, results[1:]):
                assert len(first) == len(other) and all(
                    torch.equal(torch.nan_to_num(stored(a)), torch.nan_to_num(stored(b))) for a, b in zip(first, other)
                ), (row["name"], case)
            for k, part in enumerate(first):
                golden[f"{row['name']} {i}" + (f" {k}" if len(first) > 1 else "")] = stored(part).clone()
        if "Tensor_" in offered:
            try:
                golden[f"{row['name']} {i} in place"] = stored(in_place(name + "_", case)).clone()
            except RuntimeError:
                pass  # the result has another type or shape than the operand
            else:
                row["placed"] = True
    if "Tensor_" in offered and "placed" not in row:
        sys.exit(f"{row['name']}: no case works in place")

save_file(golden, Path(__file__).with_suffix(".safetensors"), {"torch": torch.__version__})
print(len(golden), "tensors")
