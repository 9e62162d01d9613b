"""Writes the files of torch.save that TorchFileTest loads, to the folder torch_files."""
import collections
import os
import pathlib

import torch
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent / "torch_files"
folder.mkdir(exist_ok=True)
torch.manual_seed(0)


class Classifier(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4)
        self.fc = torch.nn.Linear(4, 2)


model = Classifier()
torch.save(model.state_dict(), folder / "state_dict.pt")
torch.save(dict(model.named_parameters()), folder / "parameters.pt")
save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "state_dict.safetensors")

torch.save(
    {
        "none": None,
        "truth": [True, False],
        "ints": [0, -1, 255, 65536, 2**31, -(2**63), 2**80],
        "floats": [0.5, float("inf"), float("-inf"), 1e-300],
        "text": "Grüße, 世界",
        "tuple": (1, (2, "three"), []),
        "bytes": b"\x00\xff",
        7: {"dict": {}},
        "dtype": torch.bfloat16,
        "device": torch.device("cpu"),
        "size": torch.Size([2, 3]),
        "set": {1},
        "ordered": collections.OrderedDict(a=1, b=2),
        "counter": collections.Counter("aab"),
        "same": [[1]] * 2,
    },
    folder / "values.pt",
)

base = torch.arange(12.0)
torch.save(
    {
        "base": base,
        "row": base.view(3, 4)[1],
        "columns": base.view(3, 4).t(),
        "expanded": base[2].expand(5),
        "scalar": torch.tensor(3),
        "empty": torch.empty(0, 4),
        "parameter": torch.nn.Parameter(torch.ones(2), requires_grad=False),
        "tracked": torch.ones(2, requires_grad=True),
    },
    folder / "shared.pt",
)

names = (
    "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64 complex128 uint16 uint32 uint64 "
    "float8_e5m2 float8_e4m3fn float8_e5m2fnuz float8_e4m3fnuz"
).split()
torch.save({n: torch.tensor([0, 1, 1, 0, 1]).to(getattr(torch, n)) for n in names}, folder / "dtypes.pt")

optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2)
for _ in range(3):
    optimizer.zero_grad()
    y, _ = model.lstm(torch.ones(2, 1, 3))
    model.fc(y).sum().backward()
    optimizer.step()
    scheduler.step()
torch.save(
    {"epoch": 3, "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()},
    folder / "training.pt",
)

torch.save(model.state_dict(), folder / "legacy.pt", _use_new_zipfile_serialization=False)
torch.save(model.fc, folder / "module.pt")
torch.jit.script(torch.nn.Linear(1, 1)).save(str(folder / "script.pt"))


class Evil:
    def __reduce__(self):
        return os.system, ("echo executed",)


torch.save({"model": Evil()}, folder / "evil.pt")
