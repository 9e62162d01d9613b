"""Writes foreign/: files in other formats than safetensors, written by PyTorch and NumPy.

    python foreign.py      (needs torch 2.13 and numpy)
"""
import pickle
from pathlib import Path

import numpy as np
import torch

folder = Path(__file__).with_suffix("")
folder.mkdir(exist_ok=True)
state = {"weight": torch.ones(2, 3), "bias": torch.zeros(2)}


class Tiny(torch.nn.Module):
    def forward(self, x):
        return x + 1


torch.save(state, folder / "state.pt")
torch.save(state, folder / "legacy.pt", _use_new_zipfile_serialization=False)
torch.jit.script(Tiny()).save(folder / "script.pt")
torch.export.save(torch.export.export(Tiny(), (torch.ones(1),)), folder / "exported.pt2")
np.save(folder / "array.npy", np.ones(2, np.float32))
np.savez(folder / "arrays.npz", a=np.ones(2, np.float32))
for protocol in [2, 4, 5]:
    (folder / f"list{protocol}.pkl").write_bytes(pickle.dumps([1, 2], protocol))
