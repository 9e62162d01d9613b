"""Writes the files of NumPy that NumPyTest loads, to the folder numpy_files."""
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent / "numpy_files"
folder.mkdir(exist_ok=True)

names = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
types = {name: np.array([[0, 1, 2], [3, 4, 5]]).astype(name) for name in names}
np.savez(folder / "types.npz", **types)
np.savez_compressed(folder / "compressed.npz", zeros=np.zeros((50, 40), np.float32), one=np.ones(1))

x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
np.save(folder / "rows.npy", x)
np.save(folder / "columns.npy", np.asfortranarray(x))
np.save(folder / "big_endian.npy", x.astype(">f4"))
np.save(folder / "big_endian_complex.npy", (x + 2j).astype(">c16"))
np.save(folder / "scalar.npy", np.float64(2.5))
np.save(folder / "empty.npy", np.zeros((0, 3), np.int64))
with open(folder / "version2.npy", "wb") as file:
    np.lib.format.write_array(file, x, version=(2, 0))

np.save(folder / "object.npy", np.array([{}], dtype=object), allow_pickle=True)
np.save(folder / "structured.npy", np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))
np.save(folder / "text.npy", np.array(["text"]))
np.save(folder / "date.npy", np.array(["2026-01-01"], dtype="datetime64[D]"))
