"""Writes data.safetensors: the orders of PyTorch's data loaders, samplers and random splits.

    python data.py      (needs torch 2.13 and safetensors)

One vector of INT64 for each case: the indices of each batch or epoch, followed by -1. PROBE is a number drawn
afterwards, which shows that a generator was used as often as in PyTorch.
"""
import itertools
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.utils.data import (
    DataLoader,
    RandomSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
    random_split,
)
from torch.utils.data.distributed import DistributedSampler

N = 23
EPOCHS = 3
WEIGHTS = [((7 * i) % 10 + 1) / 10 for i in range(N)]
SUBSET = [3, 1, 20, 5, 8, 13, 0, 17, 11]
cases = {}


def generator(seed=7):
    return torch.Generator().manual_seed(seed)


def probe(g=None):
    return [torch.randint(0, 1 << 40, (), generator=g).item()]


def parts(iterations):
    return [number for part in iterations for number in [*part, -1]]


def keep(name, numbers):
    cases[name] = torch.tensor(numbers, dtype=torch.int64)


def batches(loader, epochs=EPOCHS):
    return parts(batch.tolist() for _ in range(epochs) for batch in loader)


# Loaders with a generator of their own, then with the default one

for shuffle, drop_last in itertools.product([False, True], repeat=2):
    name = f"shuffle={shuffle} drop_last={drop_last}"
    g = generator()
    loader = DataLoader(range(N), batch_size=5, shuffle=shuffle, drop_last=drop_last, generator=g)
    keep(f"loader generator {name}", batches(loader) + probe(g))
    torch.manual_seed(11)
    loader = DataLoader(range(N), batch_size=5, shuffle=shuffle, drop_last=drop_last)
    keep(f"loader default {name}", batches(loader) + probe())

torch.manual_seed(11)
loader = DataLoader(range(N), batch_size=5, shuffle=True)
first = next(iter(loader)).tolist()
keep("loader default left early", parts([first]) + batches(loader) + probe())

for name, make in {
    "random": lambda g: RandomSampler(range(N), generator=g),
    "replacement": lambda g: RandomSampler(range(N), replacement=True, num_samples=50, generator=g),
    "longer": lambda g: RandomSampler(range(N), num_samples=2 * N, generator=g),
    "weighted": lambda g: WeightedRandomSampler(WEIGHTS, 12, generator=g),
    "subset": lambda g: SubsetRandomSampler(SUBSET, generator=g),
}.items():
    torch.manual_seed(11)
    keep(f"loader sampler {name} default", batches(DataLoader(range(N), 4, sampler=make(None))) + probe())
    torch.manual_seed(11)
    own = generator(5)
    loader = DataLoader(range(N), 4, sampler=make(own), generator=generator())
    keep(f"loader sampler {name} own", batches(loader) + probe(own) + probe())

# Samplers

for replacement, count in itertools.product([False, True], [None, 1, 23, 32, 46, 50, 100]):
    g = generator()
    sampler = RandomSampler(range(N), replacement=replacement, num_samples=count, generator=g)
    keep(f"random {replacement} {count}", parts(list(sampler) for _ in range(2)) + probe(g))

for replacement, count in [(True, 5), (True, 60), (False, 5), (False, N)]:
    g = generator()
    sampler = WeightedRandomSampler(WEIGHTS, count, replacement, generator=g)
    keep(f"weighted {replacement} {count}", parts(list(sampler) for _ in range(2)) + probe(g))

g = generator()
keep("subset", parts(list(SubsetRandomSampler(SUBSET, generator=g)) for _ in range(2)) + probe(g))

for n, replicas, shuffle, drop_last in itertools.product([N, 24, 3], [1, 4, 7], [False, True], [False, True]):
    orders = []
    for rank, epoch in itertools.product(range(replicas), [0, 3]):
        sampler = DistributedSampler(range(n), replicas, rank, shuffle, seed=5, drop_last=drop_last)
        sampler.set_epoch(epoch)
        assert len(list(sampler)) == len(sampler)
        orders.append(list(sampler))
    keep(f"distributed {n} {replicas} {shuffle} {drop_last}", parts(orders))

# Splits

for name, lengths in {
    "lengths": [10, 0, 13],
    "fractions": [0.5, 0.3, 0.2],
    "tenths": [0.7, 0.2, 0.1],
    "thirds": [1 / 3, 1 / 3, 1 / 3],
    "small": [0.98, 0.01, 0.01],
}.items():
    g = generator()
    keep(f"split {name}", parts(split.indices for split in random_split(range(N), lengths, g)) + probe(g))

torch.manual_seed(11)
keep("split default", parts(split.indices for split in random_split(range(N), [20, 3])) + probe())

save_file(cases, Path(__file__).with_name("data.safetensors"), metadata={"torch": torch.__version__})
