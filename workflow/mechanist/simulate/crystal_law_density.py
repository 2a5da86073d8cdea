"""Hardening by the dislocation densities of all slip systems, with any interaction and evolution.

Kocks & Mecking (2003), https://doi.org/10.1016/S0079-6425(02)00003-8, with an interaction matrix as
in Franciosi & Zaoui (1982), https://doi.org/10.1016/0001-6160(82)90184-5. A law found from data
enters as an interaction matrix and two tensors.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray, IntArray
from mechanist.simulate.crystal_law import check_square

#: Smallest density of a voxel, as a fraction of its initial one; it keeps square roots positive.
LEAST_DENSITY: Final = 1e-6


@dataclass(frozen=True, eq=False)
class SparseTensor:
    """A tensor of shape (n, n, n) that is mostly zero.

    Parameters
    ----------
    indices : ndarray of shape (m, 3), int
        Indices of the nonzero entries.
    values : ndarray of shape (m,)
        The nonzero entries.
    """

    indices: IntArray
    values: FloatArray

    def __post_init__(self) -> None:
        """Validate shapes and values."""
        object.__setattr__(self, "indices", np.ascontiguousarray(self.indices, dtype=np.int64))
        object.__setattr__(self, "values", np.ascontiguousarray(self.values, dtype=float))
        if self.indices.shape != (len(self.values), 3) or not np.isfinite(self.values).all():
            raise ValueError(
                f"indices of shape {self.indices.shape} for {len(self.values)} values; expected"
                " three indices for every finite value"
            )

    @classmethod
    def from_dense(cls, tensor: FloatArray) -> "SparseTensor":
        """Keep the nonzero entries of a tensor of shape (n, n, n)."""
        indices = np.argwhere(tensor)
        return cls(indices, tensor[tuple(indices.T)])

    @classmethod
    def from_matrix(cls, matrix: FloatArray) -> "SparseTensor":
        """Return ``T_iik = matrix_ik``, which acts on each system's own density alone."""
        i, k = np.nonzero(matrix)
        return cls(np.column_stack([i, i, k]), matrix[i, k])

    def dense(self, n: int) -> FloatArray:
        """Return the tensor of shape (n, n, n); entries of equal indices add up."""
        tensor = np.zeros((n, n, n))
        np.add.at(tensor, tuple(self.indices.T), self.values)
        return tensor


