"""Python's torch as a peer of the suite; the lines it answers are described in Worker.java.

    python worker.py {default|equal|compile}

equal: the C library keeps freed memory, as this library's allocator does. compile: torch.compile.
"""
import ctypes
import sys
import time

variant = sys.argv[1]
if variant == "equal":
    M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # of glibc's malloc.h
    libc = ctypes.CDLL(None)
    for parameter, value in (M_MMAP_THRESHOLD, 1 << 30), (M_TRIM_THRESHOLD, 2**31 - 1), (M_TOP_PAD, 64 << 20):
        if not libc.mallopt(parameter, value):
            sys.exit(f"mallopt({parameter}, {value}) failed")

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

CHARACTERS, LANGUAGES = 117, 36
LONGEST_COMPILED = 5


class Unsupported(Exception):
    pass


class Tutorial(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.fc = nn.RNN(10, 20, batch_first=True), nn.Linear(20, 2)
        self.criterion = nn.CrossEntropyLoss()

    def loss(self, x, target):
        h0 = torch.zeros(1, x.size(0), 20)
        return self.criterion(self.fc(self.rnn(x, h0)[0][:, -1]), target)


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, 32, padding_idx=0)
        self.gru = nn.GRU(32, 64, bidirectional=True, batch_first=True)
        self.dropout, self.fc = nn.Dropout(0.2), nn.Linear(128, LANGUAGES)
        self.criterion = nn.CrossEntropyLoss(label_smoothing=0.1)

    def loss(self, x, lengths, target):
        vectors = self.dropout(self.embedding(x))
        states, _ = self.gru(pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False))
        sums = pad_packed_sequence(states, batch_first=True)[0].sum(1)
        scaled = sums / lengths.to(torch.float32).sqrt().unsqueeze(1)
        return self.criterion(self.fc(self.dropout(scaled)), target)


class Request(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, 32)
        self.gru = nn.GRU(32, 64, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(128, LANGUAGES)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(self.embedding(x), lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        return self.fc(states[:, -1]).softmax(1)


def layer_of(cell):
    return getattr(nn, cell["layer"])(
        int(cell["input"]), int(cell["hidden"]), int(cell["layers"]),
        bidirectional=cell["directions"] == "2", batch_first=True)


def input_of(cell):
    return torch.randn(int(cell["batch"]), int(cell["length"]), int(cell["input"]))


def lengths_of(cell):
    count, shortest, longest = int(cell["batch"]), int(cell["shortest"]), int(cell["length"])
    return torch.tensor([shortest + (longest - shortest) * i // (count - 1) for i in range(count)])


def callable_of(layer, cell):
    """Returns the layer, compiled if this is the peer torch.compile."""
    if variant != "compile":
        return layer
    if int(cell["length"]) > LONGEST_COMPILED or "shortest" in cell:
        raise Unsupported(
            "Dynamo leaves RNN, GRU and LSTM uncompiled by default; with its option allow_rnn it unrolls all "
            f"steps, so that only cells of {LONGEST_COMPILED} steps are compiled (the first took {compile_seconds:.0f} s)")
    torch._dynamo.config.allow_rnn = True
    return torch.compile(layer, fullgraph=True)


def train(cell):
    layer = layer_of(cell)
    x = input_of(cell).requires_grad_()
    call = callable_of(layer, cell)
    if "shortest" in cell:
        lengths = lengths_of(cell)

        def forward():
            return call(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))[0].data
    else:
        def forward():
            return call(x)[0]
    gradient = torch.randn_like(forward())

    def run():
        layer.zero_grad()
        x.grad = None
        forward().backward(gradient)
    return run


def infer(cell):
    x = input_of(cell)
    call = callable_of(layer_of(cell), cell)

    def run():
        with torch.inference_mode():
            call(x)
    return run


def stream(cell):
    layer, x = layer_of(cell), input_of(cell)
    state = None

    def run():
        nonlocal state
        with torch.inference_mode():
            _, state = layer(x, state)
    return run


def fit(cell):
    layer, x = layer_of(cell), input_of(cell)
    optimizer = torch.optim.Adam(layer.parameters())

    def run():
        optimizer.zero_grad()
        layer(x)[0].pow(2).mean().backward()
        optimizer.step()
    return run


def tutorial(cell):
    network = Tutorial()
    optimizer = torch.optim.Adam(network.parameters())
    x, target = torch.randn(32, 5, 10), torch.randint(0, 2, (32,))

    def run():
        optimizer.zero_grad()
        network.loss(x, target).backward()
        optimizer.step()
    return run


def language(cell):
    network = Language()
    optimizer = torch.optim.Adam(network.parameters())
    x = torch.randint(1, CHARACTERS, (int(cell["batch"]), int(cell["length"])))
    lengths, target = lengths_of(cell), torch.randint(0, LANGUAGES, (int(cell["batch"]),))

    def run():
        optimizer.zero_grad()
        network.loss(x, lengths, target).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimizer.step()
    return run


def request(cell):
    network = Request()
    x, lengths = torch.randint(1, CHARACTERS, (1, 11)), torch.tensor([11])
    mode = torch.enable_grad if cell["gradients"] == "true" else torch.inference_mode

    def run():
        with mode():
            network(x, lengths)
    return run


def add(cell):
    a, b = torch.ones(4, 4), torch.ones(4, 4)
    return lambda: torch.add(a, b)


def product(cell):
    a, b = (torch.randn(int(cell["size"]), int(cell["size"])) for _ in range(2))
    return lambda: torch.mm(a, b)


WORK = {work.__name__: work for work in (train, infer, stream, fit, tutorial, language, request, add, product)}
COMPILED = (train, infer)
CLOCKS = {"wall": time.perf_counter_ns, "thread": time.thread_time_ns}
prepared = {}
compile_seconds = 0.0


def measure(line):
    global compile_seconds
    warm, seconds, line = line.split(" ", 2)
    work, *options = line.split(" ")
    cell = dict(option.split("=", 1) for option in options)
    clock = CLOCKS.get(cell.get("clock", "wall"))
    if clock is None:
        raise Unsupported("Python has no Java heap")
    if variant == "compile" and WORK[work] not in COMPILED:
        raise Unsupported("only single layers are compiled")
    torch.set_num_threads(int(cell["threads"]))
    if line not in prepared:
        start = time.perf_counter()
        prepared[line] = WORK[work](cell)
        prepared[line]()
        compile_seconds = compile_seconds or time.perf_counter() - start
    run, calls, times = prepared[line], range(int(cell.get("calls", "1"))), []
    end = time.perf_counter() + float(warm)
    while time.perf_counter() < end:
        run()
    end = time.perf_counter() + float(seconds)
    while not times or time.perf_counter() < end:
        start = clock()
        for _ in calls:
            run()
        times.append((clock() - start) / len(calls))
    return " ".join(f"{one:.1f}" for one in times)


def answer(line):
    if line == "versions":
        return f"torch {torch.__version__}, Python {sys.version.split()[0]}"
    try:
        return measure(line)
    except Unsupported as reason:
        return f"unsupported: {reason}"
    except Exception as error:
        return f"failed: {type(error).__name__}: {error}"


for line in sys.stdin:
    print(answer(line.rstrip("\n")).replace("\n", " "), flush=True)
