"""One coordinate of many channels: the length along the curve that the snapshots lie on.

If one coordinate moves all channels, the snapshots lie on a curve. Its order is found without a
network: the minimum spanning tree of some snapshots, as in Isomap (doi:10.1126/science.290.5500.2319)
with a tree in place of the graph of neighbours, which would join places of the curve that come close.
The curve is then fitted by a spline, and the coordinate is the length along it.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.interpolate import BSpline
from scipy.sparse.csgraph import minimum_spanning_tree, shortest_path

from mechanist.core.typing import FloatArray
from mechanist.latent.channel_reduction import Reduction, reduce_channels

#: Frames that principal components are computed from.
_FRAMES: Final = 1000
#: Points among which the one nearest to a snapshot is looked for, and steps of Newton's method after it.
_GRID: Final = 600
_STEPS: Final = 6
#: Fits of the spline, each with the coordinates of the one before.
_FITS: Final = 4
#: Weight of differences of third order of the spline's coefficients, so that gaps between snapshots are bridged.
_STIFFNESS: Final = 1e-6
#: Degree of the spline: its third derivative is used.
_DEGREE: Final = 5
#: Share of the length that the curve goes on beyond the snapshots at either end.
_MARGIN: Final = 0.01


class Moving(NamedTuple):
    """A coordinate of snapshots with its first and second rates, each of shape (n_frames,)."""

    values: FloatArray
    rates: FloatArray
    accelerations: FloatArray


@dataclass(frozen=True)
class CoordinateCurve:
    """A curve in the space of channels, and the coordinate along it.

    Parameters
    ----------
    reduction : Reduction
        From channels to components.
    spline : BSpline
        Components, in the units of the channels, against the coordinate.
    """

    reduction: Reduction
    spline: BSpline

    def coordinate(self, snapshots: FloatArray) -> FloatArray:
        """Return the coordinate of the nearest point of the curve, shape (n_frames,)."""
        return _nearest(self.spline, self._components(snapshots))

    def moving(self, snapshots: FloatArray, rates: FloatArray, accelerations: FloatArray) -> Moving:
        """Return the coordinate with its rates, as those of the snapshots give them.

        The nearest point obeys (u - D(z)) D'(z) = 0; the rates follow from the derivatives of this.
        """
        u = self._components(snapshots)
        du, ddu = (self.reduction.reduced_rates(r) * self.reduction.scales for r in (rates, accelerations))  # fmt: skip
        z = _nearest(self.spline, u)
        point, first, second, third = (self.spline(z, k) for k in range(4))
        left = u - point
        slope = (first**2).sum(axis=1) - (left * second).sum(axis=1)
        speed = (du * first).sum(axis=1) / slope
        bent = 2 * (du * second).sum(axis=1) * speed + (ddu * first).sum(axis=1)
        curved = 3 * (first * second).sum(axis=1) - (left * third).sum(axis=1)
        return Moving(z, speed, (bent - curved * speed**2) / slope)

    def snapshots(self, coordinate: FloatArray) -> FloatArray:
        """Return the snapshots of some places, shape (n_frames, n_channels)."""
        return self.reduction.expanded(self.spline(coordinate) / self.reduction.scales)

    def accelerations(
        self, coordinate: FloatArray, rates: FloatArray, accelerations: FloatArray
    ) -> FloatArray:
        """Return the second rates of the channels for those of the coordinate."""
        first, second = self.spline(coordinate, 1), self.spline(coordinate, 2)
        bent = second * rates[:, None] ** 2 + first * accelerations[:, None]
        return self.reduction.expanded_rates(bent / self.reduction.scales)

    def in_other_coordinate(self, scale: float, shift: float) -> "CoordinateCurve":
        """Return the same curve with the coordinate ``scale * z + shift``, where the scale is positive."""
        knots = scale * self.spline.t + shift
        return CoordinateCurve(self.reduction, BSpline(knots, self.spline.c, self.spline.k))

    def _components(self, snapshots: FloatArray) -> FloatArray:
        return self.reduction.reduced(snapshots) * self.reduction.scales


def fit_curve(
    snapshots: FloatArray,
    *,
    components: int | None,
    landmarks: int,
    pieces: int,
    rng: np.random.Generator,
) -> CoordinateCurve:
    """Fit a curve to snapshots; its coordinate is the length along it, of mean 0 and variance 1.

    Parameters
    ----------
    snapshots : ndarray of shape (n_frames, n_channels)
    components : int or None
        Principal components that the curve lies in; None for those before the widest gap.
    landmarks : int
        Snapshots whose spanning tree orders the curve.
    pieces : int
        Pieces of the spline.
    rng : Generator

    Raises
    ------
    ValueError
        If there are fewer snapshots than coefficients of the spline, or they do not form a curve.
    """
    if len(snapshots) < pieces + _DEGREE:
        raise ValueError(
            f"{len(snapshots)} snapshots for a curve of {pieces} pieces; expected at least"
            f" {pieces + _DEGREE}. Give more snapshots, or set fewer `pieces`"
        )
    some = rng.choice(len(snapshots), min(_FRAMES, len(snapshots)), replace=False)
    reduction = reduce_channels(snapshots[some], components)
    u = reduction.reduced(snapshots) * reduction.scales
    chosen = u[rng.choice(len(u), min(landmarks, len(u)), replace=False)]
    path = ordered_path(chosen, pieces)
    if len(path) < 2:
        raise ValueError(
            f"the {len(chosen)} snapshots that order the curve lie at one place but for few of them;"
            " expected snapshots along a curve. Give snapshots without outliers"
        )
    z = _along(path, u)
    for _ in range(_FITS):
        spline = _spline(z, u, pieces)
        z = _length(spline, _nearest(spline, u))
    return CoordinateCurve(reduction, _spline((z - z.mean()) / z.std(), u, pieces))


def straight_curve(snapshots: FloatArray) -> CoordinateCurve:
    """Return the straight line along the first principal component: the rival that needs no curve."""
    reduction = reduce_channels(snapshots[:: max(len(snapshots) // _FRAMES, 1)], 1)
    z = reduction.reduced(snapshots)[:, 0]
    low, high = z.min(), z.max()
    # A spline of one piece with evenly spaced control points is a straight line.
    control = np.linspace(low, high, _DEGREE + 1)[:, None] * reduction.scales
    return CoordinateCurve(
        reduction, BSpline(np.repeat([low, high], _DEGREE + 1), control, _DEGREE)
    )


def ordered_path(points: FloatArray, pieces: int) -> FloatArray:
    """Return the corners of a path through points on a curve, from one end to the other.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_dimensions)
    pieces : int
        The longest way through the minimum spanning tree is cut into this many stretches; each
        corner is the mean of the points in and beside a stretch, which evens out noise.
    """
    squares = (points**2).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0.0))
    # Zero would mean no edge.
    tree = minimum_spanning_tree(np.maximum(apart, 1e-12 * apart.max()))
    end = int(shortest_path(tree, directed=False, indices=0).argmax())
    ways = shortest_path(tree, directed=False, indices=end)
    edges = np.linspace(0, ways.max(), pieces + 1)
    width = edges[1]
    near = [np.abs(ways - middle) <= 0.75 * width for middle in (edges[:-1] + edges[1:]) / 2]
    corners = np.array([points[some].mean(axis=0) for some in near if some.any()])
    # Neighbouring stretches may hold the same points.
    moved = np.append(True, (np.diff(corners, axis=0) != 0).any(axis=1))
    return np.asarray(corners[moved], np.float64)


def _along(path: FloatArray, u: FloatArray) -> FloatArray:
    """Return the length along a path, which goes on straight at its ends, up to the nearest place."""
    path = np.concatenate([[2 * path[0] - path[1]], path, [2 * path[-1] - path[-2]]])
    starts, steps = path[:-1], np.diff(path, axis=0)
    sizes = np.linalg.norm(steps, axis=1)
    lengths = np.concatenate([[0.0], np.cumsum(sizes)])
    found = np.empty(len(u))
    best = np.full(len(u), np.inf)
    for start, step, size, length in zip(starts, steps, sizes, lengths, strict=False):
        part = np.clip((u - start) @ step / size**2, 0, 1)
        apart = ((u - start - part[:, None] * step) ** 2).sum(axis=1)
        nearer = apart < best
        best[nearer] = apart[nearer]
        found[nearer] = length + part[nearer] * size
    return found


def _spline(z: FloatArray, u: FloatArray, pieces: int) -> BSpline:
    """Return the spline of evenly spaced pieces that fits components against a coordinate."""
    low, high = z.min(), z.max()
    margin = _MARGIN * (high - low)
    edges = np.linspace(low - margin, high + margin, pieces + 1)
    knots = np.concatenate([np.full(_DEGREE, edges[0]), edges, np.full(_DEGREE, edges[-1])])
    design = BSpline.design_matrix(z, knots, _DEGREE)
    products = (design.T @ design).toarray() / len(z)
    bends = np.diff(np.eye(len(products)), 3, axis=0)
    products += _STIFFNESS * np.trace(products) / len(products) * (bends.T @ bends)
    return BSpline(knots, np.linalg.solve(products, design.T @ u / len(z)), _DEGREE)


def _nearest(spline: BSpline, u: FloatArray) -> FloatArray:
    """Return the coordinate of the nearest point of the curve."""
    low, high = spline.t[0], spline.t[-1]
    grid = np.linspace(low, high, _GRID)
    points = spline(grid)
    z = grid[((points**2).sum(axis=1) - 2 * u @ points.T).argmin(axis=1)]
    for _ in range(_STEPS):
        point, first, second = (spline(z, k) for k in range(3))
        left = u - point
        size = (first**2).sum(axis=1)
        # Newton's method where the distance is convex, else Gauss and Newton's.
        slope = np.maximum(size - (left * second).sum(axis=1), 0.5 * size)
        z = np.clip(z + (left * first).sum(axis=1) / slope, low, high)
    return np.asarray(z, np.float64)


def _length(spline: BSpline, z: FloatArray) -> FloatArray:
    """Return the length along the curve up to some places."""
    places = np.linspace(spline.t[0], spline.t[-1], 10 * _GRID)
    speed = np.linalg.norm(spline(places, 1), axis=1)
    lengths = np.concatenate([[0.0], np.cumsum((speed[:-1] + speed[1:]) / 2 * np.diff(places))])
    return np.asarray(np.interp(z, places, lengths), np.float64)
