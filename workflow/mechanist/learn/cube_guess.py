"""Rotation paths as sums of mechanisms, with coefficients fitted step by step.

A mechanism is a field of axial vectors known before loading: Taylor rotations, one per step, or the
rotation that balances a misfit, one for all steps. Coefficients along and across the loading axis
are independent; symmetry about this axis allows no other freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths

#: Vector components that share a coefficient.
CLASSES: Final = ((0, 1), (2,))


@dataclass(frozen=True, eq=False)
class FittedGuess:
    """A sum of mechanisms.

    Parameters
    ----------
    names : tuple of str
        Fields of axial vectors; without any, the guess is zero rotation.
    coefficients : ndarray of shape (n_steps, 3, n_names)
    """

    names: tuple[str, ...]
    coefficients: FloatArray

    def predict(self, samples: Sequence[VoxelPaths]) -> list[FloatArray]:
        """Return total rotations of each sample, shape (n_voxels, n_steps, 3)."""
        n = len(self.coefficients)
        return [
            np.einsum("vtin,tin->vti", _sources(sample, self.names, n), self.coefficients)
            for sample in samples
        ]


def fit_guess(samples: Sequence[VoxelPaths], names: Sequence[str]) -> FittedGuess:
    """Fit coefficients by least squares.

    Parameters
    ----------
    samples : sequence of VoxelPaths
        Samples with equal strains.
    names : sequence of str
        Fields of axial vectors.
    """
    steps = len(samples[0].strains)
    coefficients = np.zeros((steps, 3, len(names)))
    if names:
        sources = np.concatenate([_sources(sample, names, steps) for sample in samples])
        paths = np.concatenate([sample.paths() for sample in samples])
        for step in range(steps):
            for members in CLASSES:
                A = sources[:, step, members].reshape(-1, len(names))
                y = paths[:, step, members].ravel()
                coefficients[step, members] = np.linalg.lstsq(A, y, rcond=None)[0]
    return FittedGuess(tuple(names), coefficients)


def unfitted(samples: Sequence[VoxelPaths], name: str) -> FittedGuess:
    """Return one mechanism with unit coefficients."""
    return FittedGuess((name,), np.ones((len(samples[0].strains), 3, 1)))


def _sources(sample: VoxelPaths, names: Sequence[str], steps: int) -> FloatArray:
    """Return mechanisms step by step, shape (n_voxels, n_steps, 3, n_names)."""
    columns = np.zeros((sample.n_voxels, steps, 3, len(names)))
    for k, name in enumerate(names):
        kind, values = sample.field(name)
        if kind != "axial":
            raise ValueError(f"field {name!r} is of kind {kind!r}; a mechanism is axial")
        if values.ndim == 2:
            columns[..., k] = values[:, np.newaxis]
        else:
            # A sample with fewer steps is scored on those only, so the padding does not matter.
            last = np.minimum(np.arange(steps), values.shape[1] - 1)
            columns[..., k] = values[:, last]
    return columns
