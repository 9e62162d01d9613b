"""Writes sequences.safetensors: the results of PyTorch's recurrent cells, of torch.nn.utils.rnn, and of
recurrent layers with dropout or in bfloat16.

    python sequences.py      (needs torch 2.13 and safetensors)

One vector for each case, concatenated in the same order as in the Java test. The metadata has what PyTorch
prints.
"""
import itertools
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.utils import rnn

N, L, H_IN, H = 3, 4, 3, 2
DTYPES = {"float32": torch.float32, "float64": torch.float64}
CELLS = {
    "rnn_tanh": lambda bias: torch.nn.RNNCell(H_IN, H, bias),
    "rnn_relu": lambda bias: torch.nn.RNNCell(H_IN, H, bias, "relu"),
    "lstm": lambda bias: torch.nn.LSTMCell(H_IN, H, bias),
    "gru": lambda bias: torch.nn.GRUCell(H_IN, H, bias),
}
vectors = {}
metadata = {
    "torch": torch.__version__,
    "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    "seed": "0 for parameters, 1 for the rest",
}


def keep(name, *parts):
    vectors[name] = torch.cat([p.detach().reshape(-1) for p in parts])


def weighted(x):
    """Returns a sum in which every element has a different weight, so that swapped elements change it."""
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


# Two steps of each cell: parameters, states after each step, gradients.
truth = (False, True)
for kind, bias, unbatched, given, dtype in itertools.product(CELLS, truth, truth, truth, DTYPES):
    torch.manual_seed(0)
    cell = CELLS[kind](bias).to(DTYPES[dtype])
    torch.manual_seed(1)
    x = torch.randn(*((2, H_IN) if unbatched else (2, N, H_IN))).to(DTYPES[dtype]).requires_grad_()
    count = (2 if kind == "lstm" else 1) if given else 0
    states = [torch.randn(*((H,) if unbatched else (N, H))).to(DTYPES[dtype]).requires_grad_() for _ in range(count)]
    hx = None if not states else tuple(states) if kind == "lstm" else states[0]
    results = []
    for t in range(2):
        hx = cell(x[t], hx)
        results += hx if kind == "lstm" else [hx]
    sum(weighted(r) for r in results).backward()
    name = f"{kind} {bias} {unbatched} {given} {dtype}".lower()
    keep(name, *cell.parameters(), *results, *[t.grad for t in [x, *states, *cell.parameters()]])
    metadata["print " + f"{kind} {bias}".lower()] = repr(cell)

# Packing and padding: data, batch sizes and indices of each, as float64.
for batch_first, (order, lengths), dims in itertools.product(
    truth, {"sorted": [4, 2, 2], "unsorted": [2, 4, 1], "ties": [2, 4, 2]}.items(), (0, 1)
):
    torch.manual_seed(1)
    tail = (2,) * dims
    x = torch.randn(*(((N, L) if batch_first else (L, N)) + tail), dtype=torch.float64, requires_grad=True)
    packed = rnn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted=order == "sorted")
    indices = [i for i in (packed.sorted_indices, packed.unsorted_indices) if i is not None]
    name = f"pack {batch_first} {order} {dims}".lower()
    weighted(packed.data).backward()
    keep(name, packed.data, packed.batch_sizes.double(), *[i.double() for i in indices], x.grad)
    metadata["print " + name] = repr(packed._replace(data=packed.data.detach()))
    for total in (None, 5):
        padded, back = rnn.pad_packed_sequence(packed, batch_first, -1.5, total)
        keep(f"{name} padded {total or -1}", padded, back.double())
    keep(f"{name} unpacked", *rnn.unpack_sequence(packed))

torch.manual_seed(1)
sequences = [torch.randn(n, 2, dtype=torch.float64, requires_grad=True) for n in (2, 4, 1)]
for batch_first, side in itertools.product(truth, ("right", "left")):
    padded = rnn.pad_sequence(sequences, batch_first, 0.5, side)
    gradients = torch.autograd.grad(weighted(padded), sequences)
    keep(f"pad {batch_first} {side}".lower(), padded, *gradients)
    if side == "right":
        lengths = torch.tensor([2, 9, 0])
        keep(f"unpad {batch_first}".lower(), *rnn.unpad_sequence(padded.clone(), lengths, batch_first))
packed = rnn.pack_sequence(sequences, enforce_sorted=False)
keep("pack_sequence", packed.data, packed.batch_sizes.double(), packed.sorted_indices.double())
packed = rnn.pack_sequence(sorted(sequences, key=len, reverse=True))
keep("pack_sequence sorted", packed.data, packed.batch_sizes.double())
keep("invert_permutation", rnn.invert_permutation(torch.tensor([2, 0, 3, 1])).double())

# Layers of bfloat16, stored as float32.
for kind in ("RNN", "LSTM", "GRU"):
    torch.manual_seed(0)
    layer = getattr(torch.nn, kind)(H_IN, H, 2, bidirectional=True).to(torch.bfloat16)
    torch.manual_seed(1)
    x = torch.randn(L, N, H_IN).to(torch.bfloat16).requires_grad_()
    output, final = layer(x)
    final = list(final) if isinstance(final, tuple) else [final]
    sum(weighted(t) for t in [output, *final]).backward()
    keep(f"bfloat16 {kind}".lower(), *[t.float() for t in [output, *final, x.grad]])

# Dropout between layers, in training and in evaluation: the masks are part of the random stream.
for kind, form, training in itertools.product(("RNN", "LSTM", "GRU"), ("padded", "packed"), truth):
    torch.manual_seed(0)
    layer = getattr(torch.nn, kind)(H_IN, H, 3, dropout=0.4, bidirectional=True).train(training)
    torch.manual_seed(1)
    x = torch.randn(L, N, H_IN).requires_grad_()
    if form == "packed":
        packed, final = layer(rnn.pack_padded_sequence(x, [2, 4, 1], enforce_sorted=False))
        output = packed.data
    else:
        output, final = layer(x)
    final = list(final) if isinstance(final, tuple) else [final]
    sum(weighted(t) for t in [output, *final]).backward()
    keep(f"dropout {kind} {form} {training}".lower(), output, *final, x.grad)

save_file(vectors, Path(__file__).with_suffix(".safetensors"), metadata=metadata)
