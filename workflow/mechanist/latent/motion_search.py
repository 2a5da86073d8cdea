"""The shortest law of second order of one coordinate, over its unit and its origin, in weak form."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.derivatives import Derivative
from mechanist.discover.test_functions import TestFunction
from mechanist.formats.channels import Channels
from mechanist.latent.coefficient_errors import blocks_of, spread_over_blocks
from mechanist.latent.motion_terms import NAMES, motion_values

#: Degree of the polynomials that give rates.
DEGREE: Final = 4
#: Distance between the centres of test functions, as a part of their half-width.
_PER_HALF_WIDTH: Final = 4
#: Units, as multiples of the standard deviation, and origins, in radians, that are tried first.
_SCALES: Final = np.geomspace(0.3, 4.0, 40)
_SHIFTS: Final = np.linspace(-np.pi / 2, np.pi / 2, 8, endpoint=False)
#: Sets of terms of each size whose unit and origin are fitted exactly.
_REFINED: Final = 4
#: Corners from which they are fitted, in the logarithm of the unit and in the origin.
_SIMPLEX: Final = np.array([[0.0, 0.0], [0.05, 0.0], [0.0, 0.1]])
#: One block of this many is held out when the number of terms is chosen.
_HELD: Final = 4
#: Ridge of the scaled normal equations while sets are compared, and the smallest error that counts.
_RIDGE: Final = 1e-12
_SMALLEST: Final = 1e-14


@dataclass(frozen=True)
class MotionRows:
    """Integrals over test functions in time.

    Parameters
    ----------
    mean, second : csr_array of shape (n_rows, n_frames)
        Their products with a series are its integrals, and those of its second derivative.
    blocks : ndarray of shape (n_rows,)
        Block of runs, or of frames, that each row belongs to.
    series : ndarray of shape (n_frames,)
    rate : Derivative
    step : float
        Time between frames.
    """

    mean: csr_array
    second: csr_array
    blocks: IntArray
    series: IntArray
    rate: Derivative
    step: float

    @classmethod
    def of(cls, data: Channels, *, half_width: int, power: int, window: int) -> "MotionRows":
        """Return the rows of all runs.

        Raises
        ------
        ValueError
            If the time between snapshots is not known, or a run is shorter than a test function.
        """
        if data.step is None:
            raise ValueError(
                "the time between snapshots is not known, but a law of second order needs it;"
                " give snapshots at even times"
            )
        function = TestFunction(half_width, power)
        weights = {k: function.weights(k, data.step) for k in (0, 2)}
        columns = []
        for run in np.unique(data.series):
            frames = np.flatnonzero(data.series == run)
            if len(frames) < function.support:
                raise ValueError(
                    f"run {run} has {len(frames)} snapshots, but test functions of half-width"
                    f" {half_width} span {function.support}; give longer runs, or set a smaller `half_width`"
                )
            starts = np.arange(0, len(frames) - function.support + 1, max(half_width // _PER_HALF_WIDTH, 1))  # fmt: skip
            columns.append(frames[starts[:, None] + np.arange(function.support)])
        place = np.concatenate(columns)
        ends = np.arange(len(place) + 1) * function.support
        mean, second = (
            csr_array(
                (np.tile(weights[k], len(place)), place.ravel(), ends),
                shape=(len(place), len(data.series)),
            )
            for k in (0, 2)
        )
        rate = Derivative("local_polynomial", half_width=window, degree=min(DEGREE, 2 * window))
        blocks = blocks_of(data.series[place[:, half_width]])
        return cls(mean, second, blocks, data.series, rate, data.step)

    def rates(self, z: FloatArray) -> FloatArray:
        """Return the rate of a series at every frame."""
        found = np.empty_like(z)
        for run in np.unique(self.series):
            some = self.series == run
            found[some] = self.rate(z[some], axis=0, order=1, spacing=self.step, periodic=False)
        return found


@dataclass(frozen=True)
class FoundMotion:
    """The shortest law of a coordinate.

    Parameters
    ----------
    scale, shift : float
        The law holds for ``scale * z + shift``.
    kept : ndarray of shape (n_terms,)
    coefficients, errors, shares : ndarray of shape (n_terms,)
    unexplained : tuple of float
        Share of the squared acceleration on held-out rows that the best law of each number of terms,
        from 0, leaves.
    ties : tuple of tuple of str
    """

    scale: float
    shift: float
    kept: FloatArray
    coefficients: FloatArray
    errors: FloatArray
    shares: FloatArray
    unexplained: tuple[float, ...]
    ties: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Fit:
    """The law of some terms, fitted to some rows."""

    terms: tuple[int, ...]
    scale: float
    shift: float
    coefficients: FloatArray
    unexplained: float


def shortest_motion(rows: MotionRows, z: FloatArray, most_terms: int) -> FoundMotion:
    """Find the number of terms, the terms, and the unit and origin in which they are a law.

    For each number of terms, the terms, the unit and the origin are those that leave least. How many
    terms there are is decided on held-out rows: where one more term lowers what is left by the
    largest factor.

    Parameters
    ----------
    rows : MotionRows
    z : ndarray of shape (n_frames,)
        The coordinate in any unit.
    most_terms : int
    """
    search = _Search(rows, z)
    held = rows.blocks % _HELD == _HELD - 1
    fits: list[list[_Fit]] = []
    for listed in search.promising(~held, most_terms):
        refined = [search.refined(terms, start, ~held) for terms, start in listed]
        fits.append(sorted(refined, key=lambda fit: fit.unexplained))
    left = [1.0, *(search.unexplained(one[0], held) for one in fits)]
    floor = np.maximum(np.minimum.accumulate(left), _SMALLEST)
    steps = np.log(floor[:-1] / floor[1:])
    size = 1 + int(np.argmax(steps))
    best = fits[size - 1][0]
    # What leaves less than this is on the same side of the gap.
    border = np.sqrt(floor[size - 1] * floor[size])
    ties = [fit.terms for fit in fits[size - 1] if search.unexplained(fit, held) < border]
    final = search.refined(best.terms, (best.scale, best.shift), np.ones(len(held), bool))
    some = list(final.terms)
    kept, coefficients, errors = np.zeros((3, len(NAMES)))
    kept[some], coefficients[some] = 1.0, final.coefficients
    errors[some] = search.errors(final)
    scale, shift = search.in_given_unit(final)
    return FoundMotion(
        scale,
        shift,
        kept,
        coefficients,
        errors,
        search.shares(final),
        tuple(left),
        tuple(tuple(NAMES[j] for j in terms) for terms in ties or [best.terms]),
    )


class _Search:
    """Laws of one coordinate."""

    def __init__(self, rows: MotionRows, z: FloatArray) -> None:
        self._rows = rows
        self._centre, self._unit = float(z.mean()), float(z.std())
        self._z = (z - self._centre) / self._unit
        self._rate = rows.rates(self._z)
        self._target = rows.second @ self._z

    def columns(self, scale: float, shift: float) -> FloatArray:
        """Return the integrals of all terms of ``scale * z + shift`` with standardised z."""
        values = motion_values(scale * self._z + shift, scale * self._rate)
        return np.asarray(self._rows.mean @ values, np.float64)

    def promising(
        self, used: FloatArray, most_terms: int
    ) -> list[list[tuple[tuple[int, ...], tuple[float, float]]]]:
        """Return for each size the sets of terms that leave least on a grid, with unit and origin."""
        sets = [np.array(list(combinations(range(len(NAMES)), n))) for n in range(1, most_terms + 1)]  # fmt: skip
        best = [np.full(len(one), np.inf) for one in sets]
        where = [np.zeros((len(one), 2)) for one in sets]
        for scale in _SCALES:
            for shift in _SHIFTS:
                columns, target = self.columns(scale, shift)[used], scale * self._target[used]
                size = np.maximum(np.sqrt((columns**2).sum(axis=0)), np.finfo(float).tiny)
                scaled = columns / size
                products, right = scaled.T @ scaled, scaled.T @ target / np.linalg.norm(target)
                for one, least, place in zip(sets, best, where, strict=True):
                    matrices = products[one[:, :, None], one[:, None, :]] + _RIDGE * np.eye(one.shape[1])  # fmt: skip
                    sides = right[one]
                    solved = np.linalg.solve(matrices, sides[..., None])[..., 0]
                    left = 1 - (solved * sides).sum(axis=1)
                    better = left < least
                    least[better], place[better] = left[better], (scale, shift)
        return [
            [
                (tuple(one[k].tolist()), (float(place[k, 0]), float(place[k, 1])))
                for k in np.argsort(least)[:_REFINED]
            ]
            for one, least, place in zip(sets, best, where, strict=True)
        ]

    def refined(self, terms: Sequence[int], start: tuple[float, float], used: FloatArray) -> _Fit:
        """Return the fit of some terms with the best unit and origin."""

        def left(place: FloatArray) -> float:
            return self._fitted(terms, float(np.exp(place[0])), float(place[1]), used).unexplained

        place = np.array([np.log(start[0]), start[1]])
        found = minimize(
            left,
            place,
            method="Nelder-Mead",
            options={"maxiter": 120, "xatol": 1e-6, "fatol": 1e-12, "initial_simplex": place + _SIMPLEX},
        ).x  # fmt: skip
        return self._fitted(terms, float(np.exp(found[0])), float(found[1]), used)

    def _fitted(self, terms: Sequence[int], scale: float, shift: float, used: FloatArray) -> _Fit:
        columns, target = self.columns(scale, shift)[used][:, list(terms)], scale * self._target[used]  # fmt: skip
        coefficients = np.linalg.lstsq(columns, target, rcond=None)[0]
        left = target - columns @ coefficients
        return _Fit(
            tuple(terms), scale, shift, coefficients, float(left @ left / (target @ target))
        )

    def unexplained(self, fit: _Fit, used: FloatArray) -> float:
        """Return what a law leaves of some rows."""
        columns = self.columns(fit.scale, fit.shift)[used][:, list(fit.terms)]
        target = fit.scale * self._target[used]
        left = target - columns @ fit.coefficients
        return float(left @ left / (target @ target))

    def in_given_unit(self, fit: _Fit) -> tuple[float, float]:
        """Return scale and shift for the coordinate as it was given."""
        scale = fit.scale / self._unit
        return scale, fit.shift - scale * self._centre

    def errors(self, fit: _Fit) -> FloatArray:
        """Return the jackknife errors of the coefficients over blocks; unit and origin vary with them."""
        blocks = np.unique(self._rows.blocks)
        return spread_over_blocks([
            self.refined(fit.terms, (fit.scale, fit.shift), self._rows.blocks != one).coefficients
            for one in blocks
        ])  # fmt: skip

    def shares(self, fit: _Fit) -> FloatArray:
        """Return the shares of all terms when all are fitted, in the unit of a law."""
        columns, target = self.columns(fit.scale, fit.shift), fit.scale * self._target
        coefficients = np.linalg.lstsq(columns, target, rcond=None)[0]
        sizes = np.sqrt((columns**2).mean(axis=0) / (target**2).mean())
        return np.asarray(coefficients * sizes, np.float64)
