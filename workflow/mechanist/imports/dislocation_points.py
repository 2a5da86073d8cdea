"""Edge dislocations in two dimensions, from the formats in which users have them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.csv_grid import LongTable, read_long_table
from mechanist.formats.dislocation_batches import NEGATIVE, POSITIVE
from mechanist.formats.dislocation_text import read_dislocation_text
from mechanist.imports.straight_lines import read_straight_lines
from mechanist.settings.entry_types.dislocation_predictions_entries import (
    DislocationPredictionEntry,
)

#: Keys of an entry that belong to some formats only.
_KEYS_OF: Final = {
    "dislocation_text": ("density", "box"),
    "csv": ("box", "burgers", "columns"),
    "paradis": (),
}


def read_points(entry: DislocationPredictionEntry) -> Configuration:
    """Read the configuration of an entry.

    Parameters
    ----------
    entry : mapping
        Path, format, and what the format leaves open: see
        :class:`mechanist.settings.models.dislocation_predictions.DislocationPrediction`.

    Returns
    -------
    Configuration
        Positions and box in b.

    Raises
    ------
    FormatError
        If the file is damaged, or holds something else than edge dislocations of one slip system.
    ValueError
        If a key is missing, belongs to another format, or contradicts the file.
    """
    if entry.get("dimension", 2) != 2:
        raise ValueError(
            "dimension = 3; the models have seen edge dislocations in two dimensions. Straight lines"
            " along z of a node file are read as points: format `paradis`, dimension 2"
        )
    path, kind = Path(entry["path"]), entry["format"]
    for key in sorted({"density", "box", "burgers", "columns"} - set(_KEYS_OF[kind])):
        if key in entry:
            raise ValueError(f"`{key}` is given, but format {kind!r} does not use it; remove it")
    if kind == "paradis":
        return read_straight_lines(path)
    if kind == "csv":
        return _read_table(path, entry)
    density, box = entry.get("density"), entry.get("box")
    if (density is None) == (box is None):
        raise ValueError(
            "the file states positions in units of the box; expected either its `density`, in"
            " dislocations per b^2, or its `box`, in b"
        )
    found = read_dislocation_text(path, density=density or 1.0)
    return found if box is None else _scaled(found, box)


def points(x: FloatArray, y: FloatArray, sign: FloatArray, box: Sequence[float]) -> Configuration:
    """Return the configuration of edge dislocations in a periodic box.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Positions in b.
    sign : ndarray of shape (n,)
        1 or -1.
    box : sequence of two float
        Lengths along x and y in b.
    """
    positions = np.column_stack([x, y, np.zeros(len(x))])
    species = (np.asarray(sign) < 0).astype(np.int64)
    return Configuration(positions, np.diag([*box, 1.0]), species, (POSITIVE, NEGATIVE), 2)


def _scaled(found: Configuration, box: Sequence[float]) -> Configuration:
    factor = np.array([*box, 1.0]) / np.diag(found.cell)
    return found.moved(found.positions * factor, found.cell * factor)


def _read_table(path: Path, entry: DislocationPredictionEntry) -> Configuration:
    """Read a table with a line of column names."""
    if "box" not in entry:
        raise ValueError("a table states no box; expected `box`, its lengths along x and y")
    named = entry.get("columns") or {}
    names = [str(named.get(key, key)) for key in ("x", "y", "b")]
    table = read_long_table(path, names)
    x, y, b = (table.columns[name] for name in names)
    _check_signs(table, names[2], b)
    for name, values, length in zip(names, (x, y), entry["box"], strict=False):
        if np.ptp(values) > length * (1 + 1e-9):
            raise FormatError(
                path,
                f"positions reach from {values.min():g} to {values.max():g}, expected a range of at most"
                f" {length:g}, the length of the box",
                remedy="Wrap the positions into the box, or state the box in their unit.",
                column=name,
            )
    unit = entry.get("burgers", 1.0)
    return points(x / unit, y / unit, b, [length / unit for length in entry["box"]])


def _check_signs(table: LongTable, name: str, b: FloatArray) -> None:
    other = np.flatnonzero(np.abs(b) != 1)
    if len(other):
        row = int(other[0])
        raise FormatError(
            table.path,
            f"{b[row]:g}, expected 1 or -1",
            remedy="The models know edge dislocations of one slip system, with Burgers vectors along x;"
            " leave out pins and other dislocations, or do not predict this configuration.",
            line=int(table.lines[row]),
            column=name,
        )
