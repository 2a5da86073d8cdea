"""A small valid file of every format that users can bring, and the cells of its row in a sheet."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gsd.hoomd
import h5py
import imageio.v3 as imageio
import numpy as np
from scipy.io import savemat

from crystal_files import ang_lines, network_of_loops, write_damask
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.lammps_data import write_lammps_data
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.paradis import write_paradis
from mechanist.formats.text import write_lines
from mechanist.formats.trajectory import TrajectoryFrame
from trajectories import random_frames

#: Endings of names of files that differ from the name of the format.
ENDINGS = {"map": "ang", "pictures": "png", "tracks": "csv", "displacements": "csv"}
LABELS = ("1", "2", "10")
#: Cells of a row by format, or by wing.
CELLS = {
    "glass": {"species": "1=A 2=B 10=C 0=D A=A", "dimension": "3", "units": "lj", "load": "-",
              "reference": "0", "deformed": "none"},
    "dislocation": {"options": "{density: 0.04}"},
    "equations": {"options": "{axes: {x: x, t: t}, fields: {u: u}}"},
    "npy": {"options": "{axes: {x: x, t: t}, fields: {u: equations_npy}}"},
    "crystal": {},
    "map": {"options": "{systems: fcc12}"},
    "pictures": {"units": "um", "options": "{pixel_size: 1.0, cutoff: 9.0, detector: {method: trackpy, diameter: 5.0}}"},
    "tracks": {"units": "um", "options": "{cutoff: 2.0}"},
    "displacements": {"units": "mm", "options": "{cutoff: 2.0, pixel_size: 1.0}"},
    "paradis": {"options": "{systems: fcc12, burgers: 2.5e-10, grid: [4, 4, 4]}"},
}  # fmt: skip


def frames() -> list[TrajectoryFrame]:
    """Return two frames of seven particles in a tilted box."""
    return random_frames(1, labels=LABELS)


def particles() -> dict[str, Any]:
    """Return the arrays of a trajectory of two frames."""
    places = np.random.default_rng(0).random((2, 9, 3))
    return {"positions": places, "cell": np.eye(3), "species": np.arange(9) % 2}


def field() -> dict[str, Any]:
    """Return a field on a grid of 8 points and 6 times."""
    values = np.random.default_rng(0).random((8, 6))
    return {"x": np.arange(8.0), "t": np.arange(6.0), "u": values}


def write_hdf5(path: Path, arrays: dict[str, Any]) -> None:
    """Write named arrays."""
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values


def write_npz(path: Path, arrays: dict[str, Any]) -> None:
    """Write named arrays."""
    with path.open("wb") as file:
        np.savez(file, **arrays)


def write_pickle(path: Path, arrays: dict[str, Any]) -> None:
    """Write named arrays."""
    path.write_bytes(pickle.dumps(arrays))


def write_npy(path: Path) -> None:
    """Write a field as a single array, and its axes as arrays next to it."""
    values = field()
    np.save(path, values["u"])
    for name in ("x", "t"):
        np.save(path.with_name(f"{name}.npy"), values[name])


def write_gsd(path: Path) -> None:
    """Write two frames of four particles."""
    rng = np.random.default_rng(0)
    with gsd.hoomd.open(str(path), "w") as file:
        for step in range(2):
            one = gsd.hoomd.Frame()
            one.configuration.step, one.configuration.box = 10 * step, [5, 6, 7, 0.1 * step, 0, 0]
            one.particles.N, one.particles.position = 4, rng.random((4, 3))
            one.particles.types, one.particles.typeid = ["A", "1"], [0, 1, 0, 1]
            file.append(one)


def write_table(path: Path) -> None:
    """Write a field as a long table."""
    values = field()["u"]
    rows = [f"{x},{t},{float(values[x, t])!r}" for x in range(8) for t in range(6)]
    write_lines(path, ["x,t,u", *rows])


WRITERS: dict[tuple[str, str], Callable[[Path], None]] = {
    ("glass", "lammps_dump"): lambda path: write_lammps_dump(path, frames()),
    ("glass", "lammps_data"): lambda path: write_lammps_data(path, frames()[0]),
    ("glass", "extxyz"): lambda path: write_extxyz(path, frames()),
    ("glass", "gsd"): write_gsd,
    ("glass", "hdf5"): lambda path: write_hdf5(path, particles()),
    ("glass", "npz"): lambda path: write_npz(path, particles()),
    ("glass", "pickle"): lambda path: write_pickle(path, particles()),
    ("dislocation", "dislocation_text"): lambda path: write_lines(
        path, ["0.125 0.25 1", "0.375 -0.1 -1"]
    ),
    ("equations", "mat"): lambda path: savemat(path, field()),
    ("equations", "npz"): lambda path: write_npz(path, field()),
    ("equations", "npy"): write_npy,
    ("equations", "hdf5"): lambda path: write_hdf5(path, field()),
    ("equations", "csv"): write_table,
    ("equations", "pickle"): lambda path: write_pickle(path, field()),
    ("crystal", "damask"): write_damask,
    ("crystal", "map"): lambda path: write_lines(path, ang_lines(np.zeros((4, 4, 3)))),
    ("experiment", "pictures"): lambda path: imageio.imwrite(
        path, np.random.default_rng(0).integers(20, 200, (48, 64)).astype(np.uint8)
    ),
    ("experiment", "tracks"): lambda path: write_lines(
        path, ["frame,particle,x,y", *(f"{k},{p},{p}.5,{k}.25" for k in range(2) for p in range(9))]
    ),
    ("experiment", "displacements"): lambda path: write_lines(
        path, ["x,y,u,v", *(f"{x},{y},{0.01 * y},0" for x in range(9) for y in range(8))]
    ),
    ("crystal", "paradis"): lambda path: write_paradis(path, network_of_loops(6)),
}


def write_format(wing: str, form: str) -> Path:
    """Write a valid file into the working folder; formats without a writer get another content."""
    path = Path(f"{wing}_{form}.{ENDINGS.get(form, form)}")
    if (wing, form) in WRITERS:
        WRITERS[wing, form](path)
    else:
        path.write_bytes(b"\x93 none of any format\x00\n")
    return path
