"""The programs of the parity run in Python. Their Java equivalents are in src/parity/java.

    python programs.py OUTPUT_FOLDER THREADS      (needs torch 2.13 and safetensors)

Writes OUTPUT_FOLDER/PROGRAM.safetensors for each program, with its results by name.
"""
import functools
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.optim import lr_scheduler

STEPS = 200

LAYERS = {
    "linear": lambda: nn.Linear(5, 3),
    "linear without bias": lambda: nn.Linear(5, 3, bias=False),
    "bilinear": lambda: nn.Bilinear(3, 4, 2),
    "embedding": lambda: nn.Embedding(7, 4, padding_idx=1),
    "embedding bag": lambda: nn.EmbeddingBag(7, 4),
    "conv": lambda: nn.Conv1d(4, 6, 3, groups=2),
    "layer norm": lambda: nn.LayerNorm(5),
    "batch norm": lambda: nn.BatchNorm1d(5),
    "attention": lambda: nn.MultiheadAttention(6, 2),
    "attention of other sizes": lambda: nn.MultiheadAttention(6, 3, kdim=4, vdim=5, add_bias_kv=True),
    "rnn": lambda: nn.RNN(4, 5, num_layers=2),
    "rnn relu": lambda: nn.RNN(4, 5, nonlinearity="relu", bidirectional=True),
    "lstm": lambda: nn.LSTM(4, 5, num_layers=2, bidirectional=True),
    "lstm projected": lambda: nn.LSTM(4, 5, proj_size=3, num_layers=2),
    "gru": lambda: nn.GRU(4, 5, num_layers=3, bias=False),
    "rnn cell": lambda: nn.RNNCell(4, 5),
    "lstm cell": lambda: nn.LSTMCell(4, 5),
    "gru cell": lambda: nn.GRUCell(4, 5),
}

INITS = {
    "uniform": lambda t: nn.init.uniform_(t, -1, 2),
    "normal": lambda t: nn.init.normal_(t, 1, 2),
    "trunc normal": lambda t: nn.init.trunc_normal_(t),
    "xavier uniform": lambda t: nn.init.xavier_uniform_(t),
    "xavier normal": lambda t: nn.init.xavier_normal_(t),
    "kaiming uniform": lambda t: nn.init.kaiming_uniform_(t),
    "kaiming normal": lambda t: nn.init.kaiming_normal_(t),
    "orthogonal": lambda t: nn.init.orthogonal_(t),
    "sparse": lambda t: nn.init.sparse_(t, 0.3),
}


def initial_weights():
    for name, make in LAYERS.items():
        torch.manual_seed(0)
        for parameter, tensor in make().state_dict().items():
            yield f"{name}: {parameter}", tensor
    for name, fill in INITS.items():
        torch.manual_seed(0)
        yield f"init {name}", fill(torch.empty(6, 5))


def random_streams():
    for seed in (0, 1, 123456789, -1):
        torch.manual_seed(seed)
        yield f"{seed} rand", torch.rand(19)
        yield f"{seed} rand double", torch.rand(7, dtype=torch.float64)
        yield f"{seed} randn", torch.randn(19)
        yield f"{seed} randn short", torch.randn(3)
        yield f"{seed} randint", torch.randint(-5, 1000, (17,))
        yield f"{seed} randperm", torch.randperm(23)
        yield f"{seed} uniform", torch.empty(5).uniform_(-2, 3)
        yield f"{seed} normal", torch.empty(18).normal_(1, 2)
        yield f"{seed} bernoulli", torch.bernoulli(torch.full((20,), 0.3))
        yield f"{seed} multinomial", torch.multinomial(torch.tensor([0.1, 0.2, 0.3, 0.4]), 9, True)
        yield f"{seed} dropout", nn.functional.dropout(torch.ones(21), 0.4)
        yield f"{seed} exponential", torch.empty(9).exponential_()


def trained(losses, *modules):
    yield "losses", torch.stack(losses)
    for i, module in enumerate(modules):
        for name, tensor in module.state_dict().items():
            yield f"{i}.{name}", tensor


