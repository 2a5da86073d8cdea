"""Columns for the coefficients of interacting slip systems, with or without tying by symmetry.

Every slip system ``i`` of every state gives one row. Its features are the densities (for ``H``), or
products of densities and slip rates (for ``K``). A tying states which coefficient multiplies each
feature in the row of each system. Systems that no rotation maps onto each other share no
coefficients: the problem splits into classes of systems, so that the 5121 coefficients of hcp need
Gram matrices of at most a third of that size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import sparse

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.slip_tables import SlipTable
from mechanist.mechanics.slip_law import STORAGE_POWER, Flow, SlipLaw
from mechanist.mechanics.slip_orbits import Orbits, free_tuples, pair_orbits, triple_orbits
from mechanist.mechanics.slip_systems import SlipSystems

Symmetry = Literal["orbits", "unordered", "free", "taylor"]
#: A slip rate below this share of the state's fastest only bounds the resistance from below.
ACTIVE: Final = 0.05
_NONE: Final = -1


@dataclass(frozen=True, eq=False)
class Tying:
    """Which coefficient multiplies each feature in the row of each system.

    Parameters
    ----------
    labels : ndarray of shape (n, n_features), int64
        Index of the coefficient, or -1 where a feature does not enter the row.
    number : int
        Number of coefficients.
    """

    labels: IntArray
    number: int

    def classes(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield sets of systems that share coefficients, with the coefficients of each set."""
        used = [np.unique(row[row >= 0]) for row in self.labels]
        left = list(range(len(used)))
        while left:
            joining = [left.pop(0)]
            members, columns = list(joining), used[joining[0]]
            while joining:
                joining = [i for i in left if np.isin(used[i], columns).any()]
                members += joining
                left = [i for i in left if i not in joining]
                columns = np.unique(np.concatenate([columns, *(used[i] for i in joining)]))
            yield np.array(sorted(members)), columns

    def indicator(self, system: int, columns: IntArray) -> sparse.csr_array:
        """Return the matrix, shape (len(columns), n_features), that sums features of one row."""
        row = self.labels[system]
        features = np.flatnonzero(row >= 0)
        places = np.searchsorted(columns, row[features])
        shape = (len(columns), len(row))
        return sparse.csr_array((np.ones(len(features)), (places, features)), shape=shape)


def resistance_tying(systems: SlipSystems, symmetry: Symmetry) -> Tying:
    """Return the tying of ``H``; features are the densities, shape (m, n)."""
    orbits = _pairs(systems, symmetry)
    return Tying(orbits.labels, orbits.number)


def evolution_tying(systems: SlipSystems, symmetry: Symmetry) -> Tying:
    """Return the tying of ``K`` followed by recovery; see :func:`evolution_features`."""
    n = len(systems)
    triples, singles = _triples(systems, symmetry), _singles(systems, symmetry)
    recovery = np.full((n, n), _NONE)
    np.fill_diagonal(recovery, triples.number + singles)
    labels = np.hstack([triples.labels.reshape(n, n * n), recovery])
    return Tying(labels, int(labels.max()) + 1)


def resistance_targets(
    table: SlipTable, flow: Flow, lengths: FloatArray, noise: float
) -> tuple[FloatArray, FloatArray]:
    """Return ``(tau_i / mu b_i)^2`` and weights, both of shape (m, n).

    Systems that hardly slip have weight zero. The square of a noisy stress is too large on average
    by the variance of the noise, which is subtracted.

    Parameters
    ----------
    table : SlipTable
    flow : Flow
        Elasticity and rate law.
    lengths : ndarray of shape (n,)
        Length of each Burgers vector relative to the shortest.
    noise : float
        Known standard deviation of the stress noise, relative to a state's root-mean-square stress.
    """
    speeds = np.abs(table.rates)
    active = speeds >= ACTIVE * speeds.max(axis=1, keepdims=True)
    factor = flow.resistance(np.ones_like(speeds), np.where(active, speeds, 1.0))
    unit = factor / (flow.shear_modulus * flow.burgers * lengths)
    squares = table.stresses**2
    size = np.sqrt(squares.mean(axis=1, keepdims=True) / (1.0 + noise**2))
    targets = unit**2 * (squares - (noise * size) ** 2)
    # To first order the error of the squared stress is twice the stress times its error. The stress
    # is that of the other systems: a weight that depends on a row's own error would bias the fit.
    others = squares.sum(axis=1, keepdims=True) - squares
    spread = np.where(active, unit**2, 1.0) * others
    return np.where(active, targets, 0.0), np.where(active, spread**-2.0, 0.0)


def densities(table: SlipTable) -> FloatArray:
    """Return the features of ``H``, shape (m, n)."""
    return table.densities


def evolution_features(table: SlipTable) -> FloatArray:
    """Return ``sqrt(rho_j) |gdot_k|`` followed by ``-rho_i |gdot_i|``, shape (m, n^2 + n)."""
    speeds = np.abs(table.rates)
    pairs = table.densities[:, :, None] ** STORAGE_POWER * speeds[:, None, :]
    return np.hstack([pairs.reshape(len(table), -1), -table.densities * speeds])


def evolution_weights(table: SlipTable) -> FloatArray:
    """Return weights of the density rates, shape (m, n); all states have equal weight."""
    squares = (table.growths**2).mean(axis=1, keepdims=True)
    if not (squares > 0).all():
        raise ValueError(
            f"state {int(np.argmin(squares))} has no density rates; leave out states at rest"
        )
    return np.broadcast_to(1.0 / squares, table.growths.shape)


def law_of(
    systems: SlipSystems,
    symmetry: Symmetry,
    resistance: FloatArray,
    evolution: FloatArray,
) -> SlipLaw:
    """Return the law with the given coefficients, numbered as in the tyings."""
    n = len(systems)
    matrix = resistance[_pairs(systems, symmetry).labels]
    triples = _triples(systems, symmetry).labels
    count = int(triples.max()) + 1
    storage = np.where(triples >= 0, evolution[triples], 0.0)
    recovery = evolution[count + _singles(systems, symmetry)]
    lengths = systems.magnitudes / systems.magnitudes.min()
    return SlipLaw(matrix, storage.reshape((n,) * 3), recovery, lengths)


def _pairs(systems: SlipSystems, symmetry: Symmetry) -> Orbits:
    if symmetry == "free":
        return free_tuples(systems, 2)
    if symmetry == "taylor":
        return Orbits(np.zeros((len(systems),) * 2, dtype=np.int64))
    return pair_orbits(systems, symmetric=symmetry == "unordered")


def _triples(systems: SlipSystems, symmetry: Symmetry) -> Orbits:
    """Return classes of triples; in Taylor's law only a system's own slip stores (-1 elsewhere)."""
    if symmetry == "free":
        return free_tuples(systems, 3)
    if symmetry == "taylor":
        n = len(systems)
        labels = np.full((n, n, n), _NONE)
        labels[np.arange(n), :, np.arange(n)] = 0
        return Orbits(labels)
    return triple_orbits(systems, symmetric=symmetry == "unordered")


def _singles(systems: SlipSystems, symmetry: Symmetry) -> IntArray:
    """Return the class of each system, shape (n,)."""
    n = len(systems)
    if symmetry == "free":
        return np.arange(n)
    if symmetry == "taylor":
        return np.zeros(n, dtype=np.int64)
    _, labels = np.unique(systems.permutations().min(axis=0), return_inverse=True)
    return labels.astype(np.int64)
