"""Predictions for all directions of load at once, and the direction in which a particle is weakest.

Features that are polynomials of the second degree in the load, as the joint invariants are, need not be
computed for every direction: a linear model of them is such a polynomial too, whose coefficients
follow from as many directions as there are monomials. Whether that holds is tested on one more
direction; if not, as for the linear response, every direction is computed.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import UNIT_NORM
from mechanist.predict.block_predictions import predicted_values
from mechanist.predict.kept_model import KeptModel

#: Number of directions of a scan: angles in 2D, every five degrees; points on a sphere in 3D.
DIRECTIONS: Final = {2: 36, 3: 128}
#: Largest difference, in standard deviations of a prediction, at which a polynomial is taken as exact.
EXACT: Final = 1e-3
_SEED: Final = 20211
#: Particles whose predictions in all directions are held at once.
_AT_ONCE: Final = 16_384


@dataclass(frozen=True, eq=False)
class LoadScan:
    """Predictions of every particle for directions spread over all loads of one strength.

    Parameters
    ----------
    tensors : ndarray of shape (n_directions, 3, 3)
        The loads. In 2D the axis of tension turns by equal angles from 0 to 180 degrees.
    monomials : ndarray of shape (n_directions, n_terms)
        Terms of the polynomial in each direction; without one, a term for each direction.
    coefficients : ndarray of shape (n_terms, n_particles, n_strains)
        The prediction of a particle in a direction is the sum of these, weighted by the terms there.
    interpolated : bool
        Whether all but a few directions follow from the polynomial.
    """

    tensors: FloatArray
    monomials: FloatArray
    coefficients: FloatArray
    interpolated: bool

    @cached_property
    def predictions(self) -> FloatArray:
        """All predictions, shape (n_particles, n_directions, n_strains), which may take much memory."""
        return np.vstack([np.moveaxis(part, 0, 1) for part in self._parts()])

    def along(self, direction: int) -> FloatArray:
        """Return the predictions for one direction, shape (n_particles, n_strains)."""
        return np.asarray(np.tensordot(self.monomials[direction], self.coefficients, axes=1))

    @property
    def largest(self) -> FloatArray:
        """Prediction in the weakest direction, shape (n_particles, n_strains)."""
        return self._extremes[0]

    @property
    def weakest(self) -> IntArray:
        """Index of the direction of the largest prediction, shape (n_particles, n_strains)."""
        return self._extremes[1]

    @property
    def anisotropy(self) -> FloatArray:
        """Largest less smallest prediction, shape (n_particles, n_strains)."""
        return self._extremes[2]

    @cached_property
    def _extremes(self) -> tuple[FloatArray, IntArray, FloatArray]:
        found = [(p.max(axis=0), p.argmax(axis=0), np.ptp(p, axis=0)) for p in self._parts()]
        largest, weakest, anisotropy = (np.vstack(one) for one in zip(*found, strict=True))
        return largest, weakest, anisotropy

    def _parts(self) -> Iterator[FloatArray]:
        """Yield predictions of some particles, shape (n_directions, n_some, n_strains)."""
        n_terms, n_particles, n_strains = self.coefficients.shape
        for start in range(0, max(n_particles, 1), _AT_ONCE):
            some = self.coefficients[:, start : start + _AT_ONCE]
            flat = self.monomials @ some.reshape(n_terms, -1)
            yield flat.reshape(len(flat), -1, n_strains)


def scan_loads(model: KeptModel, configuration: Configuration) -> LoadScan:
    """Predict every particle for all directions of load.

    Parameters
    ----------
    model : KeptModel
        A model that reads the load.
    configuration : Configuration
        In the unit of length and with the species of the model.

    Raises
    ------
    ValueError
        If the model does not read the load, so that there is nothing to scan.
    """
    return scan_with_mean(model, configuration)[0]


def scan_with_mean(model: KeptModel, configuration: Configuration) -> tuple[LoadScan, FloatArray]:
    """Return also the mean features under the first direction, shape (n_features,).

    Raises
    ------
    ValueError
        As :func:`scan_loads`.
    """
    if not model.load_aware:
        raise ValueError(
            f"model {model.name!r} does not read the load, so its predictions have no directions; choose"
            " a load-aware model"
        )
    tensors = directions_of_load(configuration.dimension)
    monomials = _monomials(tensors, configuration.dimension)
    if model.trees is not None:  # trees are no polynomials, though one direction may not show it
        everywhere, means = predicted_values(model, configuration, list(tensors))
        return LoadScan(tensors, np.eye(len(tensors)), everywhere, interpolated=False), means[0]
    chosen = _spread(len(tensors), monomials.shape[1] + 1)
    known, means = predicted_values(model, configuration, list(tensors[chosen]))
    # The last direction tests the polynomial that the others determine.
    coefficients = _solved(monomials[chosen[:-1]], known[:-1])
    found = LoadScan(tensors, monomials, coefficients, interpolated=True)
    error = np.abs(found.along(chosen[-1]) - known[-1]).max()
    if error > EXACT * (known.std() or 1.0):
        everywhere, _ = predicted_values(model, configuration, list(tensors))
        found = LoadScan(tensors, np.eye(len(tensors)), everywhere, interpolated=False)
    return found, means[0]


def _solved(monomials: FloatArray, known: FloatArray) -> FloatArray:
    """Return the coefficients of the polynomial through values of shape (n_terms, n, n_strains)."""
    solved = np.linalg.solve(monomials, known.reshape(len(known), -1))
    return np.asarray(solved, np.float64).reshape(known.shape)


def directions_of_load(dimension: int) -> FloatArray:
    """Return loads of all directions, scaled to unit equivalent shear strain.

    Returns
    -------
    ndarray of shape (n_directions, 3, 3)
        In 2D pure shears whose axis of tension turns from 0 degrees by equal steps; in 3D points
        spread evenly over the sphere of traceless tensors.
    """
    basis = _basis(dimension)
    if dimension == 2:
        twice = 2 * np.pi * np.arange(DIRECTIONS[2]) / DIRECTIONS[2]
        points = np.stack([np.cos(twice), np.sin(twice)], axis=1)
    else:
        from scipy.stats import norm, qmc

        spread = qmc.Sobol(len(basis), rng=_SEED).random(DIRECTIONS[3])
        points = norm.ppf(np.clip(spread, 1e-9, 1 - 1e-9))
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(UNIT_NORM * np.einsum("kc,cab->kab", points, basis))


def _basis(dimension: int) -> FloatArray:
    """Return orthonormal traceless symmetric tensors that span all loads, shape (n, 3, 3)."""
    pairs = list(itertools.combinations(range(dimension), 2))
    tensors = np.zeros((dimension - 1 + len(pairs), 3, 3))
    tensors[0, [0, 1], [0, 1]] = np.array([1, -1]) / np.sqrt(2)
    if dimension == 3:
        tensors[1, [0, 1, 2], [0, 1, 2]] = np.array([1, 1, -2]) / np.sqrt(6)
    for k, (a, b) in enumerate(pairs, start=dimension - 1):
        tensors[k, [a, b], [b, a]] = 1 / np.sqrt(2)
    return tensors


def _monomials(tensors: FloatArray, dimension: int) -> FloatArray:
    """Return the monomials of first and second degree of each load, shape (n_directions, n_terms).

    Loads of one strength need no constant: it is the sum of the squares.
    """
    points = np.einsum("kab,cab->kc", tensors, _basis(dimension)) / UNIT_NORM
    pairs = itertools.combinations_with_replacement(range(points.shape[1]), 2)
    products = [points[:, a] * points[:, b] for a, b in pairs]
    return np.column_stack([points, *products])


def _spread(n_directions: int, count: int) -> list[int]:
    """Return indices of some directions, evenly among all."""
    return [round(k * n_directions / count) for k in range(count)]
