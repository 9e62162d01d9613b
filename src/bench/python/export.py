"""Writes the layer of each cell on standard input as an ONNX model, for the peer ONNX Runtime.

    python export.py FOLDER

A model is named after its cell. That of a stream has the states of the layer as inputs and outputs.
"""
import pathlib
import sys
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")  # that the sizes are fixed, which is intended
folder = pathlib.Path(sys.argv[1])
for line in sys.stdin:
    work, *options = line.split()
    cell = {key: value for key, value in (option.split("=", 1) for option in options)}
    size = {key: int(cell[key]) for key in ("batch", "length", "input", "hidden", "layers", "directions")}
    layer = getattr(nn, cell["layer"])(
        size["input"], size["hidden"], size["layers"], bidirectional=size["directions"] == 2, batch_first=True)
    inputs = [torch.randn(size["batch"], size["length"], size["input"])]
    names, outputs = ["x"], ["y", "h1", "c1"][: 3 if cell["layer"] == "LSTM" else 2]
    if work == "stream":
        states = [torch.zeros(size["layers"] * size["directions"], size["batch"], size["hidden"]) for _ in outputs[1:]]
        inputs.append(tuple(states) if len(states) == 2 else states[0])
        names += ["h0", "c0"][: len(states)]
    torch.onnx.export(
        layer.eval(), tuple(inputs), folder / ("_".join([work, *options]) + ".onnx"),
        input_names=names, output_names=outputs, dynamo=False)
print(f"{torch.__version__}")
