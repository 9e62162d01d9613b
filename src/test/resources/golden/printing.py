"""Writes printing.safetensors: tensors, and in the metadata what PyTorch prints for each.

    python printing.py      (needs torch 2.13 and safetensors)

Complex tensors are stored as pairs of real numbers, under names that begin with "complex".
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

torch.manual_seed(0)
nan, inf = float("nan"), float("inf")
cases = {
    "scalar": torch.tensor(3.14159),
    "scalar_whole": torch.tensor(3.0),
    "scalar_int": torch.tensor(-7),
    "scalar_bool": torch.tensor(True),
    "scalar_tiny": torch.tensor(1e-30),
    "scalar_nan": torch.tensor(nan),
    "empty": torch.empty(0),
    "empty_2d": torch.empty(2, 0),
    "empty_int": torch.empty(0, dtype=torch.int64),
    "empty_3d_bool": torch.empty(0, 3, 4, dtype=torch.bool),
    "whole": torch.arange(10.0),
    "whole_nan_inf": torch.tensor([1.0, nan, inf, -inf, 100.0]),
    "whole_large": torch.tensor([1.0, 1001.0]),
    "whole_1000": torch.tensor([1.0, 1000.0]),
    "whole_huge": torch.tensor([1e9, 2e9]),
    "nan_only": torch.tensor([nan, nan]),
    "zeros": torch.zeros(2, 3),
    "negative_zero": torch.tensor([0.0, -0.0, 1.5, -0.00001]),
    "negative_zero_whole": torch.tensor([0.0, -0.0, 1.0]),
    "mixed": torch.tensor([1.5, -2.25, 1000.125, nan, inf]),
    "scientific": torch.tensor([1e-5, 1.0, 123456.0]),
    "scientific_zero": torch.tensor([1e-5, 0.0, -0.0, nan, -inf]),
    "scientific_exponents": torch.tensor([1e-300, 1e100, -1.23456789e-7], dtype=torch.float64),
    "half_even": torch.tensor([0.00005, 0.00015, 0.12345, 0.03125, 2.00005], dtype=torch.float64),
    "subnormal": torch.tensor([5e-324, 1.0], dtype=torch.float64),
    "rounds_up_a_digit": torch.tensor([9.99999, 99.99999, 0.99996]),
    "scientific_rounds_up": torch.tensor([9.999999e-6, 1.0]),
    "float64": torch.randn(2, 2, dtype=torch.float64),
    "float16": torch.randn(5).half(),
    "float16_large": torch.tensor([65504.0, 0.5]).half(),
    "bfloat16": torch.randn(3, 2).bfloat16(),
    "uint8": torch.arange(12, dtype=torch.uint8).reshape(3, 4),
    "int8": torch.tensor([-128, 127], dtype=torch.int8),
    "int16": torch.tensor([-300, 5], dtype=torch.int16),
    "int32": torch.tensor([[1, 20], [300, -4000]], dtype=torch.int32),
    "int64": torch.tensor([2**62, -1]),
    "bool": torch.tensor([[True, False], [False, False]]),
    "bool_true": torch.tensor([True, True]),
    "wrapped": torch.randn(30),
    "wrapped_double": torch.randn(30, dtype=torch.float64),
    "wrapped_int": torch.arange(100, 150),
    "wide_rows": torch.randn(2, 17),
    "matrix": torch.randn(3, 4),
    "cube": torch.randn(2, 3, 4),
    "four_d": torch.randn(2, 2, 2, 2),
    "five_d": torch.arange(32).reshape(2, 2, 2, 2, 2),
    "one_each": torch.ones(1, 1, 1),
    "column": torch.randn(5, 1),
    "long_vector": torch.arange(1001),
    "long_float": torch.arange(1001.0) / 7,
    "at_threshold": torch.arange(1000).reshape(10, 100),
    "tall": torch.randn(400, 3),
    "flat": torch.randn(3, 400),
    "both": torch.randn(40, 40),
    "deep": torch.arange(1331, dtype=torch.int32).reshape(11, 11, 11),
    "deep_inner_small": torch.randn(300, 2, 2),
    "seven": torch.randn(7, 200),
    "suffix_breaks": torch.arange(1000000, 1000006, dtype=torch.int32).repeat(2),
    "suffix_fits": torch.arange(100000, 100008, dtype=torch.int32),
    "complex": torch.randn(3, dtype=torch.complex64),
    "complex_double": torch.randn(2, 2, dtype=torch.complex128),
    "complex_whole": torch.tensor([1 + 2j, -3 - 40j]),
    "complex_negative_zero": torch.complex(torch.tensor([1.0, -0.0]), torch.tensor([-0.0, 2.5])),
    "complex_scalar": torch.tensor(1.5 - 2j),
    "complex_many": torch.randn(1100, dtype=torch.complex64),
}
numbers = torch.tensor([0.0, 1.0, -2.5, 0.0625, 448.0, nan])
for dtype in [torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz, torch.float8_e8m0fnu]:
    name = str(dtype).removeprefix("torch.")
    cases[name + "_whole"] = torch.ones(2, 3).to(dtype)
    if dtype != torch.float8_e8m0fnu:
        cases[name] = numbers.to(dtype)
        cases[name + "_all"] = torch.arange(256, dtype=torch.uint8).view(dtype)
    else:  # PyTorch never prints it in scientific notation, so that 2**-127 becomes 0.0000
        cases[name] = torch.tensor([0.25, 1.0, 64.0, nan]).to(dtype)
    cases[name + "_many"] = torch.arange(1, 1102).remainder(7).add(1).float().to(dtype)
    cases[name + "_empty"] = torch.empty(0, 3, dtype=dtype)
    cases[name + "_scalar"] = torch.tensor(2.0).to(dtype)
for bits in [16, 32, 64]:
    dtype = getattr(torch, f"uint{bits}")
    name = f"uint{bits}"
    cases[name] = torch.tensor([[0, 1], [7, 2**bits - 1]], dtype=dtype)
    cases[name + "_many"] = torch.arange(40 * 40).reshape(40, 40).to(dtype)
    cases[name + "_empty"] = torch.empty(0, dtype=dtype)
    cases[name + "_scalar"] = torch.tensor(2**bits - 1, dtype=dtype)
stored = {name: (torch.view_as_real(t) if t.is_complex() else t).contiguous().clone() for name, t in cases.items()}
metadata = {name: repr(t) for name, t in cases.items()}
metadata["torch"] = torch.__version__
save_file(stored, Path(__file__).with_suffix(".safetensors"), metadata=metadata)
