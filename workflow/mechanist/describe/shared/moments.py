"""Moments of the neighbour density: sums over neighbours by species, shell and angular component.

Shells are cubic B-splines in the logarithm of the distance. They are twice continuously
differentiable, have compact support (so nothing jumps at the cutoff), sum to one between the first
and the last centre, and widen in proportion to the distance, like the peaks of the pair
distribution of a liquid. They resolve the first peak with fewer columns than shells of equal width.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import Neighbours

_MARGIN: Final = 2  # a cubic B-spline reaches two spacings to either side
_REACH: Final = 8.5  # widths beyond which a Gaussian is below 1e-15 of its peak


@dataclass(frozen=True)
class Shells:
    """Overlapping shells around a particle.

    Parameters
    ----------
    first, last : float
        Centres of the first and the last shell.
    count : int
        Number of shells, centres in geometric progression.

    Raises
    ------
    ValueError
        If the centres do not increase from a positive length, or there are fewer than two.
    """

    first: float
    last: float
    count: int

    def __post_init__(self) -> None:
        """Validate the centres and the number of shells."""
        if not (0 < self.first < self.last):
            raise ValueError(f"shells from {self.first} to {self.last}; expected 0 < first < last")
        if self.count < 2:
            raise ValueError(f"{self.count} shells; expected at least 2")

    @property
    def spacing(self) -> float:
        """Spacing of neighbouring centres in the logarithm of the distance."""
        return float(np.log(self.last / self.first) / (self.count - 1))

    @property
    def centres(self) -> FloatArray:
        """Centres, shape (count,)."""
        return np.asarray(self.first * np.exp(self.spacing * np.arange(self.count)))

    @property
    def cutoff(self) -> float:
        """Distance beyond which all shells vanish."""
        return float(self.first * np.exp(self.spacing * (self.count - 1 + _MARGIN)))

    def coordinates(self, distances: FloatArray) -> FloatArray:
        """Map distances to coordinates in which the centre of shell ``k`` lies at ``k``.

        Coincident particles (distance zero) map below all shells.
        """
        smallest = self.first * np.exp(-2 * _MARGIN * self.spacing)
        return np.asarray(np.log(np.maximum(distances, smallest) / self.first) / self.spacing)


def shell_moments(
    configuration: Configuration, pairs: Neighbours, shells: Shells, components: FloatArray
) -> FloatArray:
    """Sum angular components over neighbours, by species of the neighbour and by shell.

    Parameters
    ----------
    configuration : Configuration
        The particles.
    pairs : Neighbours
        All pairs within ``shells.cutoff``, or a part of them.
    shells : Shells
        Weights of the neighbours by distance.
    components : ndarray of shape (n_pairs, n_components)
        Contribution of each neighbour.

    Returns
    -------
    ndarray of shape (n, n_species, n_shells, n_components)
        Zero where a particle has no such neighbour; ``n`` is the number of particles of ``pairs``.
    """
    sums = np.zeros(
        (len(pairs), len(configuration.species_names), shells.count, components.shape[1])
    )
    if len(pairs.second):
        _add_shells(
            pairs.first,
            configuration.species[pairs.second],
            shells.coordinates(pairs.distances),
            np.ascontiguousarray(components),
            sums,
        )
    return sums


@numba.njit(cache=True)
def _add_shells(
    first: NDArray[np.int32],
    species: IntArray,
    coordinates: FloatArray,
    components: FloatArray,
    sums: FloatArray,
) -> None:
    n_shells = sums.shape[2]
    for pair in range(len(first)):
        nearest = int(np.floor(coordinates[pair]))
        for k in range(max(nearest - 1, 0), min(nearest + 3, n_shells)):
            t = abs(coordinates[pair] - k)
            weight = (4 - 6 * t * t + 3 * t**3) / 6 if t < 1 else max(2 - t, 0.0) ** 3 / 6
            target = sums[first[pair], species[pair], k]
            for c in range(len(target)):
                target[c] += weight * components[pair, c]


def gaussian_sums(
    configuration: Configuration,
    pairs: Neighbours,
    weights: FloatArray,
    *,
    count: int,
    spacing: float,
    width: float,
) -> FloatArray:
    """Sum ``w exp(-(r - mu)^2 / (2 width^2))`` over neighbours of each species.

    Parameters
    ----------
    configuration : Configuration
        The particles.
    pairs : Neighbours
        Pairs to sum over, of all particles or of a part of them.
    weights : ndarray of shape (n_pairs,)
        Weight ``w`` of each pair.
    count : int
        Number of centres ``mu = 0, spacing, 2 spacing, ...``
    spacing, width : float
        Distance between centres, and standard deviation of the Gaussians.

    Returns
    -------
    ndarray of shape (n, n_species, count)
        Of the ``n`` particles of ``pairs``.
    """
    sums = np.zeros((len(pairs), len(configuration.species_names), count))
    species = configuration.species[pairs.second]
    _add_gaussians(pairs.first, species, pairs.distances, weights, spacing, width, sums)
    return sums


@numba.njit(cache=True)
def _add_gaussians(
    first: NDArray[np.int32],
    species: IntArray,
    distances: FloatArray,
    weights: FloatArray,
    spacing: float,
    width: float,
    sums: FloatArray,
) -> None:
    """Add Gaussians outwards from the nearest centre; each is the previous one times a ratio."""
    count = sums.shape[2]
    reach = int(np.ceil(_REACH * width / spacing))
    curvature = np.exp(-((spacing / width) ** 2))
    for pair in range(len(first)):
        if weights[pair] == 0:
            continue
        target = sums[first[pair], species[pair]]
        nearest = int(np.rint(distances[pair] / spacing))
        offset = distances[pair] - nearest * spacing
        peak = weights[pair] * np.exp(-(offset**2) / (2 * width**2))
        if nearest < count:
            target[nearest] += peak
            above = np.exp((2 * offset * spacing - spacing**2) / (2 * width**2))
            value = peak
            for k in range(nearest + 1, min(nearest + reach + 1, count)):
                value *= above
                above *= curvature
                target[k] += value
        below = np.exp((-2 * offset * spacing - spacing**2) / (2 * width**2))
        value = peak
        for k in range(nearest - 1, max(nearest - reach, 0) - 1, -1):
            value *= below
            below *= curvature
            if k < count:
                target[k] += value


def harmonic_slices(order: int, dimension: int) -> list[slice]:
    """Return the slices of :func:`harmonics` that hold each order from 0 to ``order``."""
    sizes = [1] + [2 if dimension == 2 else 2 * m + 1 for m in range(1, order + 1)]
    ends = np.cumsum(sizes)
    return [slice(int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True)]


def harmonics(units: FloatArray, order: int, dimension: int) -> FloatArray:
    """Return real harmonics of unit vectors, orders 0 to ``order``.

    In two dimensions ``cos(m phi), sin(m phi)``; in three, real spherical harmonics with Schmidt's
    semi-normalisation. In both, the components of one order of a unit vector have norm 1.

    Parameters
    ----------
    units : ndarray of shape (n, 3)
        Unit vectors.
    order : int
        Largest order.
    dimension : int
        2 or 3.

    Returns
    -------
    ndarray of shape (n, n_components)
        Laid out as given by :func:`harmonic_slices`.
    """
    width = harmonic_slices(order, dimension)[-1].stop
    values = np.empty((len(units), width))
    fill = _fill_planar if dimension == 2 else _fill_spatial
    fill(np.ascontiguousarray(units), order, values)
    return values


@numba.njit(cache=True)
def _fill_planar(units: FloatArray, order: int, values: FloatArray) -> None:
    for i in range(len(units)):
        x, y = units[i, 0], units[i, 1]
        values[i, 0] = 1.0
        re, im = 1.0, 0.0
        for m in range(1, order + 1):
            re, im = re * x - im * y, re * y + im * x
            values[i, 2 * m - 1] = re
            values[i, 2 * m] = im


@numba.njit(cache=True)
def _fill_spatial(units: FloatArray, order: int, values: FloatArray) -> None:
    """Use the recurrence in ``l`` at fixed ``m``; ``(x + iy)**m`` includes ``sin(theta)**m``."""
    for i in range(len(units)):
        x, y, z = units[i]
        re, im, diagonal = 1.0, 0.0, 1.0
        for m in range(order + 1):
            if m > 0:
                re, im = re * x - im * y, re * y + im * x
                if m > 1:
                    diagonal *= np.sqrt((2 * m - 1) / (2 * m))
            below, current = 0.0, diagonal
            for ell in range(m, order + 1):
                if ell > m:
                    following = (2 * ell - 1) * z * current - below * np.sqrt((ell - 1) ** 2 - m**2)
                    below, current = current, following / np.sqrt(ell**2 - m**2)
                start = ell * ell  # 1 + 3 + 5 + ... components of lower orders
                if m == 0:
                    values[i, start] = current
                else:
                    values[i, start + 2 * m - 1] = current * re
                    values[i, start + 2 * m] = current * im
