"""Writes recurrent.safetensors: the results of PyTorch's recurrent layers for all combinations of options.

    python recurrent.py      (needs torch 2.13 and safetensors)

One vector for each case: the output, the final states, then the gradients of the input, of the initial
states where given, and of the parameters. One vector for each configuration, named "drawn ...": the
parameters as drawn.
"""
import itertools
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

N, L, H_IN, H, PROJECTED = 2, 3, 3, 2, 1
KINDS = {
    "rnn_tanh": lambda **o: torch.nn.RNN(H_IN, H, **o),
    "rnn_relu": lambda **o: torch.nn.RNN(H_IN, H, nonlinearity="relu", **o),
    "lstm": lambda **o: torch.nn.LSTM(H_IN, H, **o),
    "lstm_projected": lambda **o: torch.nn.LSTM(H_IN, H, proj_size=PROJECTED, **o),
    "gru": lambda **o: torch.nn.GRU(H_IN, H, **o),
}
FORMS = ("unbatched", "batched", "packed_sorted", "packed_unsorted")
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def weighted(x):
    """Returns a sum in which every element has a different weight, so that swapped elements change it."""
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


def make(kind, layers, bidirectional, bias, batch_first=False):
    torch.manual_seed(0)
    return KINDS[kind](num_layers=layers, bidirectional=bidirectional, bias=bias, batch_first=batch_first)


def flat(tensors):
    return torch.cat([t.detach().reshape(-1) for t in tensors])


def run(kind, layers, bidirectional, bias, batch_first, form, given, dtype):
    layer = make(kind, layers, bidirectional, bias, batch_first).to(DTYPES[dtype])
    torch.manual_seed(1)
    unbatched = form == "unbatched"
    shape = (L, H_IN) if unbatched else (N, L, H_IN) if batch_first else (L, N, H_IN)
    x = torch.randn(shape).to(DTYPES[dtype]).requires_grad_()
    d = layers * (2 if bidirectional else 1)
    sizes = [layer.proj_size or H] + ([H] if kind.startswith("lstm") else [])
    states = [torch.randn((d, s) if unbatched else (d, N, s)).to(DTYPES[dtype]).requires_grad_() for s in sizes]
    states = states if given else []
    hx = None if not states else tuple(states) if len(states) == 2 else states[0]
    if form.startswith("packed"):
        ordered = form == "packed_sorted"
        packed = pack_padded_sequence(x, [3, 2] if ordered else [2, 3], batch_first, enforce_sorted=ordered)
        packed, final = layer(packed, hx)
        output, _ = pad_packed_sequence(packed, batch_first)
    else:
        output, final = layer(x, hx)
    final = list(final) if isinstance(final, tuple) else [final]
    sum(weighted(t) for t in [output, *final]).backward()
    return flat([output, *final, *[t.grad for t in [x, *states, *layer.parameters()]]])


truth = (False, True)
vectors = {}
for configuration in itertools.product(KINDS, (1, 2, 3), truth, truth):
    vectors["drawn " + " ".join(map(str, configuration)).lower()] = flat(make(*configuration).parameters())
for case in itertools.product(KINDS, (1, 2, 3), truth, truth, truth, FORMS, truth, DTYPES):
    vectors[" ".join(map(str, case)).lower()] = run(*case)
metadata = {
    "torch": torch.__version__,
    "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    "seed": "0 for the parameters, 1 for the rest",
}
save_file(vectors, Path(__file__).with_suffix(".safetensors"), metadata=metadata)
