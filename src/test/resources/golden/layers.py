"""Writes layers.safetensors: what PyTorch's layers and parametrizations compute.

    python layers.py      (needs torch 2.13 and safetensors)

Two vectors for each case, "NAME float32" and "NAME float64": parameters and buffers, the results, the
gradients of the inputs, the gradients of the parameters. "repr NAME" is how the module is printed.
"""
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

cases = {}


def weighted(x):
    return (x * torch.arange(x.numel(), dtype=torch.float32).add(1).div(10).reshape(x.shape)).sum()


def case(name, make, shapes, forward=lambda m, *x: m(*x), mode=lambda m: m.train(), print_it=True):
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(0)
        module = mode(make().to(dtype))
        inputs = [torch.randn(shape).to(dtype).requires_grad_(True) for shape in shapes]
        results = forward(module, *inputs)
        results = [r for r in (results if isinstance(results, tuple) else (results,)) if r is not None]
        loss = sum(weighted(r) for r in results if r.is_floating_point())
        if loss.requires_grad:
            loss.backward()
        parts = [*module.parameters(), *module.buffers(), *results]
        parts += [x.grad for x in [*inputs, *module.parameters()] if x.grad is not None]
        cases[f"{name} {str(dtype)[6:]}"] = torch.cat([p.detach().to(dtype).reshape(-1) for p in parts])
    if print_it:
        cases[f"repr {name}"] = torch.tensor(list(repr(module).encode()), dtype=torch.uint8)


indices = torch.tensor([[0, 2, 5], [5, 5, 1]])
flat, offsets = torch.tensor([0, 2, 5, 5, 5, 1]), torch.tensor([0, 2, 2])
lasts = torch.tensor([0, 2, 2, 6])
x = (2, 3, 7)

case("linear", lambda: nn.Linear(3, 4), [(2, 5, 3)])
case("linear no bias", lambda: nn.Linear(3, 4, bias=False), [(3,)])
case("bilinear", lambda: nn.Bilinear(3, 2, 4), [(5, 3), (5, 2)])
case("bilinear no bias", lambda: nn.Bilinear(3, 2, 4, bias=False), [(2, 5, 3), (2, 5, 2)])

case("embedding", lambda: nn.Embedding(6, 3), [], lambda m: m(indices))
case("embedding padding", lambda: nn.Embedding(6, 3, padding_idx=-1), [], lambda m: m(indices.int()))
case("embedding max norm", lambda: nn.Embedding(6, 3, max_norm=1.0), [], lambda m: m(indices))
case("embedding norm type", lambda: nn.Embedding(6, 3, max_norm=0.5, norm_type=1.0), [], lambda m: m(indices))
case("embedding by freq", lambda: nn.Embedding(6, 3, scale_grad_by_freq=True), [], lambda m: m(indices))
case("embedding given", lambda: nn.Embedding.from_pretrained(torch.arange(18.0).view(6, 3), freeze=False), [], lambda m: m(indices))
case("embedding frozen", lambda: nn.Embedding.from_pretrained(torch.arange(18.0).view(6, 3)), [], lambda m: m(indices))

for mode in ("sum", "mean", "max"):
    case(f"bag {mode}", lambda: nn.EmbeddingBag(6, 3, mode=mode), [], lambda m: m(indices))
    case(f"bag {mode} offsets", lambda: nn.EmbeddingBag(6, 3, mode=mode), [], lambda m: m(flat, offsets))
    case(f"bag {mode} padding", lambda: nn.EmbeddingBag(6, 3, mode=mode, padding_idx=5), [], lambda m: m(flat, offsets))
case("bag last offset", lambda: nn.EmbeddingBag(6, 3, include_last_offset=True), [], lambda m: m(flat, lasts))
case("bag weights", lambda: nn.EmbeddingBag(6, 3, mode="sum"), [(2, 3)], lambda m, w: m(indices, per_sample_weights=w))
case("bag weights offsets", lambda: nn.EmbeddingBag(6, 3, mode="sum"), [(6,)], lambda m, w: m(flat, offsets, w))
case("bag max norm", lambda: nn.EmbeddingBag(6, 3, max_norm=1.0, norm_type=3.0, scale_grad_by_freq=True), [], lambda m: m(indices))
case("bag given", lambda: nn.EmbeddingBag.from_pretrained(torch.arange(18.0).view(6, 3), freeze=False), [], lambda m: m(indices))

case("dropout", lambda: nn.Dropout(0.3), [(5, 4)])
case("identity", lambda: nn.Identity(), [(5, 4)])
case("layer norm", lambda: nn.LayerNorm(4), [(2, 3, 4)])
case("layer norm two", lambda: nn.LayerNorm([3, 4], eps=0.1, bias=False), [(2, 3, 4)])
case("layer norm bare", lambda: nn.LayerNorm(4, elementwise_affine=False), [(2, 3, 4)])
case("batch norm", lambda: nn.BatchNorm1d(3), [(4, 3), (5, 3)], lambda m, a, b: (m(a), m(b)))
case("batch norm length", lambda: nn.BatchNorm1d(3, eps=0.1, momentum=0.3), [x])
case("batch norm eval", lambda: nn.BatchNorm1d(3), [x, x], lambda m, a, b: (m(a), m.eval()(b)))
case("batch norm cumulative", lambda: nn.BatchNorm1d(3, momentum=None), [(4, 3), (5, 3)], lambda m, a, b: (m(a), m(b)))
case("batch norm bare", lambda: nn.BatchNorm1d(3, affine=False), [x])
case("batch norm no bias", lambda: nn.BatchNorm1d(3, bias=False), [x])
case("batch norm untracked", lambda: nn.BatchNorm1d(3, track_running_stats=False), [x, x], lambda m, a, b: (m(a), m.eval()(b)))

