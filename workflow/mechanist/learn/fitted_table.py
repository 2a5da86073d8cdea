"""A fitted estimator of rotation paths from the rows of cubes; see :mod:`mechanist.learn.cube_tables`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_inputs import CubeLayout
from mechanist.learn.cube_symmetry import Images, joined, value_images


class Trees(Protocol):
    """What is used of a regressor of boosted trees."""

    def predict(self, rows: NDArray[np.float32]) -> object:
        """Return the prediction for each row."""
        ...


@dataclass(frozen=True, eq=False)
class FittedTable:
    """An estimator of rotation paths from a cube's row.

    Parameters
    ----------
    layout : CubeLayout
    weights : ndarray of shape (width, n_steps * 3), optional
        Coefficients of ridge regression.
    trees : optional
        XGBoost regressor of the coefficients of ``shapes``.
    shapes : ndarray of shape (n_shapes, n_steps), optional
        Paths over strain whose linear combination is the prediction of the trees.
    """

    layout: CubeLayout
    weights: FloatArray | None = None
    trees: Trees | None = None
    shapes: FloatArray | None = None

    def predict(
        self, samples: Sequence[VoxelPaths], guesses: Sequence[FloatArray], *, images: int
    ) -> list[FloatArray]:
        """Return total rotations of each sample, shape (n_voxels, n_steps, 3); they need no guess."""
        del guesses
        return [self._paths(self.layout.rows(sample), images) for sample in samples]

    def _paths(self, rows: NDArray[np.float32], images: int) -> FloatArray:
        if self.weights is not None:
            return (rows @ self.weights).reshape(len(rows), -1, 3)
        assert self.trees is not None
        assert self.shapes is not None
        back = axial_turns(len(self.shapes)).inverse()
        total = np.zeros((len(rows), 3 * len(self.shapes)))
        for image in range(images):
            said = np.asarray(self.trees.predict(self.layout.images.apply(rows, image)))
            total += back.apply(said.astype(np.float32), image)
        scores = total.reshape(len(rows), -1, 3) / images
        return np.einsum("vki,kt->vti", scores, self.shapes)


def axial_turns(vectors: int) -> Images:
    """Return the action of the operations on several concatenated axial vectors."""
    return joined([value_images("axial", 3)] * vectors)