@dataclass(frozen=True, eq=False)
class DislocationDensity:
    """Dislocation densities on every system, stored and annihilated by slip.

    ``tau_i = friction + shear_modulus * burgers * sqrt(sum_j a_ij rho_j)`` and
    ``d rho_i = sum_jk (storage_ijk sqrt(rho_j) - annihilation_ijk rho_j) |dgamma_k|``.

    Parameters
    ----------
    shear_modulus : float
        MPa.
    burgers : float
        Length of the Burgers vector, m.
    interaction : ndarray of shape (n_systems, n_systems)
        ``a``, dimensionless.
    storage : SparseTensor
        In 1/m.
    annihilation : SparseTensor
        Dimensionless.
    density : float or ndarray of shape (n_systems,)
        Initial densities, 1/m^2.
    friction : float
        Resistance at zero dislocation density, MPa.

    Raises
    ------
    ValueError
        If a number is out of range, or an index or shape does not fit ``interaction``.
    """

    shear_modulus: float
    burgers: float
    interaction: FloatArray
    storage: SparseTensor
    annihilation: SparseTensor
    density: FloatArray
    friction: float = 0.0
    _initial: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Validate the parameters."""
        check_square(self.interaction, "interaction")
        n = len(self.interaction)
        density = np.broadcast_to(np.asarray(self.density, dtype=float), (n,)).copy()
        object.__setattr__(self, "_initial", density)
        positive = {"shear_modulus": self.shear_modulus, "burgers": self.burgers}
        for name, value in positive.items():
            if not 0 < value < np.inf:
                raise ValueError(f"{name} = {value}; expected a positive number")
        if not ((density > 0) & np.isfinite(density)).all() or not self.friction >= 0:
            raise ValueError(
                f"density = {density.tolist()}, friction = {self.friction}; expected positive"
                " densities and a friction that is not negative"
            )
        for name, tensor in (("storage", self.storage), ("annihilation", self.annihilation)):
            if len(tensor.values) and not 0 <= tensor.indices.min() <= tensor.indices.max() < n:
                raise ValueError(f"{name} has an index outside 0 to {n - 1}")
        if not (self.interaction @ density > 0).all():
            raise ValueError(
                "interaction makes the square of an initial resistance negative or zero; expected"
                " sum_j a_ij rho_j > 0 for every system"
            )

    def initial(self, n: int) -> FloatArray:
        """Return the initial densities of ``n`` voxels, 1/m^2."""
        return np.tile(self._initial, (n, 1))

    def resistance(self, state: FloatArray) -> FloatArray:
        """Return resistances in MPa; a negative ``sum_j a_ij rho_j`` is clipped to nearly zero."""
        forest = np.maximum(state @ self.interaction.T, LEAST_DENSITY * self._initial.min())
        return np.asarray(self.friction + self.shear_modulus * self.burgers * np.sqrt(forest))

    def rates(self, state: FloatArray, slip: FloatArray) -> FloatArray:
        """Return the change of the densities, first order in slip, 1/m^2."""
        storage, annihilation = self.storage, self.annihilation
        return _density_change(
            state, slip, storage.indices, storage.values, annihilation.indices, annihilation.values
        )

    def advance(self, state: FloatArray, slip: FloatArray) -> FloatArray:
        """Return densities after slip, by the midpoint rule; they stay positive."""
        least = LEAST_DENSITY * self._initial
        middle = np.maximum(state + 0.5 * self.rates(state, slip), least)
        return np.asarray(np.maximum(state + self.rates(middle, slip), least))


def kocks_mecking(
    interaction: FloatArray, *, burgers: float, mean_free_path: float, capture: float
) -> tuple[SparseTensor, SparseTensor]:
    """Return storage and annihilation tensors of the classical law.

    ``d rho_i = (sum_j s_ij sqrt(rho_j) / (mean_free_path burgers) - 2 capture / burgers rho_i) |dgamma_i|``
    where ``s_ij`` is 1 for every system ``j`` that interacts with ``i``, except ``i`` itself.

    Parameters
    ----------
    interaction : ndarray of shape (n, n)
        Nonzero where two systems interact.
    burgers, capture : float
        Length of the Burgers vector and annihilation distance, m.
    mean_free_path : float
        In units of the mean forest spacing.
    """
    n = len(interaction)
    i, j = np.nonzero((interaction != 0) & ~np.eye(n, dtype=bool))
    stored = SparseTensor(
        np.column_stack([i, j, i]), np.full(len(i), 1 / (mean_free_path * burgers))
    )
    return stored, SparseTensor.from_matrix(np.eye(n) * 2 * capture / burgers)


@njit(cache=True, nogil=True, error_model="numpy")
def _density_change(
    state: FloatArray, slip: FloatArray, stored: IntArray, stored_values: FloatArray,
    lost: IntArray, lost_values: FloatArray,
) -> FloatArray:  # fmt: skip
    n, m = state.shape
    out = np.zeros_like(state)
    roots, size = np.empty(m), np.empty(m)
    for v in range(n):
        for i in range(m):
            roots[i], size[i] = np.sqrt(state[v, i]), abs(slip[v, i])
        for e in range(len(stored_values)):
            i, j, k = stored[e]
            out[v, i] += stored_values[e] * roots[j] * size[k]
        for e in range(len(lost_values)):
            i, j, k = lost[e]
            out[v, i] -= lost_values[e] * state[v, j] * size[k]
    return out
