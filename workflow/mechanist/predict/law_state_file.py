"""Read the initial state that an entry of a user's describes, for a law."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.named_arrays import Arrays
from mechanist.predict.found_law import Law
from mechanist.predict.law_grid import require_axes
from mechanist.predict.law_units import same_unit
from mechanist.settings.entry_types.law_predictions_entries import LawPredictionEntry


@dataclass(frozen=True, eq=False)
class AskedState:
    """An initial state as a user gives it.

    Parameters
    ----------
    fields : dict of str to float or ndarray
        Entries of the state.
    times : ndarray of shape (n_t,)
    axes : dict of str to ndarray
    inputs : dict of str to float or ndarray
    truth : dict of str to ndarray of shape (..., n_t)
        Measured values, if there are any.
    """

    fields: dict[str, FloatArray | float]
    times: FloatArray
    axes: dict[str, FloatArray]
    inputs: dict[str, FloatArray | float]
    truth: dict[str, FloatArray]


def read_asked_state(entry: LawPredictionEntry, law: Law) -> AskedState:
    """Read the arrays that an entry names.

    Raises
    ------
    FormatError
        If an array is missing, or has another shape than the grid and the times give it.
    ValueError
        If a unit is not that of the law.
    """
    _require_units(entry.get("units") or {}, law)
    read = _Reader(entry)
    named = entry.get("axes") or {}
    require_axes(law, named)
    axes = {axis: read.row(named[axis]) for axis in law.domain.space}
    shape = tuple(len(points) for points in axes.values())
    times = read.times(entry["times"])
    return AskedState(
        fields={n: read.shaped(one, shape) for n, one in entry["fields"].items()},
        times=times,
        axes=axes,
        inputs={
            n: read.shaped(one, shape, (*shape, len(times)))
            for n, one in (entry.get("inputs") or {}).items()
        },
        truth={
            n: np.asarray(read.shaped(one, (*shape, len(times))))
            for n, one in (entry.get("truth") or {}).items()
        },
    )


def _require_units(units: Mapping[str, str], law: Law) -> None:
    for name, unit in units.items():
        known = law.units.get(name)
        if known is None or not same_unit(unit, known):
            said = "states none" if known is None else f"has {known!r}"
            raise ValueError(
                f"unit {unit!r} of {name!r}, but the law {law.name!r} {said}; expected the same units, since"
                " the coefficients belong to them. Convert the initial state, or state the units where the"
                " law is found"
            )


class _Reader:
    """Arrays of the file of an entry, which is opened once one is named."""

    def __init__(self, entry: LawPredictionEntry) -> None:
        self.path, self.form = Path(entry.get("path") or ""), entry.get("format")
        self.file: Arrays | None = None

    def array(self, name: str) -> FloatArray:
        """Return an array of real numbers."""
        if self.file is None:
            form = format_of(self.path, self.form)
            if form == "csv":
                raise FormatError(
                    self.path,
                    "format is 'csv', expected named arrays",
                    remedy="Save the initial state as .npz, .mat, .h5 or .nc.",
                )
            self.file = open_arrays(self.path, form)
        values = np.asarray(self.file.array(name))
        if values.dtype.kind not in "fiu" or not np.isfinite(values).all():
            raise FormatError(
                self.path,
                f"array {name!r} holds {values.dtype} and perhaps values that are not finite; expected"
                " finite real numbers",
                remedy="Fill or cut out missing values; give real and imaginary part as two arrays.",
            )
        return np.asarray(values, dtype=float)

    def row(self, name: str) -> FloatArray:
        """Return an array of one dimension; MATLAB stores it as one of two."""
        values = self.array(name)
        if values.size != max(values.shape, default=0) or values.size < 2:
            raise FormatError(
                self.path,
                f"array {name!r} has the shape {values.shape}, expected one row of at least two numbers",
                remedy="Name the points of an axis, or the times.",
            )
        return values.reshape(-1)

    def times(self, times: object) -> FloatArray:
        """Return the times that an entry states."""
        if isinstance(times, str):
            return self.row(times)
        if isinstance(times, Mapping):
            return np.linspace(float(times["start"]), float(times["stop"]), int(times["points"]))
        return np.asarray(times, dtype=float)

    def shaped(self, source: str | float, *shapes: tuple[int, ...]) -> FloatArray | float:
        """Return a number, or an array of one of some shapes apart from dimensions of length one."""
        if not isinstance(source, str):
            return float(source)
        values = self.array(source)
        for shape in shapes:
            if values.shape == shape:
                return values
            if values.squeeze().shape == tuple(n for n in shape if n != 1):
                return values.reshape(shape)
        raise FormatError(
            self.path,
            f"array {source!r} has the shape {values.shape}, expected {' or '.join(map(str, shapes))}",
            remedy="Fields have the dimensions of the axes, in their order; the times of a truth come last.",
        )
