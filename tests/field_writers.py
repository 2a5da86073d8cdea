"""Field data in files of every format."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from scipy.io import savemat
from scipy.special import ive, softmax

from mechanist.formats.field_files import FieldData
from mechanist.imports.fields import import_fields

X, T = np.linspace(-1.0, 1.0, 12, endpoint=False), np.linspace(0.0, 2.0, 7)


U = np.sin(np.pi * X[:, None] - T)


V = np.cos(np.pi * X[:, None] + T)


ENTRY: dict[str, Any] = {"axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}}


def mat(path: Path, arrays: dict[str, Any]) -> None:
    savemat(path, arrays)


def mat73(path: Path, arrays: dict[str, Any]) -> None:
    """Write a MATLAB 7.3 file: reversed dimensions, complex numbers as pairs, and a header."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in arrays.items():
            stored = np.atleast_2d(values).T
            if np.iscomplexobj(stored):
                pairs = np.empty(stored.shape, dtype=[("real", float), ("imag", float)])
                pairs["real"], pairs["imag"] = stored.real, stored.imag
                stored = pairs
            file[name] = stored
        file.create_group("#refs#")
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file")


def npz(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, **arrays)


def hdf5(path: Path, arrays: dict[str, Any]) -> None:
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values


def table(path: Path, columns: dict[str, Any]) -> None:
    rows = zip(*(np.ravel(values) for values in columns.values()), strict=True)
    lines = [",".join(f"{value:.15g}" for value in row) for row in rows]
    path.write_text("\n".join(["# made by hand", ",".join(columns), *lines]) + "\n")


def one(path: Path, **entry: Any) -> FieldData:
    (data,) = import_fields(ENTRY | {"path": path} | entry)
    return data


def solitons() -> FieldData:
    """Return two solitons of u_t = -3 (u^2)_x - u_xxx (Korteweg-de Vries) that pass each other.

    By Hirota (1971), doi:10.1103/PhysRevLett.27.1192, u is twice the second derivative of the
    logarithm of a sum of exponentials: twice the variance of their slopes. Its tails are below
    rounding at the ends of the axis, so that it is periodic.
    """
    x, t = np.linspace(-40, 40, 512, endpoint=False), np.linspace(0, 6, 201)
    slow, fast = 1.2, 1.8
    first = slow * (x[:, None] + 5) - slow**3 * t
    second = fast * (x[:, None] + 12) - fast**3 * t
    shift = 2 * np.log((fast - slow) / (fast + slow))
    weights = softmax([0 * first, first, second, first + second + shift], axis=0)
    slopes = np.array([0, slow, fast, slow + fast])
    mean = np.tensordot(slopes, weights, 1)
    u = 2 * (weights * (slopes[:, None, None] - mean) ** 2).sum(axis=0)
    return FieldData("solitons", {"x": x, "t": t}, {"u": u}, periodic=frozenset("x"))


def burgers_waves() -> FieldData:
    """Return a sine that steepens by u_t = -0.5 (u^2)_x + 0.1 u_xx (Burgers), on a period of 16.

    By Cole (1951), doi:10.1090/qam/42889, u is -0.2 times the derivative of the logarithm of a
    solution of the heat equation, whose Fourier coefficients are modified Bessel functions here.
    """
    x, t = np.linspace(-8, 8, 256, endpoint=False), np.linspace(0, 10, 101)
    wave, n = np.pi / 8, np.arange(60)
    weights = np.where(n == 0, 1, 2) * ive(n, 1 / (2 * 0.1 * wave))
    decays = weights[:, None] * np.exp(-0.1 * (wave * n[:, None]) ** 2 * t)
    heat = np.cos(wave * np.outer(x, n)) @ decays
    slope = -(np.sin(wave * np.outer(x, n)) * wave * n) @ decays
    return FieldData(
        "burgers", {"x": x, "t": t}, {"u": -0.2 * slope / heat}, periodic=frozenset("x")
    )
