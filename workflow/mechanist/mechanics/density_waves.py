"""Fourier components of particle densities, by which states are compared and shifts are found.

Their moduli depend neither on shifts and wrapping nor on the order of particles; their phases give the
shift between two copies of one state.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray

#: Number of components, and the wave number around which they lie, in 2 pi / spacing: near the first
#: peak of the structure factor of dense matter.
_COMPONENTS: Final = 400
_PEAK: Final = 1.06
#: Number of particles from which so many components lie near the peak that others are not looked for.
_MANY: Final = 5000
#: Largest wave number looked for, in 2 pi / spacing, for fewer and for so many particles.
_FARTHEST: Final = (2.0, 1.2)

Complex = NDArray[np.complex128]


def waves_near_peak(cell: FloatArray, spacing: float) -> IntArray:
    """Return integer wave vectors (n, d) near the first peak, one of each opposite pair."""
    d = len(cell)
    inverse = np.linalg.inv(cell).T  # rows: reciprocal vectors over 2 pi
    many = abs(np.linalg.det(cell)) / spacing**d > _MANY
    farthest = _FARTHEST[bool(many)]
    reach = np.ceil(farthest * np.linalg.norm(cell, axis=1) / spacing).astype(int)
    axes = [np.arange(-r, r + 1) for r in reach]
    axes[0] = axes[0][axes[0] >= 0]
    waves = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, d)
    first = waves[np.arange(len(waves)), np.argmax(waves != 0, axis=1)]
    waves = waves[first > 0]
    numbers = np.linalg.norm(waves @ inverse, axis=1) * spacing
    order = np.argsort(np.abs(numbers - _PEAK).round(9), kind="stable")
    return waves[order[:_COMPONENTS]]


def density_waves(fractions: FloatArray, species: IntArray, waves: IntArray, kinds: int) -> Complex:
    """Return the Fourier components of the density of each species, shape (kinds, n_waves).

    Parameters
    ----------
    fractions : ndarray of shape (n, d)
        Fractional coordinates.
    species : ndarray of shape (n,)
        From 0 to ``kinds - 1``.
    waves : ndarray of shape (n_waves, d), int64
        Wave vectors in reciprocal cell vectors.
    kinds : int
        Number of species.
    """
    found = np.zeros((kinds, len(waves)), dtype=complex)
    block = max(1, 4_000_000 // max(1, len(waves)))
    for kind in range(kinds):
        members = fractions[species == kind]
        for start in range(0, len(members), block):
            phases = members[start : start + block] @ waves.T
            found[kind] += np.exp(-2j * np.pi * phases).sum(axis=0)
    return found


def standardised(moduli: FloatArray) -> FloatArray:
    """Return moduli (samples, species, waves) as vectors whose products are correlations."""
    centred = moduli - moduli.mean(axis=-1, keepdims=True)
    scale = centred.std(axis=-1, keepdims=True)
    flat = (centred / np.where(scale > 0, scale, 1.0)).reshape(len(moduli), -1)
    return np.asarray(flat / np.sqrt(flat.shape[1]))


def best_shift(
    waves: IntArray, products: Complex, beyond: tuple[float, FloatArray] | None = None
) -> FloatArray:
    """Return the shift, in fractions of the cell, for which most components agree in phase.

    ``beyond`` is a length and a cell, if shifts shorter than that do not count.
    """
    size = 4 * np.abs(waves).max(axis=0) + 1
    grid = np.zeros(size, dtype=complex)
    for sign, values in ((1, products), (-1, np.conj(products))):
        grid[tuple((sign * waves % size).T)] = values
    agreement = np.fft.ifftn(grid).real
    if beyond is not None:
        axes = np.meshgrid(*(np.fft.fftfreq(n) for n in size), indexing="ij")
        lengths = np.linalg.norm(np.stack(axes, axis=-1) @ beyond[1], axis=-1)
        agreement[lengths < beyond[0]] = -np.inf
    return np.array(np.unravel_index(int(agreement.argmax()), agreement.shape)) / size
