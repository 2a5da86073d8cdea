"""Bring fields onto uniform grids where times or places were rounded or jitter.

The rule, in this order, for an axis whose spacings differ by more than the tolerance of
:class:`~mechanist.formats.field_files.FieldData`:

1. *Rounded*: if a uniform grid agrees with all values within the rounding of their last digit (or of
   their floating-point type), the axis is that grid, and the fields stay as they are.
2. *Jittered*: if every spacing is between 0.75 and 1.25 times the mean, and splines through every
   second point miss no field at the points between by more than 2 % of its spread, or if the entry asks
   for it, the fields are interpolated by cubic splines onto the uniform grid with the same ends and
   number of points.
3. Otherwise the axis is refused.

Times that the entry declares uneven are used as they are.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import SPACING_TOLERANCE, TIME

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

#: Largest deviation of a spacing from the mean, relative to it, that counts as jitter: a point that is
#: half a step off, or a missing frame, does not.
JITTER: Final = 0.25
#: Largest error of splines through every second point, relative to the spread of a field, at which
#: fields are interpolated although the entry does not ask for it.
MISSED: Final = 0.02
#: Largest distance from a uniform grid, in units of the last digit: half of it, and what the fit of
#: the grid may add.
_ROUNDED: Final = 0.75
_DIGITS: Final = 12
#: Fewest points of an axis that splines can be tried on.
_FEWEST: Final = 5


class Grids(NamedTuple):
    """Axes, and the fields on them, as they are used."""

    axes: dict[str, FloatArray]
    fields: dict[str, NDArray[Any]]
    inputs: dict[str, NDArray[Any]]


def uneven_axes(grids: Grids, declared: frozenset[str], notes: list[str]) -> frozenset[str]:
    """Return the axes that are declared uneven and are so.

    Parameters
    ----------
    grids : Grids
        Axes.
    declared : frozenset of str
        Axes that the entry declares uneven.
    notes : list of str
        Receives a sentence for each of them.
    """
    found = []
    for name in sorted(declared):
        grid: NDArray[np.generic] = grids.axes[name]
        if grid.ndim != 1 or grid.dtype.kind not in "fiu":
            continue  # refused where all data are checked
        steps = np.diff(grid.astype(np.float64))
        if len(steps) and np.abs(steps / steps.mean() - 1).max() > SPACING_TOLERANCE:
            found.append(name)
            notes.append(
                f"axis {name}: {len(steps) + 1} uneven values, {steps.min():g} to {steps.max():g} apart,"
                " are used as they are, as stated"
            )
        else:
            notes.append(f"axis {name}: the values are even, although they are declared uneven")
    return frozenset(found)


def uniform(
    grids: Grids, resample: frozenset[str], notes: list[str], *, kept: frozenset[str] = frozenset()
) -> Grids:
    """Return fields on uniform grids, by the rule of this module.

    Parameters
    ----------
    grids : Grids
        Increasing axes in the order of the dimensions of fields and inputs.
    resample : frozenset of str
        Axes to interpolate however uneven they are.
    notes : list of str
        Receives a sentence for each axis that is changed.
    kept : frozenset of str
        Uneven axes that stay as they are.

    Raises
    ------
    ValueError
        If spacings differ by more than jitter, or fields are too rough to be interpolated, and the
        axis is not to be resampled.
    """
    for place, (name, grid) in enumerate(grids.axes.items()):
        if name in kept:
            continue
        steps = np.diff(grid) if grid.ndim == 1 and grid.dtype.kind in "fiu" else np.zeros(0)
        if not len(steps) or not np.isfinite(steps).all() or (steps <= 0).any():
            continue  # refused where all data are checked
        uneven = float(np.abs(steps / steps.mean() - 1).max())
        if uneven <= SPACING_TOLERANCE:
            continue
        rounded = _unrounded(grid)
        if rounded is not None:
            unit, even = rounded
            notes.append(f"axis {name}: values are rounded to {unit:g} and taken as uniform, from"
                         f" {even[0]:.6g} in steps of {even[1] - even[0]:.6g}")  # fmt: skip
            grids = grids._replace(axes={**grids.axes, name: even})
        else:
            enough = len(grid) >= _FEWEST
            missed = _missed(grids, place, grid) if enough else {}
            problem = _problem(steps, uneven, missed)
            if not enough or (problem and name not in resample):
                other = f", or declare `resample: [{name}]`" if enough else ""
                if enough and name == TIME:
                    other += ", or `uneven: [t]` to use the times as they are"
                raise ValueError(
                    f"axis {name!r}: {problem or _uneven(steps)}. Interpolate the fields onto a uniform"
                    f" grid{other}"
                )
            notes.append(_note(name, len(grid), uneven, missed))
            grids = _resampled(grids, place, name)
    return grids


def _unrounded(grid: NDArray[np.generic]) -> tuple[float, FloatArray] | None:
    """Return the unit of rounding and the uniform grid that was rounded, if there is one."""
    values = grid.astype(np.float64)
    count = np.arange(len(values))
    slope, start = np.polyfit(count, values, 1)
    even = start + slope * count
    error = float(np.abs(values - even).max())
    single = grid.dtype.kind == "f" and grid.dtype.itemsize < np.dtype(np.float64).itemsize
    units = [float(np.spacing(np.abs(grid).max()))] if single else []
    for digits in range(_DIGITS):
        unit = 10.0**-digits
        if np.abs(values / unit - np.round(values / unit)).max() < 1e-6:
            units.append(unit)
            break
    unit = max(units, default=0.0)
    return (unit, even) if error <= _ROUNDED * unit and unit <= 0.5 * slope else None


def _uneven(steps: FloatArray) -> str:
    return (
        f"spacings run from {steps.min():g} to {steps.max():g}, expected a uniform grid, or jitter of"
        f" up to {100 * JITTER:g} % of their mean"
    )


def _problem(steps: FloatArray, uneven: float, missed: Mapping[str, float]) -> str:
    """Return why an uneven axis is not resampled unless the entry asks for it, empty if it is."""
    if uneven > JITTER:
        return _uneven(steps)
    rough = {field: error for field, error in missed.items() if not error <= MISSED}
    if rough:
        return (
            f"spacings differ from their mean by up to {100 * uneven:.3g} %, and the fields are too rough"
            f" or noisy to be interpolated: if every second point is left out, splines miss it by"
            f" {_listed(rough)}, relative to the spread of the field; expected at most {MISSED:g}"
        )
    return ""


def _note(name: str, count: int, uneven: float, missed: Mapping[str, float]) -> str:
    return (
        f"axis {name}: spacings differ from their mean by up to {100 * uneven:.3g} %; all fields are"
        f" interpolated by cubic splines onto {count} uniform points. If every second point is"
        f" left out, splines miss it by {_listed(missed)} (root mean square, relative to the spread of"
        " the field): the error of interpolation is smaller, and noise is part of this figure"
    )


def _listed(missed: Mapping[str, float]) -> str:
    return ", ".join(f"{error:.2g} of {field}" for field, error in missed.items())


def _missed(grids: Grids, place: int, grid: FloatArray) -> dict[str, float]:
    """Return the error of splines through every second point, by field and input."""
    return {
        field: _left_out(grid.astype(np.float64), values, place)
        for field, values in (grids.fields | grids.inputs).items()
        if _usable(values, place, len(grid))
    }


def _resampled(grids: Grids, place: int, name: str) -> Grids:
    grid = grids.axes[name].astype(np.float64)
    even = np.linspace(grid[0], grid[-1], len(grid))
    moved = [
        {
            field: _spline(grid, values, place)(even)
            if _usable(values, place, len(grid))
            else values
            for field, values in arrays.items()
        }
        for arrays in (grids.fields, grids.inputs)
    ]
    return Grids({**grids.axes, name: even}, moved[0], moved[1])


def _usable(values: NDArray[np.generic], place: int, length: int) -> bool:
    """Return whether splines can be put through values; others are refused where all are checked."""
    right = values.ndim > place and values.shape[place] == length
    return right and values.dtype.kind in "fiu" and bool(np.isfinite(values).all())


def _spline(grid: FloatArray, values: NDArray[np.generic], place: int) -> "CubicSpline":
    from scipy.interpolate import CubicSpline

    return CubicSpline(grid, values, axis=place)


def _left_out(grid: FloatArray, values: NDArray[np.generic], place: int) -> float:
    """Return the error of splines through every second point at the points between, in spreads."""
    rows = np.moveaxis(values, place, 0).astype(np.float64)
    rows /= max(float(np.abs(rows).max()), np.finfo(float).tiny)  # squares may overflow
    kept, between = np.arange(0, len(grid), 2), np.arange(1, len(grid) - 1, 2)
    missed = _spline(grid[kept], rows[kept], 0)(grid[between]) - rows[between]
    return float(np.sqrt(np.mean(missed**2)) / max(rows.std(), np.finfo(float).tiny))


def without_last(grids: Grids, names: Mapping[str, object] | frozenset[str]) -> Grids:
    """Return fields without the last point along some axes."""
    shortened = {n: (grid[:-1] if n in names else grid) for n, grid in grids.axes.items()}
    cut = tuple(slice(-1) if n in names else slice(None) for n in grids.axes)
    return Grids(
        shortened,
        {n: values[cut] for n, values in grids.fields.items()},
        {n: values[cut] for n, values in grids.inputs.items()},
    )
