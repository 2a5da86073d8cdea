"""Strain of maps of displacements, by the best local affine map of the code of D2min, with its error.

The map is fitted to the displacements of all points within a cutoff. Two errors are stated. *Noise* of the
displacements passes to the strain as least squares say. The *window* averages over the cutoff: what it
loses where the strain changes within it is estimated from a second fit with a cutoff that is smaller by
the square root of two, because the loss grows with the square of the cutoff, or with the cutoff itself
where the window is cut by an edge or by points that failed.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.describe.shared.nonaffine import NonaffineStrain, d2min
from mechanist.formats.displacement_maps import DisplacementMaps
from mechanist.mechanics.neighbours import Neighbours, find_neighbours
from mechanist.pictures.noise_floor import above_floor
from mechanist.pictures.open_view import OpenView

#: Least cutoff in spacings of the grid, so that the smaller one reaches eight neighbours.
LEAST_CUTOFF: Final = 2.0
#: Ratio of the cutoff to the smaller one.
NARROWER: Final = float(np.sqrt(2))
#: Part of the points of a window that are known at least around a point that failed, and how far their
#: centre may be from it, in cutoffs: what is not surrounded is not filled.
KNOWN: Final = 0.5
CENTRED: Final = 0.25
#: Distance of the centre of the points of a window from its point, in cutoffs, beyond which it is cut.
TILTED: Final = 0.1
#: What the larger window loses, over the difference of both: its loss grows with the square of the
#: cutoff, or, in a window that is cut, with the cutoff.
_LOST: Final = NARROWER**2 / (NARROWER**2 - 1)
_LOST_CUT: Final = NARROWER / (NARROWER - 1)
#: Points beyond which the residuals of a fit tell the noise.
FEWEST_POINTS: Final = 5
Origin = Literal["stated", "rest", "residuals"]


@dataclass(frozen=True, eq=False)
class StrainMaps:
    """Strain of some maps.

    Parameters
    ----------
    displacement : ndarray of shape (frames, nx, ny, 2)
        As measured; where a point failed and is surrounded by others, what their best affine map says.
    strain : ndarray of shape (frames, nx, ny, 3)
        Components xx, yy and xy of the Green-Lagrange strain, NaN where no map is determined.
    noise, error : ndarray of shape (frames, nx, ny, 3)
        Standard error by noise alone, and with what the window loses.
    density : ndarray of shape (frames, nx, ny)
        Area of the reference state over that of the deformed one.
    d2min, above : ndarray of shape (frames, nx, ny)
        Mean squared non-affine displacement of a neighbour, in squared length, and the same less what
        noise adds.
    neighbours : ndarray of shape (frames, nx, ny)
        Points that the map is fitted to; 0 where there is none.
    scatter : float
        Standard deviation of the noise of a displacement component.
    origin : {"stated", "rest", "residuals"}
        How it is known.
    widened : float
        Factor by which the frames at rest scatter more than independent noise would; 1 without them.
    """

    displacement: FloatArray
    strain: FloatArray
    noise: FloatArray
    error: FloatArray
    density: FloatArray
    d2min: FloatArray
    above: FloatArray
    neighbours: FloatArray
    scatter: float
    origin: Origin
    widened: float


def strain_maps(
    maps: DisplacementMaps,
    cutoff: float,
    *,
    error: float | None = None,
    rest: tuple[int, ...] = (),
) -> StrainMaps:
    """Return the strain at every point and in every frame.

    Parameters
    ----------
    maps : DisplacementMaps
    cutoff : float
        Radius of the window, in the unit of length of the maps.
    error : float, optional
        Standard deviation of the noise of a displacement component, if it is known.
    rest : tuple of int
        Frames, from 0, in which the sample is not strained: they show the noise, and how much more strains
        scatter than noise that is independent from point to point would make them, as that of
        overlapping subsets is not. Otherwise the median residual of the fits shows the noise, in which
        strain that changes within a window counts as noise.

    Raises
    ------
    ValueError
        If the cutoff is below two spacings of the grid, the window is wider than the field, or a frame at
        rest does not exist.
    """
    check_window(maps, cutoff, rest)
    narrow = cutoff / NARROWER
    fits = [_Fit.of(maps, one, cutoff) for one in maps.displacement]
    scatter = error
    origin: Origin = "stated"
    if scatter is None:
        chosen = [fits[k] for k in rest] or fits
        variances = np.concatenate([one.variance for one in chosen])
        variances = variances[np.isfinite(variances)]
        if not len(variances):
            raise ValueError(
                "too few points around each other are known to fit a strain. Use a larger cutoff, or a"
                " milder threshold of the quality"
            )
        scatter = float(np.sqrt(np.mean(variances) if rest else np.median(variances)))
        if rest and not any(np.nan_to_num(maps.displacement[k]).any() for k in rest):
            raise ValueError(
                f"every displacement of the frames at rest {list(rest)} is exactly zero, which shows no noise;"
                " expected an exposure of its own. Leave out `rest`, or name another frame"
            )
        origin = "rest" if rest else "residuals"
    widened = _widened([fits[k] for k in rest], scatter) if rest else 1.0
    shape = maps.displacement.shape[:3]
    found = {name: np.full((*shape, 3), np.nan) for name in ("strain", "noise", "error")} | {
        name: np.full(shape, np.nan) for name in ("density", "d2min", "above")
    }
    neighbours = np.zeros(shape)
    filled = maps.displacement.copy()
    for k, one in enumerate(fits):
        i, j = np.divmod(one.points, shape[2])
        at = (k, i, j)
        noise = widened * one.noise(scatter)
        smaller = _Fit.of(maps, maps.displacement[k], narrow, like=one)
        noise_smaller = widened * smaller.noise(scatter)
        lost = np.where(one.cut[:, None], _LOST_CUT, _LOST) * (one.strain - smaller.strain)
        spread = np.where(one.cut[:, None], _LOST_CUT, _LOST) ** 2 * (noise_smaller**2 - noise**2)
        # Noise of the estimate grows with its spread, so that clear neighbours count more.
        spread = np.maximum(spread, 1e-3 * noise**2)
        beyond = np.maximum(_near(one.pairs, lost**2 - spread, 1 / spread**2), 0.0)
        found["strain"][at], found["noise"][at] = one.strain, noise
        found["error"][at] = np.sqrt(noise**2 + beyond)
        with np.errstate(invalid="ignore"):  # where no map is determined
            found["density"][at] = 1 / np.linalg.det(one.deformation)
        found["d2min"][at] = one.total / one.counts
        floor = 2 * scatter**2 * one.freedom / one.counts
        found["above"][at] = above_floor(one.total / one.counts, floor)
        neighbours[at] = np.where(np.isfinite(one.total), one.counts, 0)
        filled[at] = one.displacement
        if not np.isfinite(found["error"][k]).any():
            raise ValueError(
                f"frame {k}: the strain is known at no point, because too few points around each other are;"
                " expected some. Use a larger cutoff, a milder threshold of the quality, or leave the frame"
                " out"
            )
    return StrainMaps(
        filled, found["strain"], found["noise"], found["error"], found["density"], found["d2min"],
        found["above"], neighbours, scatter, origin, widened,
    )  # fmt: skip


def complete_part(strains: StrainMaps) -> tuple[slice, slice]:
    """Return the largest rectangle of the grid in which the strain of all frames is known."""
    known = np.asarray(np.isfinite(strains.error).all(axis=(0, -1)))
    high = np.zeros(known.shape[1], int)
    best, part = 0, (slice(0, 0), slice(0, 0))
    for i, row in enumerate(known):
        high = np.where(row, high + 1, 0)
        for j in range(len(high)):
            least = np.minimum.accumulate(high[j:])
            area = least * np.arange(1, len(least) + 1)
            k = int(area.argmax())
            if area[k] > best:
                best = int(area[k])
                part = (slice(i + 1 - int(least[k]), i + 1), slice(j, j + k + 1))
    return part


def check_window(maps: DisplacementMaps, cutoff: float, rest: tuple[int, ...]) -> None:
    """Check that the window fits the grid, and that frames at rest exist.

    Raises
    ------
    ValueError
        If they do not; see :func:`strain_maps`.
    """
    coarsest = max(maps.spacings)
    if cutoff < LEAST_CUTOFF * coarsest * (1 - 1e-9):
        raise ValueError(
            f"cutoff is {cutoff:g}, but points are {coarsest:g} apart; expected at least"
            f" {LEAST_CUTOFF * coarsest:g}, two spacings"
        )
    field = min(float(np.ptp(axis)) for axis in (maps.x, maps.y))
    if 2 * cutoff > field:
        raise ValueError(
            f"cutoff is {cutoff:g}, so that the window is wider than the field of {field:g}; expected at most"
            f" {field / 2:g}"
        )
    if rest and max(rest) >= len(maps.times):
        raise ValueError(
            f"rest names frame {max(rest)}, but there are {len(maps.times)} frames, from 0"
        )


@dataclass(frozen=True, eq=False)
class _Fit:
    """Best affine maps of one frame.

    ``points`` are indices into the grid, shape (n,); ``inverse`` and ``lever`` say how noise passes to the
    map: its rows have the covariance ``scatter^2 inverse (1 + lever lever^T inverse)``, since the fit is to
    displacements relative to the point itself. ``freedom`` is the expected residual of a component over the
    variance of the noise, and ``variance`` that of the noise as the residuals of each point show it, its
    own noise left out.
    """

    points: IntArray
    displacement: FloatArray
    deformation: FloatArray
    total: FloatArray
    counts: FloatArray
    cut: BoolArray
    covariance: FloatArray
    freedom: FloatArray
    variance: FloatArray
    pairs: Neighbours

    @classmethod
    def of(
        cls, maps: DisplacementMaps, moved: FloatArray, cutoff: float, *, like: "_Fit | None" = None
    ) -> "_Fit":
        """Fit all points that are known or filled; with ``like``, the points of another fit."""
        grid = np.stack(np.meshgrid(maps.x, maps.y, indexing="ij"), -1).reshape(-1, 2)
        flat = moved.reshape(-1, 2)
        known = np.asarray(np.isfinite(flat).all(axis=1))
        whole = len(cKDTree(np.stack(np.meshgrid(
            *(np.arange(-np.ceil(cutoff / d), np.ceil(cutoff / d) + 1) * d for d in maps.spacings),
            indexing="ij"), -1).reshape(-1, 2)).query_ball_point([0.0, 0.0], cutoff * (1 + 1e-9))) - 1  # fmt: skip
        if like is None:
            filled, values = _filled(grid, flat, known, cutoff * (1 + 1e-9), whole)
            points = np.asarray(np.flatnonzero(known | filled), np.int64)
            displacement = np.where(known[:, None], flat, values)[points]
        else:
            points, displacement = like.points, like.displacement
        taken = known[points]
        span = np.array([maps.x[-1], maps.y[-1]])
        view = OpenView(
            grid[points], np.zeros(len(points), np.int64), np.array([maps.x[0], maps.y[0]]), span
        )
        far = view.configuration(2 * cutoff)
        pairs = _among(find_neighbours(far, cutoff * (1 + 1e-9)), taken)
        flat_moves = np.column_stack([displacement, np.zeros(len(points))])
        fit = d2min(far, far.moved(far.positions + flat_moves, far.cell), cutoff, neighbours=pairs)
        covariance, freedom = _passed_on(pairs, taken)
        undetermined = ~np.isfinite(fit.total)
        covariance[undetermined], freedom[undetermined] = np.nan, np.nan
        return cls(
            points, displacement, fit.deformation[:, :2, :2], fit.total, np.maximum(fit.counts, 1),
            np.linalg.norm(_moments(pairs)[1], axis=1) > TILTED * cutoff * np.maximum(fit.counts, 1),
            covariance, freedom, _variance(pairs, displacement, fit), pairs,
        )  # fmt: skip

    @property
    def strain(self) -> FloatArray:
        """Green-Lagrange strain, components xx, yy, xy, shape (n, 3)."""
        f = self.deformation
        green = 0.5 * (np.swapaxes(f, 1, 2) @ f - np.eye(2))
        return np.stack([green[:, 0, 0], green[:, 1, 1], green[:, 0, 1]], axis=-1)

    def noise(self, scatter: float) -> FloatArray:
        """Return the standard errors of the strain that noise makes, shape (n, 3)."""
        f, c = self.deformation, scatter**2 * self.covariance
        parts = []
        for a, b in ((0, 0), (1, 1), (0, 1)):
            each = (
                f[:, :, a] ** 2 * c[:, None, b, b]
                + f[:, :, b] ** 2 * c[:, None, a, a]
                + 2 * f[:, :, a] * f[:, :, b] * c[:, None, a, b]
            )
            parts.append(0.25 * each.sum(axis=1))
        return np.sqrt(np.stack(parts, axis=-1))


def _variance(pairs: Neighbours, moved: FloatArray, fit: NonaffineStrain) -> FloatArray:
    """Return the variance of the noise that the residuals around each point show, shape (n,).

    A free shift takes out the noise of the point itself, which all its relative displacements share.
    """
    moments, lever = _moments(pairs)
    relative = np.zeros_like(lever)
    np.add.at(relative, pairs.first, moved[pairs.second] - moved[pairs.first])
    gradient = fit.deformation[:, :2, :2] - np.eye(2)
    summed = relative - np.einsum("nij,nj->ni", gradient, lever)
    counts = fit.counts.astype(float)
    own = counts - np.einsum("ni,nij,nj->n", lever, np.linalg.pinv(moments), lever)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = fit.total - (summed**2).sum(axis=1) / own
        found = left / (2 * (counts - 3))
    return np.where(counts > FEWEST_POINTS, found, np.nan)


def _near(pairs: Neighbours, values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted mean over each point and its neighbours, those without a value left out."""
    weights = np.where(np.isfinite(values) & np.isfinite(weights), weights, 0.0)
    sums, counts = weights * np.nan_to_num(values), weights
    near_sums, near_counts = sums.copy(), counts.copy()
    np.add.at(near_sums, pairs.first, sums[pairs.second])
    np.add.at(near_counts, pairs.first, counts[pairs.second])
    return np.asarray(near_sums / np.where(near_counts > 0, near_counts, 1.0))


