"""A fitted model of the lattice rotation of each voxel; see :mod:`mechanist.learn.cube_models`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_guess import FittedGuess

#: Symmetry operations of the load: the mean over all images is exactly equivariant.
ALL_IMAGES: Final = 16


class Learnt(Protocol):
    """A fitted estimator of what guessed rotations lack."""

    def predict(
        self, samples: Sequence[VoxelPaths], guesses: Sequence[FloatArray], *, images: int
    ) -> list[FloatArray]:
        """Return corrections to guessed rotations, shape (n_voxels, n_steps, 3) each."""
        ...


@dataclass(frozen=True, eq=False)
class FittedCubeModel:
    """A fitted model.

    Parameters
    ----------
    guess : FittedGuess
    strains : ndarray of shape (n_steps,)
        Strains at which rotations are predicted.
    learnt : Learnt, optional
        Estimator of what the guess lacks.
    """

    guess: FittedGuess
    strains: FloatArray
    learnt: Learnt | None = None

    def predict(
        self, samples: Sequence[VoxelPaths], *, images: int = ALL_IMAGES
    ) -> list[FloatArray]:
        """Return total rotation vectors, shape (n_voxels, n_steps of the sample, 3).

        Parameters
        ----------
        samples : sequence of VoxelPaths
            Samples on any grid, with the training strains or the first of them.
        images : int
            Number of images of each cube over which networks and trees average.

        Raises
        ------
        ValueError
            If a sample has other strains.
        """
        for sample in samples:
            steps = len(sample.strains)
            if steps > len(self.strains) or not np.allclose(sample.strains, self.strains[:steps]):
                raise ValueError(
                    f"{sample.name}: strains {sample.strains}; expected the training strains"
                    f" {self.strains}, or the first of them"
                )
        paths = self.guess.predict(samples)
        if self.learnt is not None:
            more = self.learnt.predict(samples, paths, images=images)
            paths = [path + change for path, change in zip(paths, more, strict=True)]
        ends = [len(sample.strains) for sample in samples]
        return [path[:, :end] for path, end in zip(paths, ends, strict=True)]
