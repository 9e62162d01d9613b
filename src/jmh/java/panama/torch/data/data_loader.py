"""The Python side of DataLoaderBenchmark: runs an epoch for each line of standard input.

    python data_loader.py {tensors|padded} WORKERS
"""
import sys

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, TensorDataset

SAMPLES, BATCH = 100_000, 64
data, workers = sys.argv[1], int(sys.argv[2])
torch.manual_seed(0)
labels = torch.randint(0, 10, (SAMPLES,))


def pad(examples):
    sequences, targets = zip(*examples)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    return pad_sequence(sequences, batch_first=True), lengths, torch.stack(targets)


if data == "tensors":
    dataset, collate = TensorDataset(torch.randn(SAMPLES, 32), labels), None
else:
    lengths = torch.randint(5, 101, (SAMPLES,)).tolist()
    dataset, collate = [(torch.randn(length, 6), labels[i]) for i, length in enumerate(lengths)], pad

loader = DataLoader(dataset, batch_size=BATCH, shuffle=True, num_workers=workers, collate_fn=collate)
for _ in sys.stdin:
    print(sum(1 for _ in loader), flush=True)
