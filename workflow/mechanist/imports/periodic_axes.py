"""Hold the statement that an axis is periodic against the fields themselves.

A grid that repeats its first point at its end, or that covers a part of a period, gives a wrong law
with small error bars. Both show where the last point meets the first: the differences of order one
to three that cross this boundary are compared with all others. Their ratio, root mean squares over
all other axes, is near 1 for periodic fields, with noise of any size, and with shocks that move or
that are resolved; see ``tests/unit/imports/test_periodic_axes.py`` for measured figures.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData
from mechanist.imports.repeated_ends import fits_repeated

#: Ratio of the differences of order 1, 2, 3 across the boundary to the largest others, above which
#: an axis is refused; periodic fields reach 1.5, a shock of one and a half grid steps that stands at
#: the boundary 3.3 in the third order.
REFUSED: Final = (3.0, 4.0, 6.0)
#: Ratio above which the user is warned, and below which a grid without its last point is periodic.
WARNED: Final = 2.0
#: Difference between last and first point, relative to those beside it, that is only rounding.
SAME: Final = 1e-3
#: The same for noisy fields, where polynomials must also fit better without the last point.
NEARER: Final = 0.85
#: Differences beside the boundary, relative to the largest, below which polynomials tell nothing.
LIVELY: Final = 0.05
#: Differences beside the boundary, relative to the largest, below which nothing happens there.
QUIET: Final = 1e-6
#: Fewest points along an axis that can be judged.
_FEWEST: Final = 8
#: Fewest averaged points from which noise is told from structure.
_AVERAGED: Final = 20
#: Averaging over more points changes no verdict.
_ENOUGH: Final = 20_000


class Boundary(NamedTuple):
    """How a field passes a periodic boundary.

    ``steps`` and ``closed``, shape (3,), are ratios of the differences of order 1 to 3 across the
    boundary to the largest others, for the grid as it is and without its last point; ``same`` is
    the difference between last and first point relative to those beside it, ``beside`` the latter
    relative to the largest, and ``closer`` whether polynomials through noise fit better without the
    last point.
    """

    steps: FloatArray
    closed: FloatArray
    same: float
    beside: float
    closer: bool

    @property
    def repeated(self) -> bool:
        """Whether the last point repeats the first."""
        if self.beside < QUIET or self.closed.max() >= WARNED:
            return False
        if self.same <= SAME:
            # fields symmetric about a boundary half-way between points agree there as well, and
            # are smooth only if nothing is dropped
            return bool(self.closed[-1] <= 3 * max(self.steps[-1], 1e-3))
        return self.closer and self.same <= NEARER and self.beside >= LIVELY

    @property
    def jumps(self) -> bool:
        """Whether the field cannot be periodic on this grid."""
        return bool((self.steps > REFUSED).any())


def boundary(values: NDArray[Any], axis: int) -> Boundary:
    """Return how values pass the boundary of an axis with at least eight points."""
    rows = np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)
    rows = rows[:, :: max(1, rows.shape[1] // _ENOUGH)]
    rows = rows / max(float(np.abs(rows).max()), np.finfo(float).tiny)  # squares may overflow
    first = _sizes(rows, 1)
    between, largest = first[:-1], max(float(first[:-1].max()), np.finfo(float).tiny)
    beside = float(np.sqrt(np.mean(between[[0, 1, -2, -1]] ** 2)))
    return Boundary(
        steps=_ratios(rows),
        closed=_ratios(rows[:-1]),
        same=float(first[-1]) / max(beside, np.finfo(float).tiny),
        beside=beside / largest,
        closer=rows.shape[1] >= _AVERAGED and fits_repeated(rows),
    )


def check_periodic(data: FieldData, unchecked: frozenset[str], notes: list[str]) -> None:
    """Compare the two ends of every periodic axis.

    Parameters
    ----------
    data : FieldData
        A trajectory.
    unchecked : frozenset of str
        Axes that the user takes responsibility for.
    notes : list of str
        Receives a sentence for each axis.

    Raises
    ------
    ValueError
        If the last point repeats the first, or a field has a jump or a kink at the boundary.
    """
    for place, (name, grid) in enumerate(data.axes.items()):
        if name not in data.periodic:
            continue
        if name in unchecked or len(grid) < _FEWEST:
            why = "as stated" if name in unchecked else f"only {len(grid)} points"
            notes.append(f"axis {name} is periodic; its ends are not compared ({why})")
            continue
        found = {
            field: boundary(values, place)
            for field, values in data.fields.items()
            if float(np.ptp(values)) > 0
        }
        where = f"trajectory {data.name!r}, axis {name!r}"
        jumping = [n for n, one in found.items() if one.jumps and not one.repeated]
        if jumping:
            raise ValueError(f"{where}: {_jump(jumping[0], found[jumping[0]], name)}")
        if any(one.repeated for one in found.values()):
            raise ValueError(
                f"{where}: the last point, {grid[-1]:g}, repeats the first, {grid[0]:g}, which a"
                " periodic grid must not do. Drop the last point: save the arrays without it, or"
                f" declare `drop_last: [{name}]`"
            )
        if found:
            field, worst = max(found.items(), key=lambda item: item[1].steps.max())
            notes.append(_passed(name, field, worst))


def check_repeated(where: str, values: dict[str, NDArray[np.generic]], axis: int) -> None:
    """Refuse to drop the last point of an axis where it is not the first one again.

    Raises
    ------
    ValueError
        If last and first point of a field differ by more than neighbours do.
    """
    for name, one in values.items():
        if one.shape[axis] < _FEWEST or not float(np.ptp(one)) > 0:
            continue
        found = boundary(one, axis)
        if found.beside >= QUIET and found.same > 1.0:
            raise ValueError(
                f"{where}: field {name!r} differs by {found.same:.3g} times as much between last"
                " and first point as between neighbours, so that the last point does not repeat"
                " the first. Leave out `drop_last`"
            )


def _jump(field: str, one: Boundary, axis: str) -> str:
    order = int(np.argmax(one.steps > REFUSED))
    what = ("jumps", "has a kink", "is not smooth")[order]
    return (
        f"field {field!r} {what} where the last point meets the first: differences of order"
        f" {order + 1} are {one.steps[order]:.3g} times the largest elsewhere, expected at most"
        f" {REFUSED[order]:g} for a periodic axis. Give the data of a whole period, or leave {axis!r}"
        f" out of `periodic`; if the field truly has a shock there, declare `unchecked: [{axis}]`"
    )


def _passed(axis: str, field: str, one: Boundary) -> str:
    ratios = ", ".join(f"{ratio:.2g}" for ratio in one.steps)
    said = (
        f"axis {axis} is periodic: differences of {field} of order 1, 2, 3 across its boundary are"
        f" {ratios} times the largest elsewhere"
    )
    if one.steps.max() <= WARNED:
        return said
    return f"{said}; more than {WARNED:g} is unusual: check that the data cover a whole period"


def _sizes(rows: FloatArray, order: int) -> FloatArray:
    """Return the root mean square of the cyclic differences that begin at each point."""
    extended = np.concatenate([rows, rows[:order]])
    return np.asarray(np.sqrt(np.mean(np.diff(extended, n=order, axis=0) ** 2, axis=1)))


def _ratios(rows: FloatArray) -> FloatArray:
    ratios = []
    for order in (1, 2, 3):
        sizes = _sizes(rows, order)
        inside, across = sizes[:-order].max(), sizes[-order:].max()
        # differences of straight lines are rounding errors
        floor = 1e-12 * np.abs(rows).max()
        ratios.append(across / max(inside, floor, np.finfo(float).tiny))
    return np.array(ratios)
