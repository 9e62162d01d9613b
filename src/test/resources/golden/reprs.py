"""Writes reprs.safetensors: in the metadata, what PyTorch prints for optimizers and recurrent layers.

    python reprs.py      (needs torch 2.13 and safetensors)
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn, optim

p = [torch.nn.Parameter(torch.zeros(2, 3))]
adam = optim.Adam(p, foreach=None, fused=False)
optim.lr_scheduler.StepLR(adam, 5)
printed = {
    "SGD": optim.SGD(p),
    "Adam": optim.Adam(p, amsgrad=True),
    "AdamW": optim.AdamW(p),
    "NAdam": optim.NAdam(p),
    "RAdam": optim.RAdam(p),
    "Adamax": optim.Adamax(p),
    "RMSprop": optim.RMSprop(p, momentum=0.9, centered=True),
    "Adagrad": optim.Adagrad(p),
    "Adadelta": optim.Adadelta(p),
    "LBFGS": optim.LBFGS(p, lr=0.5),
    "Adam scheduled": adam,
    "rnn": nn.RNN(3, 4),
    "rnn relu": nn.RNN(3, 4, nonlinearity="relu", num_layers=2, dropout=0.5),
    "lstm": nn.LSTM(3, 4, num_layers=2, bias=False, batch_first=True, dropout=1e-5, proj_size=2),
    "gru": nn.GRU(3, 4, bidirectional=True),
    "nested": nn.ModuleDict({"rnns": nn.ModuleList([nn.GRU(3, 4), nn.GRU(3, 4), nn.LSTM(4, 5)])}),
}
save_file(
    {"none": torch.zeros(1)},
    Path(__file__).with_suffix(".safetensors"),
    metadata={
        "torch": torch.__version__,
        "cpu capability": torch.backends.cpu.get_cpu_capability(),
        **{name: repr(printing) for name, printing in printed.items()},
    },
)