case("relu", lambda: nn.ReLU(), [x])
case("leaky relu", lambda: nn.LeakyReLU(), [x])
case("leaky relu steep", lambda: nn.LeakyReLU(0.25), [x])
case("gelu", lambda: nn.GELU(), [x])
case("gelu tanh", lambda: nn.GELU("tanh"), [x])
case("silu", lambda: nn.SiLU(), [x])
case("elu", lambda: nn.ELU(), [x])
case("elu alpha", lambda: nn.ELU(0.3), [x])
case("tanh", lambda: nn.Tanh(), [x])
case("sigmoid", lambda: nn.Sigmoid(), [x])
case("softmax", lambda: nn.Softmax(-1), [x])
case("log softmax", lambda: nn.LogSoftmax(1), [x])
case("softplus", lambda: nn.Softplus(), [x])
case("softplus beta", lambda: nn.Softplus(3.0, 1.5), [x])

case("conv", lambda: nn.Conv1d(3, 4, 3), [x])
case("conv unbatched", lambda: nn.Conv1d(3, 4, 3, bias=False), [(3, 7)])
case("conv options", lambda: nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2), [(2, 4, 9)])
case("conv same", lambda: nn.Conv1d(3, 4, 4, padding="same", dilation=2), [x])
case("conv valid", lambda: nn.Conv1d(3, 4, 3, padding="valid", stride=2), [x])
for mode in ("reflect", "replicate", "circular"):
    case(f"conv {mode}", lambda: nn.Conv1d(3, 4, 3, padding=2, padding_mode=mode), [x])
    case(f"conv same {mode}", lambda: nn.Conv1d(3, 4, 4, padding="same", padding_mode=mode), [x])

case("max pool", lambda: nn.MaxPool1d(2), [x])
case("max pool options", lambda: nn.MaxPool1d(3, stride=2, padding=1, dilation=2, ceil_mode=True), [x])
case("max pool indices", lambda: nn.MaxPool1d(2, stride=1, return_indices=True), [x])
case("avg pool", lambda: nn.AvgPool1d(3), [x])
case("avg pool options", lambda: nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), [(3, 8)])
case("adaptive avg pool", lambda: nn.AdaptiveAvgPool1d(3), [x])
case("adaptive max pool", lambda: nn.AdaptiveMaxPool1d(3), [x])
case("adaptive max pool indices", lambda: nn.AdaptiveMaxPool1d(3, return_indices=True), [x])

q, k, v = (3, 2, 4), (5, 2, 4), (5, 2, 4)
late = torch.tensor([[False, False, False, True, True], [False, False, False, False, True]])
barred = torch.triu(torch.ones(3, 5, dtype=torch.bool), 2)
future = torch.triu(torch.ones(3, 3, dtype=torch.bool), 1)
each = torch.stack([torch.triu(torch.ones(3, 5, dtype=torch.bool), i) for i in (1, 2, 3, 4)])


def attend(**options):
    return lambda m, *x: m(*x, **options)


def alone(**options):
    return lambda m, x: m(x, x, x, **options)


case("attention", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend())
case("attention self", lambda: nn.MultiheadAttention(4, 2), [q], alone())
case("attention shared", lambda: nn.MultiheadAttention(4, 2), [q, k], lambda m, q, k: m(q, k, k))
case("attention no bias", lambda: nn.MultiheadAttention(4, 2, bias=False), [q, k], lambda m, q, k: m(q, k, k))
case("attention batch first", lambda: nn.MultiheadAttention(4, 2, batch_first=True), [(2, 3, 4), (2, 5, 4), (2, 5, 4)], attend())
case("attention self batch first", lambda: nn.MultiheadAttention(4, 2, batch_first=True), [(2, 3, 4)], alone())
case("attention kdim", lambda: nn.MultiheadAttention(4, 2, kdim=3, vdim=5), [q, (5, 2, 3), (5, 2, 5)], attend())
case("attention kdim no bias", lambda: nn.MultiheadAttention(4, 1, bias=False, kdim=3), [q, (5, 2, 3), v], attend())
case("attention bias kv", lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True), [q, k, v], attend(key_padding_mask=late, attn_mask=barred))
case("attention zero attn", lambda: nn.MultiheadAttention(4, 2, add_zero_attn=True), [q, k, v], attend(key_padding_mask=late, attn_mask=barred))
case("attention both added", lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True), [q, k, v], attend(need_weights=False))
case("attention padding", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend(key_padding_mask=late))
case("attention mask", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend(attn_mask=barred))
case("attention each mask", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend(attn_mask=each, average_attn_weights=False))
case("attention float masks", lambda: nn.MultiheadAttention(4, 2), [q, k, v, (3, 5), (2, 5)],
     lambda m, q, k, v, a, p: m(q, k, v, attn_mask=a, key_padding_mask=p))
