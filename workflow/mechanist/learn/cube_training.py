"""Train recurrent networks on cubes, and average their predictions over a cube's images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import jax
import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_inputs import CubeLayout, guess_increments
from mechanist.learn.cube_network import Batch, CubeNetwork, turned_at_random
from mechanist.learn.cube_symmetry import load_operations, value_images
from mechanist.learn.network_training import Schedule, fit, predict

N_IMAGES: Final = len(load_operations())
#: Cubes predicted at once.
BATCH: Final = 4096


@dataclass(frozen=True, kw_only=True)
class CubeSchedule:
    """Size of a network on cubes and its training schedule.

    Parameters
    ----------
    cell : {"gru", "lstm"}
    width : int
        Size of the recurrent state.
    epochs, batch, learning_rate, weight_decay, patience
        As in :class:`mechanist.learn.network_training.Schedule`.
    """

    cell: str = "gru"
    width: int = 48
    epochs: int = 20
    batch: int = 256
    learning_rate: float = 5e-3
    weight_decay: float = 1e-3
    patience: int = 5

    @property
    def schedule(self) -> Schedule:
        """Training schedule."""
        return Schedule(
            epochs=self.epochs,
            batch=self.batch,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            patience=self.patience,
        )


@dataclass(frozen=True, eq=False)
class FittedCubeNetwork:
    """A trained network.

    Parameters
    ----------
    network : CubeNetwork
    layout : CubeLayout
    sizes : ndarray of shape (n_steps,)
        Root mean square of the rotation to learn at each step, radians.
    """

    network: CubeNetwork
    layout: CubeLayout
    sizes: FloatArray

    def predict(
        self, samples: Sequence[VoxelPaths], guesses: Sequence[FloatArray], *, images: int
    ) -> list[FloatArray]:
        """Return corrections to guessed rotations, shape (n_voxels, n_steps, 3) each.

        Parameters
        ----------
        samples : sequence of VoxelPaths
        guesses : sequence of ndarray of shape (n_voxels, n_steps, 3)
            Guessed rotations.
        images : int
            How many images of each cube to average over; 16 make the prediction equivariant.

        Raises
        ------
        ValueError
            If ``images`` is out of range.
        """
        if not 1 <= images <= N_IMAGES:
            raise ValueError(f"images = {images}; expected 1 to {N_IMAGES}")
        inputs = _inputs(samples, guesses, self.layout, self.sizes)
        n, steps = len(inputs["image"]), len(self.sizes)
        total = np.zeros((n, steps * 3))
        for image in range(images):
            turned: Batch = {**inputs, "image": np.full(n, image, np.int32)}
            total += predict(self.network, turned, batch=min(BATCH, n))
        values = total.reshape(n, steps, 3) / images * self.sizes[:, np.newaxis]
        stops = np.cumsum([sample.n_voxels for sample in samples])[:-1]
        return np.split(values, stops)


def fit_cubes(
    samples: Sequence[VoxelPaths],
    guesses: Sequence[FloatArray],
    *,
    layout: CubeLayout,
    schedule: CubeSchedule,
    seed: int,
) -> FittedCubeNetwork:
    """Train a network on the errors of the guesses, at every voxel of the given samples.

    Parameters
    ----------
    samples, guesses
        As in :meth:`FittedCubeNetwork.predict`.
    layout : CubeLayout
    schedule : CubeSchedule
    seed : int
    """
    lacking = np.concatenate(
        [sample.paths() - guess for sample, guess in zip(samples, guesses, strict=True)]
    )
    sizes = np.sqrt((lacking**2).mean(axis=(0, 2)))
    if not (sizes > 0).all():
        raise ValueError(f"rotations to learn have sizes {sizes}; expected positive sizes")
    network = CubeNetwork(
        schedule.cell,
        images=layout.images,
        turns=value_images("axial", 3),
        width=schedule.width,
        key=jax.random.key(seed),
    )

    def augment(inputs: Batch, rng: np.random.Generator) -> Batch:
        return turned_at_random(inputs, rng, N_IMAGES)

    groups = np.repeat(np.arange(len(samples)), [sample.n_voxels for sample in samples])
    network, _ = fit(
        network,
        _inputs(samples, guesses, layout, sizes),
        (lacking / sizes[:, np.newaxis]).reshape(len(lacking), -1).astype(np.float32),
        schedule=schedule.schedule,
        rng=np.random.default_rng(seed),
        groups=groups,
        augment=augment,
    )
    return FittedCubeNetwork(network, layout, sizes)


def _inputs(
    samples: Sequence[VoxelPaths],
    guesses: Sequence[FloatArray],
    layout: CubeLayout,
    sizes: FloatArray,
) -> Batch:
    """Return rows, increments of guesses in units of the last size, images and weights of steps."""
    cubes = np.concatenate([layout.rows(sample) for sample in samples])
    steps = guess_increments(np.concatenate(list(guesses)), sizes)
    image = np.zeros(len(cubes), np.int32)
    weights = np.broadcast_to((sizes[-1] / sizes).astype(np.float32), (len(cubes), len(sizes)))
    return {"cube": cubes, "guess": steps, "image": image, "weights": weights}
