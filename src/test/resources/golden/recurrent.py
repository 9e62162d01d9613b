"""Writes recurrent.safetensors: what PyTorch's recurrent layers make of every combination of options.

    python recurrent.py      (needs torch 2.13 and safetensors)

One vector for each case: the parameters as drawn, the output, the final states, then the gradients of
the input and of the parameters.
"""
import itertools
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

N, L, H_IN, H = 2, 3, 2, 3
KINDS = {
    "rnn_tanh": lambda **o: torch.nn.RNN(H_IN, H, **o),
    "rnn_relu": lambda **o: torch.nn.RNN(H_IN, H, nonlinearity="relu", **o),
    "gru": lambda **o: torch.nn.GRU(H_IN, H, **o),
    "lstm": lambda **o: torch.nn.LSTM(H_IN, H, **o),
    "lstm_projected": lambda **o: torch.nn.LSTM(H_IN, H, proj_size=2, **o),
}


def weighted(x):
    """A sum in which every element has its own weight, so that no mix-up goes unseen."""
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


def run(kind, layers, bidirectional, bias, batch_first, form, state):
    torch.manual_seed(0)
    layer = KINDS[kind](num_layers=layers, bidirectional=bidirectional, bias=bias, batch_first=batch_first)
    drawn = [p.detach().clone() for p in layer.parameters()]
    torch.manual_seed(1)
    x = torch.randn(*((L, H_IN) if form == "unbatched" else (N, L, H_IN) if batch_first else (L, N, H_IN)))
    x.requires_grad_()
    d = layers * (2 if bidirectional else 1)
    sizes = [layer.proj_size or H] + ([H] if kind.startswith("lstm") else [])
    states = [torch.randn(*((d, s) if form == "unbatched" else (d, N, s))) for s in sizes]
    given = (tuple(states) if len(states) == 2 else states[0]) if state else None
    if form == "packed":
        packed, final = layer(pack_padded_sequence(x, [2, 3], batch_first, enforce_sorted=False), given)
        output, _ = pad_packed_sequence(packed, batch_first)
    else:
        output, final = layer(x, given)
    final = list(final) if isinstance(final, tuple) else [final]
    sum(weighted(t) for t in [output, *final]).backward()
    parts = [*drawn, output, *final, x.grad, *[p.grad for p in layer.parameters()]]
    return torch.cat([p.detach().reshape(-1) for p in parts])


cases = {}
for kind, layers, bidirectional, bias, batch_first, form, state in itertools.product(
    KINDS, (1, 2), (False, True), (False, True), (False, True), ("padded", "unbatched", "packed"), (False, True)
):
    name = f"{kind} {layers} {bidirectional} {bias} {batch_first} {form} {state}"
    cases[name] = run(kind, layers, bidirectional, bias, batch_first, form, state)
save_file(cases, Path(__file__).with_suffix(".safetensors"), metadata={"torch": torch.__version__})
