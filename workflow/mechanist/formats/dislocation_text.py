"""Dislocation configurations as text: a line ``x y b`` for each dislocation.

The format of SDDDST, a public implicit code for the same model (Peterffy & Ispanovity,
https://doi.org/10.48550/arXiv.1909.05706): positions in units of the side of the periodic square,
each between -0.5 and 0.5, and the sign of the Burgers vector along x. There is no header.
"""

from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.formats.text import TextFile, open_text, write_lines
from mechanist.formats.text_columns import Column, parse_rows

COLUMNS: Final = (Column("x", "real"), Column("y", "real"), Column("b", "real"))
#: Largest coordinate in units of the side.
EDGE: Final = 0.5
#: Distance, in units of the side, below which two dislocations count as duplicates.
COINCIDENT: Final = 1e-9


def read_dislocation_text(path: Path, *, density: float) -> Configuration:
    """Read a configuration.

    Parameters
    ----------
    path : Path
        Plain or gzipped text.
    density : float
        Dislocations per b^2, which sets the side length; the file does not state it.

    Returns
    -------
    Configuration
        Positions in b from 0 to the side.

    Raises
    ------
    FormatError
        If a line is not three finite numbers, a position is outside the box, a sign is not 1 or -1,
        two dislocations coincide, or the signs do not add up to zero.
    """
    text = open_text(path, any_end=True)
    _check_fields(text)
    columns = parse_rows(text, 1, len(text), COLUMNS, announced=1)
    x, y, b = (column.astype(np.float64, copy=False) for column in columns)
    _check_values(text, {"x": x, "y": y}, b)
    _check_apart(text, np.stack([x, y], axis=1))
    if b.sum() != 0:
        raise text.error(
            f"{int((b > 0).sum())} dislocations are positive, {int((b < 0).sum())} negative;"
            " expected equal numbers",
            remedy="A periodic box has no net Burgers vector: add the missing dislocations.",
            line=len(text),
        )
    length = float(np.sqrt(len(b) / density))
    return planar((x + EDGE) * length, (y + EDGE) * length, b, length)


def write_dislocation_text(path: Path, configuration: Configuration) -> None:
    """Write a configuration with every digit; gzipped if the name ends in ``.gz``.

    Raises
    ------
    ValueError
        If the configuration holds pins, which the format cannot represent.
    """
    sign = signs(configuration)
    if (sign == 0).any():
        raise ValueError(
            f"{path}: {int((sign == 0).sum())} pins; the format holds dislocations only"
        )
    places = configuration.positions[:, :2] / np.diag(configuration.cell)[:2]
    places = places - np.floor(places) - EDGE
    rows = zip(places.tolist(), sign.astype(int).tolist(), strict=True)
    write_lines(path, [f"{x!r} {y!r} {b}" for (x, y), b in rows])


def _check_fields(text: TextFile) -> None:
    for line in range(1, len(text) + 1):
        row = text.block(line, 1).decode().strip()
        fields = row.split()
        if len(fields) != len(COLUMNS):
            seen = repr(row[:60]) if fields else "a blank line"
            raise text.error(
                f"{len(fields)} columns, expected three, x y b: {seen}",
                remedy="Remove headers, blank lines and additional columns.",
                line=line,
            )


def _check_values(text: TextFile, places: dict[str, FloatArray], b: FloatArray) -> None:
    for column, values in places.items():
        if (outside := np.abs(values) > EDGE).any():
            row = int(outside.argmax())
            raise text.error(
                f"{values[row]:g}, expected a number from -{EDGE} to {EDGE}",
                remedy="Give positions in units of the box's side, from its centre, and wrap them.",
                line=row + 1,
                column=column,
            )
    if (other := np.abs(b) != 1).any():
        row = int(other.argmax())
        remedy = "Burgers vectors lie along x and have unit length."
        raise text.error(f"{b[row]:g}, expected 1 or -1", remedy=remedy, line=row + 1, column="b")


def _check_apart(text: TextFile, places: FloatArray) -> None:
    wrapped = places - np.floor(places)
    wrapped[wrapped >= 1.0] = 0.0  # a tiny negative number, rounded up to 1
    pairs = cKDTree(wrapped, boxsize=1.0).query_pairs(COINCIDENT)
    if pairs:
        second, first = min((max(pair), min(pair)) for pair in pairs)
        raise text.error(
            f"the dislocation coincides with that in line {first + 1}",
            remedy="Delete one of them; the force between them is infinite.",
            line=second + 1,
        )
