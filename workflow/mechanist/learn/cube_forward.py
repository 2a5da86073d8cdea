"""Recurrent networks on cubes as plain arrays, evaluated without any library of networks.

The arrays are those of a trained :class:`mechanist.learn.cube_network.CubeNetwork` with a GRU cell
(Cho et al. 2014, arXiv:1406.1078), so that a network can be kept as numbers and used where no
training library is installed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_inputs import CubeLayout, guess_increments
from mechanist.learn.cube_symmetry import Images, load_operations, value_images

Single = NDArray[np.float32]
#: Numbers that the cell reads at each step: the rotation so far, and the guessed increment.
INPUTS: Final = 6
#: Cubes evaluated at once, which bounds the memory.
BATCH: Final = 4096


def network_shapes(row: int, width: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all arrays of a network.

    Parameters
    ----------
    row : int
        Length of a cube's row.
    width : int
        Size of the recurrent state.
    """
    return {
        "encoder_in": (width, row),
        "encoder_in_bias": (width,),
        "encoder_out": (width, width),
        "encoder_out_bias": (width,),
        "cell_input": (3 * width, INPUTS),
        "cell_state": (3 * width, width),
        "cell_bias": (3 * width,),
        "cell_new_bias": (width,),
        "readout": (3, width),
        "readout_bias": (3,),
        "direct": (3, 3),
    }


@dataclass(frozen=True, eq=False)
class CubeArrays:
    """A trained network as plain arrays.

    Parameters
    ----------
    arrays : dict of str to ndarray
        See :func:`network_shapes`.
    layout : CubeLayout
    sizes : ndarray of shape (n_steps,)
        Root mean square of the rotation that was learnt at each step, radians.
    """

    arrays: Mapping[str, Single]
    layout: CubeLayout
    sizes: FloatArray

    def predict(
        self, samples: Sequence[VoxelPaths], guesses: Sequence[FloatArray], *, images: int
    ) -> list[FloatArray]:
        """Return corrections to guessed rotations, shape (n_voxels, n_steps, 3) each.

        Parameters
        ----------
        samples, guesses, images
            As in :meth:`mechanist.learn.cube_training.FittedCubeNetwork.predict`.

        Raises
        ------
        ValueError
            If ``images`` is out of range.
        """
        if not 1 <= images <= len(load_operations()):
            raise ValueError(f"images = {images}; expected 1 to {len(load_operations())}")
        turns = value_images("axial", 3)
        found = []
        for sample, guess in zip(samples, guesses, strict=True):
            rows = self.layout.rows(sample)
            steps = guess_increments(guess, self.sizes)
            total = np.zeros(guess.shape)
            for first in range(0, len(rows), BATCH):
                part = slice(first, first + BATCH)
                for image in range(images):
                    total[part] += self._image(rows[part], steps[part], image, turns)
            found.append(total / images)
        return found

    def _image(self, rows: Single, steps: Single, image: int, turns: Images) -> FloatArray:
        """Return rotations in radians by one image of each cube."""
        turned = steps[..., turns.source[image]] * turns.sign[image]
        path = self._paths(self.layout.images.apply(rows, image), turned.astype(np.float32))
        back = turns.inverse()
        return np.asarray(path[..., back.source[image]] * back.sign[image] * self.sizes[-1], float)

    def _paths(self, rows: Single, steps: Single) -> Single:
        """Return total rotations at all steps in units of the last size, shape (n, n_steps, 3)."""
        w = self.arrays
        width = len(w["cell_new_bias"])
        hidden = _gelu(rows @ w["encoder_in"].T + w["encoder_in_bias"])
        state: Single = hidden @ w["encoder_out"].T + w["encoder_out_bias"]
        count = steps.shape[1]
        turned = np.zeros((len(rows), 3), np.float32)
        path = np.empty((len(rows), count, 3), np.float32)
        for k in range(count):
            seen = np.concatenate([turned, steps[:, k]], axis=1) @ w["cell_input"].T
            seen += w["cell_bias"]
            kept = state @ w["cell_state"].T
            gates = _sigmoid(seen[:, : 2 * width] + kept[:, : 2 * width])
            reset, stay = gates[:, :width], gates[:, width:]
            new: Single = np.tanh(
                seen[:, 2 * width :] + reset * (kept[:, 2 * width :] + w["cell_new_bias"])
            ).astype(np.float32)
            state = new + stay * (state - new)
            change = state @ w["readout"].T + w["readout_bias"] + steps[:, k] @ w["direct"].T
            turned = turned + (change / np.float32(count)).astype(np.float32)
            path[:, k] = turned
        return path


def _gelu(x: Single) -> Single:
    """Return the tanh form of the Gaussian error linear unit (arXiv:1606.08415)."""
    root = np.float32(np.sqrt(2 / np.pi))
    return np.asarray(0.5 * x * (1 + np.tanh(root * (x + np.float32(0.044715) * x**3))), np.float32)


def _sigmoid(x: Single | FloatArray) -> Single:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)
