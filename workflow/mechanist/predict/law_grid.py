"""The grid of a user's initial state, and what happens at its edges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import SPACING_TOLERANCE
from mechanist.predict.found_law import Law
from mechanist.predict.law_rates import Rates

#: What an axis may be: periodic, or mirrored at both ends, through which nothing passes.
EDGES: Final = ("periodic", "closed")


@dataclass(frozen=True, eq=False)
class Grid:
    """A uniform grid in space.

    Parameters
    ----------
    axes : dict of str to ndarray
        Points along each axis, in the order of the dimensions of a field; none for ordinary equations.
    edges : dict of str to str
        One of :data:`EDGES` for each axis. A periodic grid leaves out the last point, which is the
        first one again; the first and last point of a closed one are its walls.
    """

    axes: Mapping[str, FloatArray]
    edges: Mapping[str, str]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points along each axis."""
        return tuple(len(points) for points in self.axes.values())

    @property
    def spacings(self) -> dict[str, float]:
        """Distance of neighbouring points along each axis."""
        return {a: float((p[-1] - p[0]) / (len(p) - 1)) for a, p in self.axes.items()}

    @property
    def periodic_shape(self) -> tuple[int, ...]:
        """Number of points along each axis of the periodic grid that mirroring leads to."""
        return tuple(
            2 * (n - 1) if self.edges[axis] == "closed" else n
            for axis, n in zip(self.axes, self.shape, strict=True)
        )

    def mirrored(self, values: FloatArray) -> FloatArray:
        """Return a field on the periodic grid; the dimensions of space are the last ones."""
        for place, axis in enumerate(self.axes):
            if self.edges[axis] == "closed":
                at = place - len(self.axes)
                inner = np.take(values, range(values.shape[at] - 2, 0, -1), axis=at)
                values = np.concatenate([values, inner], axis=at)
        return values

    def inside(self, states: FloatArray) -> FloatArray:
        """Return states of shape (m, n_state, ..., n_t) without the mirrored part."""
        return states[(slice(None), slice(None), *(slice(n) for n in self.shape))]


def grid_of(law: Law, axes: Mapping[str, FloatArray], edges: Mapping[str, str]) -> Grid:
    """Return the grid of an initial state.

    Parameters
    ----------
    law : Law
    axes : mapping of str to ndarray
        Points along each axis of the law.
    edges : mapping of str to str
        See :class:`Grid`; an axis on which the data were periodic need not be listed.

    Raises
    ------
    ValueError
        If an axis is missing, unknown, not uniform, or its edges are not stated.
    """
    space = law.domain.space
    if set(axes) != set(space):
        raise ValueError(
            f"axes {sorted(axes)}; expected {list(space)}, those of the law {law.name!r}"
        )
    stray = sorted(set(edges) - set(space))
    if stray:
        raise ValueError(f"edges of {stray}; the law has the axes {list(space)}")
    made, kinds = {}, {}
    for axis in space:
        points = np.asarray(axes[axis], dtype=float)
        if points.ndim != 1 or len(points) < 4 or not np.isfinite(points).all():
            raise ValueError(f"axis {axis!r} has the shape {points.shape}; expected a row of at least"
                             " four finite numbers")  # fmt: skip
        steps = np.diff(points)
        if not (steps > 0).all() or np.abs(steps / steps.mean() - 1).max() > SPACING_TOLERANCE:
            raise ValueError(
                f"axis {axis!r}: spacings run from {steps.min():g} to {steps.max():g}; expected a uniform,"
                " increasing grid. Interpolate the initial state"
            )
        kind = edges.get(axis, "periodic" if axis in law.domain.periodic else "")
        if kind not in EDGES:
            raise ValueError(
                f"edges of axis {axis!r}: {kind or 'not stated'}; expected one of {list(EDGES)}. The data of"
                " the law were not periodic on it, and the law does not say what happens there"
            )
        made[axis], kinds[axis] = points, kind
    return Grid(made, kinds)


def require_mirror(rates: Rates, grid: Grid) -> None:
    """Refuse walls where the law is not its own mirror image.

    Raises
    ------
    ValueError
        With the term that is not.
    """
    for axis in [axis for axis, kind in grid.edges.items() if kind == "closed"]:
        for one in rates.pieces:
            inside = sum(dict(p.orders).get(axis, 0) * p.power for p in one.piece.parts)
            if (inside + dict(one.piece.outer).get(axis, 0)) % 2:
                raise ValueError(
                    f"axis {axis!r} is closed, but the term {one.label!r} changes its sign in a mirror, so"
                    " that it carries something through the wall. State `periodic`, or follow the law by"
                    " its file law.py with edges of your own"
                )
