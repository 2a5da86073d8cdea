"""Direct reading of binary files by their libraries, without the readers of this library."""

import pickle
from pathlib import Path
from typing import Any

import gsd.fl
import h5py
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import interp1d
from scipy.io import loadmat, whosmat

Arrays = dict[str, NDArray[Any]]
_NAMES = ("_reconstruct", "_frombuffer", "scalar", "ndarray", "dtype")


class _OfNumPy(pickle.Unpickler):
    """The unpickler of Python, for names of NumPy alone."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] != "numpy" or name not in _NAMES:
            raise pickle.UnpicklingError(name)
        return super().find_class(module, name)


def named(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a pickled, HDF5, NumPy or MATLAB file; a single array of NumPy is u(x, t)."""
    if path.suffix == ".npy":
        others = {name: np.load(path.with_name(f"{name}.npy")) for name in "xt"}
        return {"u": np.load(path, allow_pickle=False), **others}
    if path.suffix == ".pickle":
        with path.open("rb") as opened:
            return {n: np.asarray(v) for n, v in _OfNumPy(opened).load().items()}
    if h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            return {name: np.asarray(file[name][()]) for name in file}
    if path.read_bytes()[:2] == b"PK":
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    arrays = {name: v for name, v in loadmat(path).items() if isinstance(v, np.ndarray)}
    for name, _, kind in whosmat(path):
        if kind == "single" and name in arrays:  # loadmat keeps the digits of doubles in the file
            arrays[name] = arrays[name].astype(np.float32)
    return arrays


def field(path: Path) -> Arrays:
    """Return the field u(x, t)."""
    arrays = named(path)
    x, t, u = (np.squeeze(np.asarray(arrays[n], dtype=float)) for n in "xtu")
    return on_uniform_grids({"x": x, "t": t, "u": u if u.shape == (x.size, t.size) else u.T})


def on_uniform_grids(arrays: Arrays) -> Arrays:
    """Return a field where uneven axes of it are resampled, as docs/formats.md states, and which are.

    Whether it is smooth enough is not asked: rough fields are refused, and never get here.
    """
    found, told = dict(arrays), []
    for k, name in enumerate("xt"):
        if (
            len(found[name]) > 1 and (found[name][1:] < found[name][:-1]).all()
        ):  # from large to small
            found[name], found["u"] = found[name][::-1], np.flip(found["u"], k)
        grid = found[name]
        steps = np.diff(grid) / np.diff(grid).mean()
        if np.abs(steps - 1).max() <= 1e-3 or np.abs(steps - 1).max() > 0.25:
            continue
        even = np.linspace(grid[0], grid[-1], len(grid))
        found["u"] = interp1d(grid, found["u"], kind="cubic", axis=k)(even)
        found[name] = even
        told.append(name)
    return {**found, "told": np.array(told, dtype=str)}


def particles(path: Path) -> Arrays:
    """Return the frames of a file of named arrays."""
    arrays = named(path)
    species = arrays["species"].ravel()
    labels = np.array([v.decode() if isinstance(v, bytes) else str(v) for v in species])
    places = np.asarray(arrays["positions"], dtype=float)
    places = places[None] if places.ndim == 2 else places
    found: Arrays = {}
    for k, frame in enumerate(places):
        cell = np.asarray(arrays["cell"], dtype=float)
        found |= {
            f"{k} step": np.array(k), f"{k} cell": cell[k] if cell.ndim == 3 else cell,
            f"{k} ids": np.arange(1, len(frame) + 1), f"{k} labels": labels, f"{k} places": frame,
        }  # fmt: skip
    return found


def gsd_frames(path: Path) -> Arrays:
    """Return the frames of a GSD file from its chunks."""
    found: Arrays = {}
    with gsd.fl.open(str(path), "r") as file:
        for k in range(file.nframes):
            count = int(_chunk(file, k, "particles/N", [0])[0])
            box = _chunk(file, k, "configuration/box", [1, 1, 1, 0, 0, 0]).astype(float)
            x, y, z, xy, xz, yz = box
            z = z or 1.0  # a flat system of HOOMD has no length along z
            cell = np.array([[x, 0, 0], [xy * y, y, 0], [xz * z, yz * z, z]])
            types = np.atleast_2d(_chunk(file, k, "particles/types", [[65]]).astype(np.uint8))
            names = np.array([bytes(row).partition(b"\0")[0].decode() for row in types])
            codes = _chunk(file, k, "particles/typeid", np.zeros(count, int)).astype(int)
            places = _chunk(file, k, "particles/position", np.zeros((count, 3))).astype(float)
            found |= {
                f"{k} step": np.array(int(_chunk(file, k, "configuration/step", [0])[0])),
                f"{k} cell": cell,
                f"{k} ids": np.arange(1, count + 1),
                f"{k} labels": names[codes],
                f"{k} places": places + cell.sum(axis=0) / 2,
            }
    return found


def _chunk(file: Any, frame: int, name: str, default: Any) -> NDArray[Any]:
    """Return a chunk of a frame, else that of the first frame, else its default in the schema."""
    for k in (frame, 0):
        if file.chunk_exists(k, name):
            return np.asarray(file.read_chunk(k, name))
    return np.asarray(default)


def damask(path: Path) -> Arrays:
    """Return orientations and Cauchy stresses in MPa of all increments, cells with x fastest."""
    with h5py.File(path, "r") as file:
        numbers = sorted(
            int(name.removeprefix("increment_")) for name in file if name[:4] == "incr"
        )
        label = file["cell_to/phase"]["label"][0, 0].decode()
        rows = file["cell_to/phase"]["entry"][:, 0]
        turns, stress = [], []
        for number in numbers:
            group = file[f"increment_{number}/phase/{label}/mechanical"]
            turns.append(group["O"][()][rows])
            f, p = (np.asarray(group[n][()][rows], dtype=float) for n in "FP")
            cauchy = np.einsum("cij,ckj->cik", p, f) / np.linalg.det(f)[:, None, None] / 1e6
            stress.append((cauchy + np.swapaxes(cauchy, 1, 2)) / 2)
        cells = np.array(file["geometry"].attrs["cells"])
        size = np.array(file["geometry"].attrs["size"], dtype=float)
    quaternions = np.array(turns, dtype=float)
    return {"turns": quaternions, "stress": np.array(stress), "cells": cells, "size": size}
