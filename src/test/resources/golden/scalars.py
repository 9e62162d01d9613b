"""Writes scalars.safetensors: what PyTorch's operations of a tensor and a number compute, for every type.

    python scalars.py      (needs torch 2.13 and safetensors)

The operands X are stored as "in TYPE". "OPERATION TYPE KIND" has one row for each number of that kind, int or float, with which PyTorch does not refuse
the operation; those for which it raises an error are in the metadata. A row has the results for the elements of X, as part of
a tensor that is long enough for the vectorized kernels, and the result for its first element as a tensor without
dimensions. "OPERATION TYPE KIND grad" has the gradients in the same way. Complex numbers are stored as pairs.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

NUMBERS = {
    "int": [3, 0, -2, 2049, 100003],
    "float": [1.003, 0.1, -2.5, 0.30000001192092896, 1e5, 0.0],
}
REPEATED = 12
REAL = [100.0, -2.5, 0.3, 0.001, 7.0, 0.0]
WHOLE = [100, -3, 0, 1, 7, -128]
X = {
    torch.bool: torch.tensor([True, False, True, False, True, True]),
    torch.uint8: torch.tensor([100, 3, 0, 1, 7, 255], dtype=torch.uint8),
    torch.complex64: torch.tensor([100 + 1j, -2.5j, 0.3 - 0.7j, 0.001, 7, 0], dtype=torch.complex64),
}
for whole in (torch.int8, torch.int16, torch.int32, torch.int64):
    X[whole] = torch.tensor(WHOLE, dtype=whole)
for real in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
    X[real] = torch.tensor(REAL, dtype=real)


def other(x):
    """Returns the elements of x in reverse order, plus 1."""
    return x.flip(0) + 1 if x.dim() == 1 and x.dtype != torch.bool else x.clone()


def mask(x):
    return x.real != 0


def matrix(x):
    return x.reshape(-1, 1)


def corner(x):
    return x.reshape(-1)[:1, None]


def put(x, s):
    x[..., None][0] = s
    return x


first = torch.zeros(1, dtype=torch.int64)

OPERATIONS = {
    "add": lambda x, s: x.add(s),
    "sub": lambda x, s: x.sub(s),
    "rsub": lambda x, s: s - x,
    "mul": lambda x, s: x.mul(s),
    "div": lambda x, s: x.div(s),
    "floorDivide": lambda x, s: x.floor_divide(s),
    "remainder": lambda x, s: x.remainder(s),
    "fmod": lambda x, s: x.fmod(s),
    "pow": lambda x, s: x.pow(s),
    "base": lambda x, s: torch.pow(s, x),
    "clamp": lambda x, s: x.clamp(s, s + 1),
    "clampMin": lambda x, s: x.clamp_min(s),
    "clampMax": lambda x, s: x.clamp_max(s),
    "eq": lambda x, s: x.eq(s),
    "ne": lambda x, s: x.ne(s),
    "lt": lambda x, s: x.lt(s),
    "le": lambda x, s: x.le(s),
    "gt": lambda x, s: x.gt(s),
    "ge": lambda x, s: x.ge(s),
    "add_": lambda x, s: x.add_(s),
    "sub_": lambda x, s: x.sub_(s),
    "mul_": lambda x, s: x.mul_(s),
    "pow_": lambda x, s: x.pow_(s),
    "remainder_": lambda x, s: x.remainder_(s),
    "clamp_": lambda x, s: x.clamp_(s, s + 1),
    "clampMin_": lambda x, s: x.clamp_min_(s),
    "clampMax_": lambda x, s: x.clamp_max_(s),
    "fill_": lambda x, s: x.fill_(s),
    "set_": put,
    "add alpha": lambda x, s: x.add(other(x), alpha=s),
    "sub alpha": lambda x, s: x.sub(other(x), alpha=s),
    "add_ alpha": lambda x, s: x.add_(other(x), alpha=s),
    "sub_ alpha": lambda x, s: x.sub_(other(x), alpha=s),
    "where": lambda x, s: torch.where(mask(x), x, s),
    "where not": lambda x, s: torch.where(mask(x), s, x),
    "where neither": lambda x, s: torch.where(mask(x), s, s + 1),
    "newFull": lambda x, s: x.new_full(x.shape, s),
    "full": lambda x, s: torch.full(x.shape, s, dtype=x.dtype),
}
# Compared for floating-point numbers only.
FLOAT_OPERATIONS = {
    "div_": lambda x, s: x.div_(s),
    "lerp": lambda x, s: x.lerp(other(x), s),
    "lerp_": lambda x, s: x.lerp_(other(x), s),
    "addcmul": lambda x, s: x.addcmul(other(x), other(x), value=s),
    "addcmul_": lambda x, s: x.addcmul_(other(x), other(x), value=s),
    "addcdiv": lambda x, s: x.addcdiv(other(x), other(x) + 2, value=s),
    "addcdiv_": lambda x, s: x.addcdiv_(other(x), other(x) + 2, value=s),
    "nanToNum": lambda x, s: (x / 0).nan_to_num(s, s + 1, s + 2),
    "indexAdd_": lambda x, s: x.index_add_(0, first, other(x)[:1] if x.dim() else other(x), alpha=s),
    "indexFill": lambda x, s: x.index_fill(0, first, s),
    "indexFill_": lambda x, s: x.index_fill_(0, first, s),
    "scatter": lambda x, s: x.scatter(0, first, s),
    "scatter_": lambda x, s: x.scatter_(0, first, s),
    "maskedFill": lambda x, s: x.masked_fill(mask(x), s),
    "maskedFill_": lambda x, s: x.masked_fill_(mask(x), s),
    "fullLike": lambda x, s: torch.full_like(x, s),
    "addmm": lambda x, s: matrix(x).addmm(matrix(x), corner(x), beta=s, alpha=s + 1),
    "baddbmm": lambda x, s: matrix(x)[None].baddbmm(matrix(x)[None], corner(x)[None], beta=s, alpha=s + 1),
    "pad": lambda x, s: torch.nn.functional.pad(x.reshape(-1), (1, 1), value=s),
    "isclose": lambda x, s: x.isclose(other(x), abs(s), abs(s)),
}

WITHOUT_DERIVATIVE = {"floorDivide"}


def storable(x):
    return torch.view_as_real(x.resolve_conj()) if x.is_complex() else x


def kept(vector, scalar, count):
    """Concatenates the first elements of the vector and the scalar."""
    return torch.cat([vector.detach().flatten()[:count], scalar.detach().flatten()[:1]])


cases, refused, rows = {}, [], 0


def tried(case, i, f):
    """Returns the result of f; on an error of PyTorch records the case and returns None."""
    try:
        return f()
    except (RuntimeError, TypeError):
        refused.append(f"{case} {i}")
        return None


def gradients(inputs, outputs):
    return [torch.autograd.grad(o, x, torch.full_like(o, 0.7))[0] for x, o in zip(inputs, outputs)]


for dtype, x in X.items():
    cases[f"in {str(dtype).removeprefix('torch.')}"] = storable(x)
    for kind, numbers in NUMBERS.items():
        for name, f in (OPERATIONS if kind == "int" else OPERATIONS | FLOAT_OPERATIONS).items():
            case = f"{name} {str(dtype).removeprefix('torch.')} {kind}"
            differentiable = dtype.is_floating_point and name not in WITHOUT_DERIVATIVE
            results, grads = [], []
            for i, number in enumerate(numbers):
                inputs = [a.requires_grad_(differentiable) for a in (x.repeat(REPEATED), x[0].clone())]
                outputs = tried(case, i, lambda: [f(a.clone(), number) for a in inputs])
                if outputs is None:
                    continue
                rows += 1
                results.append(kept(*outputs, len(x)))
                if outputs[0].requires_grad:
                    gradient = tried(case + " grad", i, lambda: gradients(inputs, outputs))
                    if gradient is not None:
                        grads.append(kept(*gradient, len(x)))
            if results:
                cases[case] = storable(torch.stack(results))
            if grads:
                cases[case + " grad"] = torch.stack(grads)

print(rows, "operations,", len(refused), "refused")
save_file(
    cases,
    Path(__file__).with_suffix(".safetensors"),
    metadata={
        "torch": torch.__version__,
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "refused": ",".join(refused),
    },
)
