"""Writes documented_names.txt: the names that PyTorch documents for torch, Tensor and torch.nn.functional.

    python documented_names.py      (needs torch 2.13)

A line is a namespace, torch, Tensor or functional, and a name.
"""
import inspect
import re
from pathlib import Path

import torch
import torch._tensor_docs as tensor
import torch._torch_docs as base
import torch.functional
import torch.nn.functional as F

torch_docs = inspect.getsource(base)
tensor_docs = inspect.getsource(tensor)
names = {f"torch {name}" for name in re.findall(r"^\s*add_docstr\(\s*torch\.(\w+),", torch_docs, re.M)}
names |= {f"torch {name}" for name in torch.functional.__all__}
names |= {f"Tensor {name}" for name in re.findall(r"add_docstr_all\(\s*\"(\w+)\"", tensor_docs)}
for name in dir(F):
    value = getattr(F, name)
    defined = getattr(value, "__module__", None) == "torch.nn.functional" or inspect.isbuiltin(value)
    if callable(value) and defined and not name.startswith("_"):
        names.add(f"functional {name}")
Path(__file__).with_suffix(".txt").write_text("".join(f"{name}\n" for name in sorted(names) if " _" not in name))
