"""The grid of a user's initial state, and what happens at its edges."""

from collections.abc import Iterable, Mapping
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
    def finer(self) -> int:
        """Points of the grid that a law is followed on for each of the user's, along an axis.

        Products of waves are cut off at two thirds of the shortest wave; on a line, nothing that the
        user's grid resolves is lost so. In more dimensions this would cost too much.
        """
        return 2 if len(self.axes) == 1 else 1

    @property
    def spacings(self) -> dict[str, float]:
        """Distance of neighbouring points of the grid that a law is followed on."""
        return {a: float((p[-1] - p[0]) / (len(p) - 1)) / self.finer for a, p in self.axes.items()}

    @property
    def periodic_shape(self) -> tuple[int, ...]:
        """Number of points along each axis of the periodic grid that a law is followed on."""
        return tuple(
            self.finer * 2 * (n - 1) if self.edges[axis] == "closed" else self.finer * n
            for axis, n in zip(self.axes, self.shape, strict=True)
        )

    def spread(self, values: FloatArray) -> FloatArray:
        """Return a field on the grid that a law is followed on; space has the last dimensions."""
        for place, axis in enumerate(self.axes):
            if self.edges[axis] == "closed":
                at = place - len(self.axes)
                inner = np.take(values, range(values.shape[at] - 2, 0, -1), axis=at)
                values = np.concatenate([values, inner], axis=at)
        return _twice_as_fine(values) if self.finer == 2 else values

    def inside(self, states: FloatArray) -> FloatArray:
        """Return states of shape (m, n_state, ..., n_t) at the points of the user's grid."""
        kept = (slice(0, self.finer * n, self.finer) for n in self.shape)
        return states[(slice(None), slice(None), *kept)]


def _twice_as_fine(values: FloatArray) -> FloatArray:
    """Return the Fourier series through periodic points along the last dimension, at twice as many."""
    n = values.shape[-1]
    modes = np.fft.rfft(values)
    if n % 2 == 0:
        modes[..., -1] *= 0.5
    return np.asarray(2.0 * np.fft.irfft(modes, 2 * n))


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
    require_axes(law, axes)
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


def require_axes(law: Law, axes: Iterable[str]) -> None:
    """Refuse axes of space that are not those of a law.

    Raises
    ------
    ValueError
        With those that are expected.
    """
    if set(axes) != set(law.domain.space):
        raise ValueError(
            f"axes {sorted(axes)}; expected {list(law.domain.space)}, those of the law {law.name!r}"
        )


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
