"""Flow law and hardening law of slip systems, fitted to the fields of simulated polycrystals.

The flow law is ``|rate| = reference |stress / resistance|^n``. The hardening law is that of Voce with
a linear approach to saturation, ``d g_i = sum_j h_ij (1 - g_j / saturation) |rate_j| dt``, whose slopes
``h_ij`` are equal within an orbit of pairs of slip systems. All sums are kept for every microstructure,
so that a bootstrap over microstructures costs nothing but small systems of equations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize_scalar

from mechanist.core.typing import FloatArray
from mechanist.formats.slip_fields import SlipFields
from mechanist.mechanics.slip_orbits import Orbits

#: Fewest rows that a flow law is fitted to.
FEWEST: Final = 20
#: Smallest variance of a logarithm that counts as a change.
STILL: Final = 1e-12
#: Largest condition number of the normal equations of hardening, with columns of equal size.
CONDITION: Final = 1e12
#: Bounds of the saturation resistance, relative to the largest resistance that is seen.
SATURATION: Final = (0.8, 50.0)
#: Number of saturations that are compared before the search is refined.
CANDIDATES: Final = 40


@dataclass(frozen=True)
class FlowLaw:
    """A power law of the slip rate.

    Parameters
    ----------
    exponent : float
        ``n``.
    rate : float
        Slip rate in 1/s at a stress equal to the resistance.
    r2 : float
        Squared correlation of both logarithms.
    """

    exponent: float
    rate: float
    r2: float


@dataclass(frozen=True, eq=False)
class HardeningFit:
    """A Voce law with one slope for each orbit of pairs of slip systems.

    Parameters
    ----------
    initial, saturation : float
        Resistances in MPa. ``initial`` is not a number if it was not fitted.
    slopes : ndarray of shape (n_orbits,)
        Initial slopes ``h`` in MPa.
    """

    initial: float
    saturation: float
    slopes: FloatArray


def with_slip_noise(slip: SlipFields, noise: float, rng: np.random.Generator) -> SlipFields:
    """Return fields whose values were each multiplied by ``1 + noise`` times a normal number.

    Parameters
    ----------
    slip : SlipFields
    noise : float
        Relative standard deviation of each value. Durations are kept.
    rng : Generator

    Raises
    ------
    ValueError
        If the noise is not within 0 to 0.2; above, resistances could become negative.
    """
    if not 0 <= noise <= 0.2:
        raise ValueError(f"noise of slip fields: {noise}; expected a share from 0 to 0.2")
    if noise == 0:
        return slip

    def noisy(values: FloatArray) -> FloatArray:
        return np.asarray(values * (1 + noise * rng.standard_normal(values.shape)))

    return SlipFields(
        rate=noisy(slip.rate),
        resistance_before=noisy(slip.resistance_before),
        resistance=noisy(slip.resistance),
        resolved=noisy(slip.resolved),
        duration=slip.duration,
    )


def with_shuffled_stress(slip: SlipFields, rng: np.random.Generator) -> SlipFields:
    """Return fields whose resolved stresses were dealt anew to all slip systems: a null."""
    dealt = rng.permutation(slip.resolved.ravel()).reshape(slip.resolved.shape)
    return SlipFields(slip.rate, slip.resistance_before, slip.resistance, dealt, slip.duration)


def flow_logarithms(slip: SlipFields, threshold: float) -> tuple[FloatArray, FloatArray]:
    """Return logarithms of stress over resistance and of the slip rate, of systems that flow.

    Parameters
    ----------
    slip : SlipFields
    threshold : float
        Slip rate in 1/s above which a system flows. Rows are chosen by the rate, because it is the
        regressor of :func:`flow_law`; a choice by stress would bias its coefficients.

    Returns
    -------
    ratio, rate : ndarray of shape (n_rows,)

    Raises
    ------
    ValueError
        If too few systems flow, or no threshold is given.
    """
    if not threshold > 0:
        raise ValueError(
            f"threshold of the slip rate: {threshold}; expected a positive rate in 1/s"
        )
    rate = np.abs(slip.rate)
    flows = (rate > threshold) & (slip.resolved != 0)
    if flows.sum() < FEWEST:
        raise ValueError(
            f"flow law: {int(flows.sum())} of {rate.size} slip systems flow faster than {threshold}"
            f" 1/s, the fastest at {rate.max():.3g} 1/s; expected at least {FEWEST}. Load the cells"
            " beyond yield, or lower the threshold"
        )
    return np.log(np.abs(slip.resolved / slip.resistance))[flows], np.log(rate[flows])


def flow_moments(slip: SlipFields, threshold: float) -> FloatArray:
    """Return number, sums and sums of products of the logarithms of a microstructure, shape (6,)."""
    x, y = flow_logarithms(slip, threshold)
    return np.array([len(x), x.sum(), y.sum(), x @ x, x @ y, y @ y])


def naive_flow_law(moments: FloatArray) -> FlowLaw:
    """Fit the rate by the stress with ordinary least squares, as if the stress had no error.

    Parameters
    ----------
    moments : ndarray of shape (6,)
        Sum of :func:`flow_moments` over microstructures.

    Raises
    ------
    ValueError
        If stress over resistance, or the rate, is the same in all rows.
    """
    mean_x, mean_y, xx, xy, yy = _centred(moments)
    exponent = xy / xx
    return FlowLaw(
        float(exponent), float(np.exp(mean_y - exponent * mean_x)), float(xy**2 / xx / yy)
    )


def flow_law(moments: FloatArray, noise: float = 0.0) -> FlowLaw:
    """Fit the stress by the rate, corrected for the errors of the rate.

    Rates spread over many powers of ten and stresses over few, so that a relative error of either
    matters to the stress alone. The stress is therefore the response, whose error does not bias the
    slope, and the variance of the logarithm's error is subtracted from that of the rate.

    Parameters
    ----------
    moments : ndarray of shape (6,)
        Sum of :func:`flow_moments` over microstructures.
    noise : float
        Relative standard deviation of the error of the rate.

    Raises
    ------
    ValueError
        If stress over resistance, or the rate, is the same in all rows, or if the noise explains
        all that the rates differ by.
    """
    mean_x, mean_y, xx, xy, yy = _centred(moments)
    left = yy - noise**2
    if left <= 0:
        raise ValueError(f"flow law: logarithms of rates vary by {yy:.3g}, their noise by"
                         f" {noise**2:.3g}; expected rates that differ by more than noise")  # fmt: skip
    exponent = left / xy
    # The mean of log(1 + error) is minus half the variance of the error.
    constant = mean_y + noise**2 / 2 - exponent * mean_x
    return FlowLaw(float(exponent), float(np.exp(constant)), float(xy**2 / xx / yy))


def _centred(moments: FloatArray) -> tuple[float, float, float, float, float]:
    """Return means of x and y, and variances and covariance."""
    n, x, y, xx, xy, yy = moments
    mean_x, mean_y = x / n, y / n
    found = mean_x, mean_y, xx / n - mean_x**2, xy / n - mean_x * mean_y, yy / n - mean_y**2
    for name, variance in (("stress over resistance", found[2]), ("slip rate", found[4])):
        if variance < STILL:
            raise ValueError(f"flow law: {name} is the same in all {int(n)} rows; expected values"
                             " that differ. Load at several rates, or cells of several grains")  # fmt: skip
    return found


def hardening_sums(slip: SlipFields, orbits: Orbits) -> FloatArray:
    """Return the products of all columns of the integrated hardening law of a microstructure.

    Resistances themselves are fitted by sums over the path, since their differences over one step
    are smaller than a noise of one percent.

    Parameters
    ----------
    slip : SlipFields
        Every step of the path must be stored.
    orbits : Orbits
        Of pairs of slip systems.

    Returns
    -------
    ndarray of shape (2 n_orbits + 2, 2 n_orbits + 2)
        Of the columns: one, slip by orbit, slip times resistance by orbit, resistance.

    Raises
    ------
    ValueError
        If orbits are of another number of slip systems.
    """
    steps, voxels, systems = _checked(slip, orbits)
    amount, weighted = _by_orbit(slip, orbits)
    columns = np.concatenate(
        [
            np.ones((1, steps, voxels, systems)),
            np.cumsum(amount, axis=1),
            np.cumsum(weighted, axis=1),
            slip.resistance[None],
        ]
    ).reshape(2 * orbits.number + 2, -1)
    return np.asarray(columns @ columns.T)


def increment_sums(slip: SlipFields, orbits: Orbits) -> FloatArray:
    """Return the same products for the change of the resistance in each step: the naive fit."""
    _checked(slip, orbits)
    amount, weighted = _by_orbit(slip, orbits)
    change = slip.resistance - slip.resistance_before
    columns = np.concatenate([np.zeros((1, *change.shape)), amount, weighted, change[None]])
    columns = columns.reshape(2 * orbits.number + 2, -1)
    return np.asarray(columns @ columns.T)


def hardening_law(sums: FloatArray, largest: float) -> HardeningFit:
    """Fit initial resistance, saturation and the slope of each orbit.

    Parameters
    ----------
    sums : ndarray of shape (2 n_orbits + 2, 2 n_orbits + 2)
        Sum of :func:`hardening_sums`, or of :func:`increment_sums`, over microstructures.
    largest : float
        Largest resistance that is seen, MPa: it scales the search for the saturation.

    Raises
    ------
    ValueError
        If the slips of some orbits cannot be told apart, as under one load of one orientation.
    """
    n = (len(sums) - 2) // 2
    _check_apart(sums[1 : n + 1, 1 : n + 1])

    def loss(inverse: float) -> float:
        return _slopes(sums, inverse)[1]

    # The loss has a second minimum below the resistances, so that a grid comes before refinement.
    grid = 1 / (largest * np.geomspace(*SATURATION, CANDIDATES))
    place = int(np.clip(np.argmin([loss(one) for one in grid]), 1, CANDIDATES - 2))
    best = minimize_scalar(
        loss, bounds=(grid[place + 1], grid[place - 1]), method="bounded", options={"xatol": 1e-9}
    )
    slopes, _ = _slopes(sums, float(best.x))
    initial = float(slopes[0]) if sums[0, 0] > 0 else float("nan")
    return HardeningFit(initial, float(1 / best.x), slopes[1:] if sums[0, 0] > 0 else slopes)


def _slopes(sums: FloatArray, inverse: float) -> tuple[FloatArray, float]:
    """Return coefficients and the squared residual at a given inverse saturation."""
    n = (len(sums) - 2) // 2
    mixing = np.zeros((n + 2, len(sums)))
    mixing[0, 0], mixing[-1, -1] = 1.0, 1.0
    mixing[1 : n + 1, 1 : n + 1] = np.eye(n)
    mixing[1 : n + 1, n + 1 : 2 * n + 1] = -inverse * np.eye(n)
    if sums[0, 0] == 0:  # increments have no constant
        mixing = mixing[1:]
    gram = mixing @ sums @ mixing.T
    scale = np.sqrt(np.diag(gram))
    gram = gram / scale / scale[:, None]
    coefficients = np.linalg.lstsq(gram[:-1, :-1], gram[:-1, -1], rcond=None)[0]
    left = gram[-1, -1] - gram[:-1, -1] @ coefficients
    return coefficients * scale[-1] / scale[:-1], float(left)


def _check_apart(gram: FloatArray) -> None:
    size = np.sqrt(np.diag(gram))
    seen = size > 0
    condition = np.linalg.cond(gram / np.outer(size, size)) if seen.all() else np.inf
    if not condition < CONDITION:
        raise ValueError(
            f"hardening law: {int(seen.sum())} of {len(gram)} orbits of pairs of slip systems slip,"
            f" condition number {condition:.3g}; expected all, below {CONDITION:.0e}. Load more"
            " orientations, or tie orbits together"
        )


def _checked(slip: SlipFields, orbits: Orbits) -> tuple[int, int, int]:
    steps, voxels, systems = slip.rate.shape
    if orbits.labels.shape != (systems, systems):
        raise ValueError(f"hardening law: fields have {systems} slip systems, orbits are of shape"
                         f" {orbits.labels.shape}; expected those of the same table")  # fmt: skip
    return steps, voxels, systems


def _by_orbit(slip: SlipFields, orbits: Orbits) -> tuple[FloatArray, FloatArray]:
    """Return slips, and slips times resistances, of each orbit: (n_orbits, steps, voxels, systems)."""
    amount = np.abs(slip.rate) * slip.duration[:, None, None]
    middle = (slip.resistance_before + slip.resistance) / 2
    members = [(orbits.labels == k).astype(float).T for k in range(orbits.number)]
    return (
        np.stack([amount @ one for one in members]),
        np.stack([(amount * middle) @ one for one in members]),
    )


def bootstrap_interval(
    sums: Sequence[FloatArray],
    estimate: Callable[[FloatArray], FloatArray],
    *,
    level: float,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return bounds of estimates from sums, by drawing microstructures with replacement.

    Parameters
    ----------
    sums : sequence of ndarray
        Those of each microstructure.
    estimate : callable
        Returns estimates, shape (n,), from a sum over microstructures.
    level : float
        Share of resamples between the bounds.
    resamples : int
        Number of resamples.
    rng : Generator

    Returns
    -------
    low, high : ndarray of shape (n,)

    Raises
    ------
    ValueError
        If there is only one microstructure.
    """
    if len(sums) < 2:
        raise ValueError(f"bootstrap over {len(sums)} microstructure; expected at least 2, since"
                         " voxels of one depend on each other")  # fmt: skip
    stacked = np.stack(sums)
    weights = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=resamples)
    drawn = np.stack([estimate(np.tensordot(one, stacked, axes=1)) for one in weights])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.asarray(low), np.asarray(high)