case("attention no weights", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend(need_weights=False))
case("attention no weights masks", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend(need_weights=False, key_padding_mask=late, attn_mask=barred))
case("attention no weights each mask", lambda: nn.MultiheadAttention(4, 2), [q, k, v], attend(need_weights=False, attn_mask=each))
case("attention causal", lambda: nn.MultiheadAttention(4, 2), [q], alone(need_weights=False, attn_mask=future, is_causal=True))
case("attention causal weights", lambda: nn.MultiheadAttention(4, 2), [q], alone(attn_mask=future, is_causal=True))
case("attention dropout", lambda: nn.MultiheadAttention(4, 2, dropout=0.4), [q, k, v], attend())
case("attention dropout no weights", lambda: nn.MultiheadAttention(4, 2, dropout=0.4), [q, k, v], attend(need_weights=False))
case("attention dropout eval", lambda: nn.MultiheadAttention(4, 2, dropout=0.4), [q, k, v], attend(), mode=lambda m: m.eval())
case("attention unbatched", lambda: nn.MultiheadAttention(4, 2), [(3, 4), (5, 4), (5, 4)], attend(key_padding_mask=late[0], attn_mask=barred))
case("attention unbatched self", lambda: nn.MultiheadAttention(4, 2, batch_first=True), [(3, 4)], alone(need_weights=False))


def fast(**options):
    def run(m, x):
        with torch.no_grad():
            return m(x, x, x, **options)
    return run


early = torch.tensor([[False, False, True], [False, False, False]])
for name, options in {
    "": {},
    " padding": {"key_padding_mask": early},
    " mask": {"attn_mask": future, "average_attn_weights": False},
    " both": {"key_padding_mask": early, "attn_mask": future, "need_weights": False},
}.items():
    case(f"attention fast{name}", lambda: nn.MultiheadAttention(4, 2, batch_first=True), [(2, 3, 4)], fast(**options), mode=lambda m: m.eval())

case("sequential", lambda: nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), [(5, 3)])
case("sequential named", lambda: nn.Sequential(OrderedDict(first=nn.Linear(3, 4), act=nn.Tanh(), second=nn.Linear(4, 2))), [(5, 3)])
case("module list", lambda: nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3)]), [(5, 3)],
     lambda m, x: m[3](m[1](m[0](x))))
case("module list empty", lambda: nn.ModuleList(), [(1,)], lambda m, x: x * 1)
case("module dict", lambda: nn.ModuleDict({"b": nn.Linear(3, 3), "a": nn.Linear(3, 2)}), [(5, 3)], lambda m, x: m["a"](m["b"](x)))

case("weight norm", lambda: weight_norm(nn.Linear(3, 4)), [(2, 3)])
case("weight norm dim", lambda: weight_norm(nn.Linear(3, 4), dim=1), [(2, 3)])
case("weight norm all", lambda: weight_norm(nn.Linear(3, 4), dim=None), [(2, 3)])
case("weight norm conv", lambda: weight_norm(nn.Conv1d(3, 4, 3)), [x])
case("weight norm embedding", lambda: weight_norm(nn.Embedding(6, 3)), [], lambda m: m(indices))
case("spectral norm", lambda: spectral_norm(nn.Linear(3, 4)), [(2, 3), (2, 3)], lambda m, a, b: (m(a), m(b)))
case("spectral norm eval", lambda: spectral_norm(nn.Linear(3, 4)), [(2, 3)], mode=lambda m: m.eval())
case("spectral norm options", lambda: spectral_norm(nn.Linear(3, 4), n_power_iterations=3, eps=1e-3, dim=1), [(2, 3)])
case("spectral norm conv", lambda: spectral_norm(nn.Conv1d(3, 4, 3), dim=1), [x])
case("spectral norm bias", lambda: spectral_norm(nn.Linear(3, 4), "bias"), [(2, 3)])
case("spectral norm embedding", lambda: spectral_norm(nn.Embedding(6, 3)), [], lambda m: m(indices))
case("both norms", lambda: spectral_norm(weight_norm(nn.Linear(3, 4))), [(2, 3)])
case("weight norm lstm", lambda: weight_norm(nn.LSTM(3, 2), "weight_hh_l0"), [(4, 2, 3)], lambda m, x: m(x)[0])
case("spectral norm gru", lambda: spectral_norm(nn.GRU(3, 2).eval(), "weight_ih_l0"), [(4, 2, 3)], lambda m, x: m(x)[0],
     mode=lambda m: m.eval())
case("weight norm cell", lambda: weight_norm(nn.GRUCell(3, 2), "weight_ih"), [(2, 3)])

save_file(cases, Path(__file__).with_suffix(".safetensors"), metadata={
    "torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability(), "seed": "0"})