def _widened(fits: list[_Fit], scatter: float) -> float:
    """Return how much more the strains of frames at rest scatter than independent noise would make them."""
    ratios = []
    for one in fits:
        strain = one.strain - np.nanmean(one.strain, axis=0)
        ratios.append((strain / one.noise(scatter)) ** 2)
    return float(np.sqrt(np.nanmean(np.concatenate(ratios))))


def _among(pairs: Neighbours, taken: BoolArray) -> Neighbours:
    """Return the pairs whose second point was measured."""
    kept = taken[pairs.second]
    counts = np.bincount(pairs.first[kept], minlength=len(pairs))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(pairs.starts.dtype)
    return Neighbours(
        pairs.second[kept], pairs.vectors[kept], pairs.distances[kept], pairs.shifts[kept], starts
    )


def _moments(pairs: Neighbours) -> tuple[FloatArray, FloatArray]:
    """Return second and first moments of the vectors to neighbours, shape (n, 2, 2) and (n, 2)."""
    n = len(pairs)
    vectors = pairs.vectors[:, :2]
    second, first = np.zeros((n, 2, 2)), np.zeros((n, 2))
    np.add.at(second, pairs.first, vectors[:, :, None] * vectors[:, None])
    np.add.at(first, pairs.first, vectors)
    return second, first


