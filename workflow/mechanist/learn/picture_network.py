"""A small convolutional network that reads the picture of a glass and predicts the motion of its particles.

It makes a map of the whole picture, a quarter as fine, whose value at the place of a particle is the
prediction. Pictures show one period of the cell, so that the network wraps around their edges.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.learn.network_training import FEWEST_HELD, Schedule, fit, predict, take
from mechanist.learn.state_estimator import StateInputs

Single = NDArray[np.float32]
#: Pictures of shape (n, side, side), and places in units of the side, shape (n, particles, 2).
Photographs = tuple[Single, Single]
#: Pixels of the picture along a side of a cell of the map.
COARSER: Final = 4
#: Pictures in a pass, at least.
FEWEST: Final = 3 * FEWEST_HELD
#: Sides of the kernels of the layers, and their strides.
_LAYERS: Final = ((5, 2), (3, 2), (3, 1), (3, 1))


class PictureNetwork(eqx.Module):
    """Convolutions with ReLU, and a linear map of their channels.

    Parameters
    ----------
    key : jax.Array
        Draws the weights.
    width : int
        Number of channels.
    """

    layers: list[eqx.nn.Conv2d]
    head: eqx.nn.Conv2d

    def __init__(self, key: jax.Array, width: int) -> None:
        keys = jax.random.split(key, len(_LAYERS) + 1)
        self.layers = [
            eqx.nn.Conv2d(width if k else 1, width, size, stride=stride, key=keys[k])
            for k, (size, stride) in enumerate(_LAYERS)
        ]
        self.head = eqx.nn.Conv2d(width, 1, 1, key=keys[-1])

    def field(self, picture: jax.Array) -> jax.Array:
        """Return the map of a picture, shape (side / 4, side / 4), rows along y."""
        values = picture[None]
        for layer in self.layers:
            edge = layer.kernel_size[0] // 2
            values = jnp.pad(values, ((0, 0), (edge, edge), (edge, edge)), mode="wrap")
            values = jax.nn.relu(layer(values))
        return self.head(values)[0]

    def __call__(self, inputs: tuple[jax.Array, jax.Array]) -> jax.Array:
        """Return the value of the map at every place, shape (particles,)."""
        picture, places = inputs
        return at_places(self.field(picture), places)


def at_places(field: jax.Array, places: jax.Array) -> jax.Array:
    """Return the values of a periodic map at places, interpolated linearly, shape (n,).

    Parameters
    ----------
    field : array of shape (rows, columns)
        Rows along y; values belong to the centres of cells.
    places : array of shape (n, 2)
        x and y in units of the side.
    """
    high, wide = field.shape
    x, y = places[:, 0] * wide - 0.5, places[:, 1] * high - 0.5
    left, top = jnp.floor(x).astype(int), jnp.floor(y).astype(int)
    across, down = x - left, y - top
    value = jnp.zeros(len(places))
    for i, part_y in ((0, 1 - down), (1, down)):
        for j, part_x in ((0, 1 - across), (1, across)):
            value += part_y * part_x * field[(top + i) % high, (left + j) % wide]
    return value


def like_loaded(inputs: Photographs, rng: np.random.Generator) -> Photographs:
    """Return a batch after an operation that leaves a shear along x alone, to which targets belong.

    These are half a turn, and a mirror in the diagonal: it exchanges x and y, which turns the shear along x
    into one along y, of the same strain.
    """
    pictures, places = inputs
    turn, mirror = rng.integers(2, size=2)
    if turn:
        pictures, places = pictures[:, ::-1, ::-1], 1 - places
    if mirror:
        pictures, places = pictures.transpose(0, 2, 1), places[:, :, ::-1]
    return np.ascontiguousarray(pictures), np.ascontiguousarray(places)


@dataclass(frozen=True, kw_only=True)
class PictureModel:
    """The network and its training.

    Parameters
    ----------
    width : int
        Channels of each layer.
    epochs, batch : int
    learning_rate : float
    """

    width: int = 16
    epochs: int = 30
    batch: int = 4
    learning_rate: float = 3e-3

    def untrained(self, seed: int) -> PictureNetwork:
        """Return a network with the weights that training starts from."""
        return PictureNetwork(jax.random.PRNGKey(seed), self.width)

    def read(
        self,
        files: Sequence[Path],
        targets: Path,
        names: Sequence[str],
        *,
        samples: Collection[str] | None = None,
    ) -> StateInputs[Photographs]:
        """Refuse: pictures are rendered, not read from samples."""
        raise ValueError(
            f"{targets}: pictures are given as arrays; files {files}, {names}, {samples}"
        )

    def cross_fit(
        self,
        inputs: Photographs,
        targets: FloatArray,
        *,
        samples: IntArray,
        folds: IntArray,
        train: BoolArray,
        seed: int,
    ) -> "tuple[FloatArray, list[FittedPictures]]":
        """Predict every picture by a network that was trained on no picture of its glass."""
        schedule = Schedule(epochs=self.epochs, batch=self.batch, learning_rate=self.learning_rate,
                            patience=self.epochs)  # fmt: skip
        prediction, fitted = np.full_like(targets, np.nan), []
        for fold in np.unique(folds[folds >= 0]).tolist():
            learnt = np.flatnonzero(train & (folds != fold))
            spread = float(targets[learnt].std())
            # Few pictures count several times in a pass, since some glasses are held back.
            learnt = np.tile(learnt, max(1, -(-FEWEST // len(learnt))))
            rng = np.random.default_rng(np.random.SeedSequence([seed, fold]))
            network, _ = fit(
                self.untrained(seed + fold), take(inputs, learnt),
                (targets[learnt] / spread).astype(np.float32), schedule=schedule, rng=rng,
                groups=samples[learnt], augment=like_loaded,
            )  # fmt: skip
            one = FittedPictures(network, spread)
            test = np.flatnonzero(folds == fold)
            prediction[test] = one.predict(take(inputs, test))
            fitted.append(one)
        return prediction, fitted


@dataclass(frozen=True, eq=False)
class FittedPictures:
    """A trained network with the spread of its targets, whose mean over a picture is zero."""

    network: PictureNetwork
    spread: float

    def predict(self, inputs: Photographs) -> FloatArray:
        """Return predicted targets, shape (n, particles)."""
        return np.asarray(predict(self.network, inputs, batch=4) * self.spread)