def classification(fused=None):
    torch.manual_seed(1)
    lstm = nn.LSTM(6, 16, num_layers=2, batch_first=True, dropout=0.2, bidirectional=True)
    fc = nn.Linear(32, 3)
    parameters = [*lstm.parameters(), *fc.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=3e-3, weight_decay=1e-4, fused=fused)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    x, target = torch.randn(32, 9, 6), torch.randint(0, 3, (32,))
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        output, _ = lstm(x)
        loss = criterion(fc(output[:, -1]), target)
        loss.backward()
        clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.detach())
    return trained(losses, lstm, fc)


def classification_fused():
    return classification(fused=True)


def regression():
    torch.manual_seed(2)
    gru = nn.GRU(3, 12)
    fc = nn.Linear(12, 1)
    optimizer = torch.optim.SGD([*gru.parameters(), *fc.parameters()], lr=0.05, momentum=0.9, nesterov=True)
    scheduler = lr_scheduler.StepLR(optimizer, 50, 0.5)
    x = torch.randn(20, 16, 3)
    target = x.cumsum(0).mean(2, keepdim=True)
    x = (x - x.mean()) / x.std()
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = nn.MSELoss()(fc(gru(x)[0]), target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.detach())
    return trained(losses, gru, fc)


def language_model():
    torch.manual_seed(3)
    embedding = nn.Embedding(11, 8, padding_idx=0)
    rnn = nn.LSTM(8, 16, batch_first=True)
    fc = nn.Linear(16, 11)
    parameters = [*embedding.parameters(), *rnn.parameters(), *fc.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=1e-3)
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=STEPS)
    criterion = nn.CrossEntropyLoss(ignore_index=0)
    lengths = [7, 3, 10, 5]
    tokens = torch.randint(1, 11, (4, 11))
    inputs, targets = tokens[:, :-1].clone(), tokens[:, 1:].clone()
    for i, length in enumerate(lengths):
        targets[i, length:] = 0
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        packed = pack_padded_sequence(embedding(inputs), lengths, batch_first=True, enforce_sorted=False)
        output, _ = pad_packed_sequence(rnn(packed)[0], batch_first=True)
        loss = criterion(fc(output).flatten(0, 1), targets.flatten())
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.detach())
    return trained(losses, embedding, rnn, fc)


def seq2seq_with_attention():
    torch.manual_seed(4)
    embedding = nn.Embedding(9, 8)
    encoder = nn.GRU(8, 8, batch_first=True)
    cell = nn.GRUCell(8, 8)
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    fc = nn.Linear(16, 9)
    modules = [embedding, encoder, cell, attention, fc]
    parameters = [p for module in modules for p in module.parameters()]
    optimizer = torch.optim.RMSprop(parameters, lr=2e-3, centered=True, momentum=0.5)
    source = torch.randint(0, 9, (6, 5))
    target = source.flip(1)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        memory, h = encoder(embedding(source))
        h = h[0]
        token = torch.zeros(6, dtype=torch.int64)
        loss = torch.zeros(())
        for t in range(5):
            h = cell(embedding(token), h)
            context, _ = attention(h.unsqueeze(1), memory, memory)
            scores = fc(torch.cat([h, context.squeeze(1)], 1))
            loss = loss + nn.CrossEntropyLoss()(scores, target[:, t])
            token = target[:, t]
        loss.backward()
        clip_grad_value_(parameters, 0.5)
        optimizer.step()
        losses.append(loss.detach())
    return trained(losses, *modules)