def _passed_on(pairs: Neighbours, taken: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return how noise passes to the rows of the map, shape (n, 2, 2), and the freedom of residuals, (n,).

    A point that failed has no noise of its own: its displacement comes from the fit with a free shift.
    """
    moments, lever = _moments(pairs)
    counts = np.maximum(pairs.counts, 1).astype(float)
    singular = ~(np.linalg.cond(moments) < 1e12)
    moments[singular], lever[singular] = np.eye(2), 0.0
    inverse = np.linalg.inv(moments)
    tilted = np.einsum("nij,nj->ni", inverse, lever)
    covariance = inverse + tilted[:, :, None] * tilted[:, None]
    freedom = 2 * counts - 2 - np.einsum("ni,ni->n", lever, tilted)
    free = ~taken
    if free.any():
        outer = lever[free, :, None] * lever[free, None]
        covariance[free] = np.linalg.inv(moments[free] - outer / counts[free, None, None])
        freedom[free] = counts[free] - 3
    return covariance, freedom


def _filled(
    grid: FloatArray, flat: FloatArray, known: BoolArray, cutoff: float, whole: int
) -> tuple[BoolArray, FloatArray]:
    """Return which points that failed are surrounded, and what the affine map around them says."""
    filled, values = np.zeros(len(grid), bool), np.zeros_like(flat)
    lost = np.flatnonzero(~known)
    if not len(lost):
        return filled, values
    places = grid[known]
    around = cKDTree(places).query_ball_point(grid[lost], cutoff)
    for point, near in zip(lost, around, strict=True):
        away = places[near] - grid[point]
        if len(near) < KNOWN * whole or np.linalg.norm(away.mean(axis=0)) > CENTRED * cutoff:
            continue
        columns = np.column_stack([away, np.ones(len(near))])
        values[point] = np.linalg.lstsq(columns, flat[known][near], rcond=None)[0][2]
        filled[point] = True
    return filled, values
