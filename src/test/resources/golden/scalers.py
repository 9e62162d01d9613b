"""Writes scalers.safetensors: statistics and results of scikit-learn's scalers.

    python scalers.py      (needs scikit-learn 1.9, torch and safetensors)

For each data set: "DATA x" (N, F), to which the scalers are fitted, and "DATA more" (M, F), which they
transform. For each scaler: "DATA SCALER transformed" and "inverse" of more; for those with partial_fit also
"partial", the transform after fits to chunks of rows. All FLOAT64.
"""
import warnings
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
CHUNKS = [1, 9, 30, 60]


def columns(n):
    outliers = rng.normal(size=n)
    outliers[:: max(n // 4, 1)] *= 1000
    return np.stack(
        [
            rng.normal(3, 2, n),
            rng.exponential(50, n),
            outliers,
            np.full(n, 0.1),  # constant, though not representable
            np.full(n, 1e9 + 0.3),  # constant, with rounding errors in its variance
            1e9 + rng.normal(0, 1e-7, n),  # varies by less than the rounding error
            5 + rng.normal(0, 1e-17, n),
            rng.integers(0, 2, n).astype(float),
            rng.normal(0, 1e-12, n),
            np.zeros(n),
        ],
        axis=1,
    )


def missing(x):
    x = x.copy()
    x[rng.random(x.shape) < 0.2] = np.nan
    x[:, 8] = np.nan
    x[:, 9] = np.nan
    x[-1, 9] = 4
    return x


data = {"plain": (columns(60), columns(12)), "one row": (columns(1), columns(3))}
data["missing"] = (missing(columns(60)), missing(columns(12)))

scalers = {
    "standard": StandardScaler,
    "standard no mean": lambda: StandardScaler(with_mean=False),
    "standard no std": lambda: StandardScaler(with_std=False),
    "minmax": MinMaxScaler,
    "minmax range": lambda: MinMaxScaler(feature_range=(-1, 3)),
    "minmax clip": lambda: MinMaxScaler(clip=True),
    "robust": RobustScaler,
    "robust no centering": lambda: RobustScaler(with_centering=False),
    "robust no scaling": lambda: RobustScaler(with_scaling=False),
    "robust quantiles": lambda: RobustScaler(quantile_range=(5, 90)),
    "robust unit variance": lambda: RobustScaler(unit_variance=True, quantile_range=(10, 80)),
    "robust extremes": lambda: RobustScaler(quantile_range=(0, 100)),
}

cases = {}
for name, (x, more) in data.items():
    cases[f"{name} x"] = x
    cases[f"{name} more"] = more
    for kind, make in scalers.items():
        scaler = make().fit(x)
        cases[f"{name} {kind} transformed"] = scaler.transform(more)
        cases[f"{name} {kind} inverse"] = scaler.inverse_transform(more)
        for attribute in ["mean_", "var_", "data_min_", "data_max_", "center_"]:
            if getattr(scaler, attribute, None) is not None:
                cases[f"{name} {kind} {attribute}"] = getattr(scaler, attribute)
        # A chunk without any value of a feature makes scikit-learn's statistics NaN.
        if name == "plain" and hasattr(scaler, "partial_fit"):
            scaler = make()
            start = 0
            for end in CHUNKS:
                scaler.partial_fit(x[start:end])
                start = end
            cases[f"{name} {kind} partial"] = scaler.transform(more)

save_file(
    {name: torch.tensor(np.ascontiguousarray(value)) for name, value in cases.items()},
    Path(__file__).with_suffix(".safetensors"),
)