def ctc():
    torch.manual_seed(5)
    conv = nn.Conv1d(6, 10, 3, padding=1)
    rnn = nn.GRU(10, 12, bidirectional=True)
    fc = nn.Linear(24, 5)
    modules = [conv, rnn, fc]
    optimizer = torch.optim.NAdam([p for module in modules for p in module.parameters()], lr=3e-3)
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    x = torch.randn(4, 6, 15)
    targets = torch.randint(1, 5, (4, 6))
    input_lengths, target_lengths = torch.tensor([15, 12, 14, 10]), torch.tensor([6, 3, 5, 2])
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        frames = torch.relu(conv(x)).permute(2, 0, 1)
        scores = nn.functional.log_softmax(fc(rnn(frames)[0]), 2)
        loss = nn.CTCLoss()(scores, targets, input_lengths, target_lengths)
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.detach())
    return trained(losses, *modules)


def half_lbfgs():
    results = []
    for dtype in (torch.bfloat16, torch.float16):
        for line_search in (None, "strong_wolfe"):
            torch.manual_seed(6)
            p = nn.Parameter(torch.randn(4, 9).to(dtype))
            place = torch.arange(1, 37).to(dtype).reshape(4, 9)
            optimizer = torch.optim.LBFGS([p], lr=0.3, max_iter=4, history_size=3, line_search_fn=line_search)
            losses = []
            for _ in range(9):  # float16 overflows after that

                def closure():
                    optimizer.zero_grad()
                    loss = (p * p * (place * 0.01) + (p - 0.5) * (p - 0.5) * (p * p)).sum()
                    loss.backward()
                    return loss

                losses.append(optimizer.step(closure).detach())
            name = f"{str(dtype).removeprefix('torch.')} {line_search is not None}"
            results += [(name + " losses", torch.stack(losses)), (name + " p", p)]
    return results


class Network(nn.Module):
    LENGTHS = torch.tensor([9, 4, 7, 2])

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 8)
        self.gru = nn.GRU(8, 12, batch_first=True)
        self.dropout = nn.Dropout(0.2)
        self.lstm = nn.LSTM(12, 10, batch_first=True)
        self.fc = nn.Linear(10, 3)

    def forward(self, tokens):
        packed = pack_padded_sequence(self.embedding(tokens), self.LENGTHS, True, False)
        states, _ = pad_packed_sequence(self.gru(packed)[0], True)
        return self.fc(self.lstm(self.dropout(states))[0][:, -1])


RESUMED = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=1e-4),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, amsgrad=True),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=1e-3, centered=True),
}


def resumed(name, starts_here):
    """Saves the first half of a training for Java, or loads Java's, and returns the second half."""
    file = folder / f"{name}.pt"
    torch.manual_seed(7)
    network = Network()
    optimizer = RESUMED[name.rsplit("_", 1)[1]](network.parameters())
    scheduler = lr_scheduler.StepLR(optimizer, 30, 0.7)
    tokens, target = torch.randint(0, 11, (4, 9)), torch.randint(0, 3, (4,))

    def train():
        losses = []
        for _ in range(STEPS // 2):
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(network(tokens), target)
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.detach())
        return losses

    if starts_here:
        train()
        state = {"model": network, "optimizer": optimizer, "scheduler": scheduler}
        state = {key: value.state_dict() for key, value in state.items()}
        torch.save({**state, "generator": torch.get_rng_state()}, file)
    else:
        state = torch.load(file, weights_only=True)
        network.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        torch.set_rng_state(state["generator"])
    return trained(train(), network)


PROGRAMS = [
    initial_weights,
    random_streams,
    classification,
    classification_fused,
    regression,
    language_model,
    seq2seq_with_attention,
    ctc,
    half_lbfgs,
]

if __name__ == "__main__":
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    if not torch.__version__.startswith("2.13."):
        sys.exit(f"programs.py: expected torch 2.13, got {torch.__version__}")
    torch.set_num_threads(threads)
    programs = {program.__name__: program for program in PROGRAMS}
    for optimizer in RESUMED:
        for start in ("from_python_", "from_java_"):
            name = start + optimizer
            programs[name] = functools.partial(resumed, name, start == "from_python_")
    for name, program in programs.items():
        tensors = {key: t.detach().clone().contiguous() for key, t in program()}
        save_file(tensors, folder / f"{name}.safetensors")
