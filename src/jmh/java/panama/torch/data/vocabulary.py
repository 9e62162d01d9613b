"""The Python side of VocabularyBenchmark: encodes a text for each line of standard input.

    python vocabulary.py {CHARACTERS|WORDS} FILE
"""
import sys
from collections import Counter

import torch

unit, file = sys.argv[1:]
with open(file, encoding="utf-8") as stream:
    text = stream.read()


def split(text):
    return text.split() if unit == "WORDS" else text


indices = {entry: i + 2 for i, (entry, _) in enumerate(Counter(split(text)).most_common())}
for _ in sys.stdin:
    encoded = torch.tensor([indices.get(entry, 1) for entry in split(text)])
    print(len(encoded), flush=True)
