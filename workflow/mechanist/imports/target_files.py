"""Targets of particles that stand in a file of their own, beside the file of the sample."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.csv_grid import read_long_table
from mechanist.formats.named_arrays import missing
from mechanist.formats.trajectory import TrajectoryFrame

#: Kinds of arrays that hold real numbers.
NUMBERS: Final = "fiu"
ONE_EACH: Final = "Write one number for each particle, NaN for those that were not measured."


class _Told(NamedTuple):
    """What a file states: values, ids if there are any, and the line of each value if it has one."""

    values: FloatArray
    ids: NDArray[np.generic] | None
    lines: IntArray | None


def target_from_file(path: Path, name: str, frame: TrajectoryFrame) -> FloatArray:
    """Return the values of a file in the order of the particles of a frame.

    Parameters
    ----------
    path : Path
        Named arrays, with ``ids`` unless they have the order of the particles, or a CSV table with a
        column ``id``; the suffix states the format (see :mod:`mechanist.formats.array_files`).
    name : str
        Array or column.
    frame : TrajectoryFrame
        The particles.

    Returns
    -------
    ndarray of shape (n,)
        NaN for particles that were not measured.

    Raises
    ------
    FormatError
        If there is not one number for each particle, or it is not known which belongs to which.
    """
    form = format_of(path)
    told = _csv(path, name) if form == "csv" else _arrays(path, form, name)
    if len(told.values) != len(frame):
        raise FormatError(
            path,
            f"{len(told.values)} values, expected {len(frame)}, one for each particle of {frame.path}",
            remedy=ONE_EACH,
            column=name,
        )
    endless = np.isinf(told.values)
    if endless.any():
        k = int(np.argmax(endless))
        raise FormatError(
            path,
            f"value {k} (from 0) is {told.values[k]}, expected a finite number, or NaN for a particle"
            " that was not measured",
            remedy="Find out why there is no value.",
            column=name,
        )
    if told.ids is not None:
        return told.values[_order(path, told, told.ids, frame)]
    if frame.sorted_rows:
        raise FormatError(
            path,
            f"has no ids, and {frame.path} does not list particles by ascending id, so that it is not"
            " known which value belongs to which particle",
            remedy="Write an array `ids` beside the values.",
            column=name,
        )
    return told.values


def _order(path: Path, told: _Told, ids: NDArray[np.generic], frame: TrajectoryFrame) -> IntArray:
    """Return the place of the value of each particle."""
    order = np.argsort(ids, kind="stable")
    wrong = ids[order] != frame.ids
    if wrong.any():
        k = int(np.argmax(wrong))
        place = int(order[k])
        raise FormatError(
            path,
            f"by ascending id, {ids[place]:g} stands where {frame.path} has {frame.ids[k]}",
            remedy="Write the id of each particle of the sample once.",
            line=None if told.lines is None else int(told.lines[place]),
            column="ids" if told.lines is None else "id",
        )
    return np.asarray(order)


def _csv(path: Path, name: str) -> _Told:
    """Return what a CSV table holds; it always has ids, since rows of tables are easily sorted."""
    table = read_long_table(path, ["id", name], gaps=[name])
    return _Told(table.columns[name], table.columns["id"], table.lines)


def _arrays(path: Path, form: str, name: str) -> _Told:
    """Return what a file of named arrays holds."""
    file = open_arrays(path, form)
    shapes = file.shapes()
    if name not in shapes:
        raise missing(path, name, shapes)
    values = file.array(name)
    if values.ndim != 1 or values.dtype.kind not in NUMBERS:
        raise FormatError(
            path,
            f"holds {values.dtype} of shape {values.shape}, expected one real number for each particle",
            remedy=ONE_EACH,
            column=name,
        )
    ids = file.array("ids") if "ids" in shapes else None
    if ids is not None and (ids.shape != values.shape or ids.dtype.kind not in "iu"):
        raise FormatError(
            path,
            f"holds {ids.dtype} of shape {ids.shape}, expected an integer for each of {len(values)} values",
            remedy="Write one id beside each value.",
            column="ids",
        )
    return _Told(values.astype(float), ids, None)
