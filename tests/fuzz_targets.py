"""What is damaged and compared: each reader with a valid file, and an oracle of the same arrays."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import fuzz_binary_oracles as binary
import fuzz_text_oracles as text
from crystal_files import ang_lines, ctf_lines, write_damask
from format_files import WRITERS
from fuzz_rewriting import rewrite_array, rewrite_arrays, rewrite_damask, rewrite_gsd
from mechanist.core.rotations import quaternion_to_matrix
from mechanist.formats.dislocation_text import read_dislocation_text
from mechanist.formats.orientation_maps import read_orientation_map
from mechanist.formats.paradis import read_paradis
from mechanist.formats.text import write_lines
from mechanist.formats.trajectory_files import read_frames
from mechanist.imports.fields import import_fields
from mechanist.imports.polycrystals import import_crystal
from mechanist.settings.sample_sheet import COLUMNS, read_sheet
from mechanist.wings.sheets import SHEET_RULES

Arrays = dict[str, NDArray[Any]]
Entry = dict[str, Any]
#: Components of a symmetric tensor in the order of runs.
_COMPONENTS: Final = ([0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1])
_GLASS: Final = {
    "species": {"1": "A", "2": "B", "10": "C", "0": "D", "A": "A"}, "dimension": 3, "units": "lj",
    "frames": [],
}  # fmt: skip
_FIELD: Final = {"axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}}


@dataclass(frozen=True)
class Target:
    """One reader.

    Parameters
    ----------
    suffix : str
        Of its files.
    write, read, oracle : callable
        Write a valid file; return its arrays as the library reads them; the same by other means.
    block, entry
        Where its entry stands in the configuration, and what it holds beside the path.
    rewrite : callable, optional
        Alters the content of a whole binary file.
    share : float
        Inputs of this reader relative to others: slow ones get fewer.
    """

    suffix: str
    write: Callable[[Path], None]
    read: Callable[[Path], Arrays]
    oracle: Callable[[Path], Arrays]
    block: tuple[str, str] | None
    entry: Entry
    rewrite: Callable[[Path, random.Random], None] | None = None
    share: float = 1.0


def _trajectory(form: str) -> Callable[[Path], Arrays]:
    def read(path: Path) -> Arrays:
        found: Arrays = {}
        for k, frame in enumerate(read_frames(path, form)):
            found |= {
                f"{k} step": np.array(frame.timestep), f"{k} cell": frame.cell, f"{k} ids": frame.ids,
                f"{k} labels": np.array(frame.labels)[frame.species], f"{k} places": frame.positions,
                **{f"{k} {name}": v for name, v in frame.extra.items() if _are_numbers(v)},
            }  # fmt: skip
        return found

    return read


def _are_numbers(values: NDArray[Any]) -> bool:
    """Return whether a column that nothing reads could be used: one that holds anything cannot."""
    return values.dtype.kind in "fi" and bool(np.isfinite(values).all())


def _field(form: str) -> Callable[[Path], Arrays]:
    """Return a reader of fields that also gives the axes that are told to be resampled."""

    def read(path: Path) -> Arrays:
        notes: list[str] = []
        (data,) = import_fields(
            {"path": str(path), "format": form, **_field_entry(form)}, say=notes.append
        )
        told = [
            n for n in data.axes if any(f"axis {n}: " in s and "interpolated" in s for s in notes)
        ]
        return {
            **data.axes,
            "u": next(iter(data.fields.values())),
            "told": np.array(told, dtype=str),
        }

    return read


def _field_entry(form: str) -> Entry:
    """Return the entry of a field; a single array is named by its file."""
    return _FIELD | ({"fields": {"u": "input"}} if form == "npy" else {})


def _map(path: Path) -> Arrays:
    found = read_orientation_map(path)
    nx, ny = found.phases.shape
    corner = np.array([nx - 1, ny - 1]) * found.steps
    turns = quaternion_to_matrix(found.orientations.reshape(-1, 4))
    return {"turns": turns, "indexed": found.indexed.ravel(), "extent": corner}


def _map_oracle(path: Path) -> Arrays:
    found = text.orientation_map(path)
    return {
        "turns": found["turns"],
        "indexed": found["indexed"],
        "extent": found["high"] - found["low"],
    }


def _damask(path: Path) -> Arrays:
    run = import_crystal({"format": "damask", "path": str(path)}, "a")
    cells = np.array(run.shape)
    turns = np.stack(
        [q.reshape(*cells, 4).transpose(2, 1, 0, 3).reshape(-1, 4) for q in run.orientations]
    )
    stress = np.stack([s.transpose(2, 1, 0, 3).reshape(-1, 6) for s in run.stress])
    return {"turns": turns, "stress": stress, "cells": cells, "size": run.lengths}


def _damask_oracle(path: Path) -> Arrays:
    found = binary.damask(path)
    turns = found["turns"] / np.linalg.norm(found["turns"], axis=-1, keepdims=True)
    return {**found, "turns": turns, "stress": found["stress"][..., _COMPONENTS[0], _COMPONENTS[1]]}


def _paradis(path: Path) -> Arrays:
    found = read_paradis(path)
    ends = found.tags[found.segments].reshape(-1, 4)
    rows = np.hstack([ends, found.burgers, found.planes])
    return {
        "tags": found.tags, "places": found.positions, "fixed": found.constraints,
        "minCoordinates": found.low, "maxCoordinates": found.high,
        "segments": np.array(sorted(rows.tolist())).reshape(-1, 10),
    }  # fmt: skip


def _dislocations(path: Path) -> Arrays:
    found = read_dislocation_text(path, density=0.04)
    signs = np.array([{"positive": 1, "negative": -1}.get(n, 0) for n in found.species_names])
    return {"places": found.positions[:, :2], "signs": signs[found.species]}


def _sheet(path: Path) -> Arrays:
    sheet = read_sheet(path, SHEET_RULES)
    if sheet.problems:
        raise sheet.problems[0]
    rows = [
        [row.wing, row.system, row.sample, str(row.path), row.format, row.cells.get("units", ""),
         row.cells.get("group", ""), row.cells.get("target", ""), str(row.cells.get("dimension", "")),
         str(sorted(row.cells.get("species", {}).items()))]
        for row in sheet.rows
    ]  # fmt: skip
    return {"rows": np.array(rows)}


def _sheet_oracle(path: Path) -> Arrays:
    data = path.read_bytes()
    shown = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else text.content(path)
    lines = list(
        csv.reader(io.StringIO(shown.replace("\r\n", "\n").replace("\r", "\n")), delimiter="\t")
    )
    kept = [[cell.strip() for cell in line] for line in lines if any(cell.strip() for cell in line)]
    header, found = kept[0], []
    for line in kept[1:]:
        cell = {n: "" if v == "-" else v for n, v in zip(header, line, strict=False)}
        pairs = [
            pair.partition("=")[::2] for pair in cell.get("species", "").replace(",", " ").split()
        ]
        names = (
            "wing",
            "system",
            "sample",
            "path",
            "format",
            "units",
            "group",
            "target",
            "dimension",
        )
        found.append([cell.get(name, "") for name in names] + [str(sorted(pairs))])
    return {"rows": np.array(found)}


def _write_sheet(path: Path) -> None:
    """Write a sheet of paths in its own folder, so that its damage is the same in every folder."""
    glass = {"wing": "glass", "system": "mine", "path": path.name, "format": "lammps_dump", "species": "1=A 2=B",
             "dimension": "3", "units": "lj", "load": "simple_shear xy", "reference": "0", "deformed": "1 t500"}  # fmt: skip
    rows = [glass | {"sample": "a", "group": "g", "options": "{bounds: unextended, lenient: true}"},
            glass | {"sample": "b", "target": "c_d2", "load": "0 1 0; 0 0 0; 0 0 0", "options": '"{ids: order}"'},
            {"wing": "crystal", "system": "al", "sample": "c", "path": path.name, "format": "damask"}]  # fmt: skip
    write_lines(
        path, ["\t".join(COLUMNS), *("\t".join(r.get(n, "-") for n in COLUMNS) for r in rows)]
    )


def _angles(scale: float) -> NDArray[Any]:
    return np.random.default_rng(2).uniform(0.05, 1.5, (3, 1, 1)).repeat(4, 1).repeat(3, 2) * scale


def _of(wing: str, form: str, **more: Any) -> Target:
    """Return the target of a trajectory or of field data."""
    glass = wing == "glass"
    oracles = {
        "lammps_dump": text.lammps_dump, "lammps_data": text.lammps_data, "extxyz": text.extxyz,
        "csv": lambda path: binary.on_uniform_grids(text.table(path)), "gsd": binary.gsd_frames,
    }  # fmt: skip
    return Target(
        suffix=f".{form}",
        write=WRITERS[wing, form],
        read=(_trajectory if glass else _field)(form),
        oracle=oracles.get(form, binary.particles if glass else binary.field),
        block=(wing, "imports"),
        entry={"format": form, **(_GLASS if glass else _field_entry(form))},
        **more,
    )


def _without_steps(target: Target) -> Target:
    """Return a target without timesteps, which extended XYZ need not state."""

    def kept(arrays: Arrays) -> Arrays:
        return {name: values for name, values in arrays.items() if not name.endswith(" step")}

    read, oracle = target.read, target.oracle
    return replace(
        target, read=lambda path: kept(read(path)), oracle=lambda path: kept(oracle(path))
    )


_MAP: Final = {"format": "map", "systems": "fcc12"}
TARGETS: Final[dict[str, Target]] = {
    "lammps_dump": _of("glass", "lammps_dump"),
    "lammps_data": _of("glass", "lammps_data"),
    "extxyz": _without_steps(_of("glass", "extxyz")),
    "gsd": _of("glass", "gsd", rewrite=rewrite_gsd),
    "hdf5 (glass)": _of("glass", "hdf5", rewrite=rewrite_arrays),
    "npz (glass)": _of("glass", "npz", rewrite=rewrite_arrays),
    "pickle (glass)": _of("glass", "pickle", rewrite=rewrite_arrays),
    "mat": _of("equations", "mat", rewrite=rewrite_arrays),
    "npz (field)": _of("equations", "npz", rewrite=rewrite_arrays),
    "npy": _of("equations", "npy", rewrite=rewrite_array),
    "hdf5 (field)": _of("equations", "hdf5", rewrite=rewrite_arrays),
    "pickle (field)": _of("equations", "pickle", rewrite=rewrite_arrays),
    "csv": _of("equations", "csv"),
    "dislocation_text": Target(
        ".txt", WRITERS["dislocation", "dislocation_text"], _dislocations, text.dislocations,
        ("dislocation", "imports"), {"system": {"density": 0.04}},
    ),
    "map (.ang)": Target(
        ".ang", lambda path: write_lines(path, ang_lines(_angles(1.0))), _map, _map_oracle,
        ("crystal", "imports"), _MAP,
    ),
    "map (.ctf)": Target(
        ".ctf", lambda path: write_lines(path, ctf_lines(_angles(57.0), laue=11)), _map, _map_oracle,
        ("crystal", "imports"), _MAP,
    ),
    "damask": Target(
        ".hdf5", lambda path: write_damask(path, cells=(2, 2, 1)), _damask, _damask_oracle,
        ("crystal", "imports"), {"format": "damask"}, rewrite_damask, 0.3,
    ),
    "paradis": Target(
        ".data", WRITERS["crystal", "paradis"], _paradis, text.paradis,
        ("crystal", "lines"), {"systems": "fcc12", "burgers": 2.5e-10, "grid": [4, 4, 4]},
    ),
    "sample sheet": Target(".tsv", _write_sheet, _sheet, _sheet_oracle, None, {}),
}  # fmt: skip
