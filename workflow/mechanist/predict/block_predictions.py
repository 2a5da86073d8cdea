"""What a kept model predicts for many particles, in memory for one block of them.

A linear model of columns and of their averages over neighbours needs no averages of columns: it sums
the columns with its slopes first, and averages the few sums. That is what the fitted model says of
averaged features, without rounding them to single precision as tables of features do, which moves
predictions by some 1e-7 of their size.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.core.memory import check_room
from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Descriptor
from mechanist.describe.shared.columns import Averaged, averaged_names, averaging_radii
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbour_averages import averaging_weights, neighbour_averages
from mechanist.mechanics.neighbours import kept_neighbours
from mechanist.mechanics.spatial_blocks import Block, blocks_of
from mechanist.predict.kept_model import KeptDescriptor, KeptModel

#: Particles of a block. What surrounds a block of another size costs more time, or the block memory.
PARTICLES: Final = {2: 20_000, 3: 60_000}


def predicted_values(
    model: KeptModel,
    configuration: Configuration,
    tensors: Sequence[FloatArray | None],
    *,
    particles: int | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Predict every particle under some loads.

    Parameters
    ----------
    model : KeptModel
    configuration : Configuration
        In the unit of length and with the species of the model.
    tensors : sequence of ndarray of shape (3, 3), or None
        Loads; None for a model that reads none.
    particles : int, optional
        Particles of a block; by default :data:`PARTICLES`.

    Returns
    -------
    values : ndarray of shape (n_loads, n, n_strains)
    means : ndarray of shape (n_loads, n_features)
        Mean features of the configuration.

    Raises
    ------
    ValueError
        If a descriptor returns other features than when the model was fitted, or the predictions do
        not fit into memory.
    """
    n, dimension = len(configuration), configuration.dimension
    check_room(
        8 * n * len(tensors) * len(model.strains),
        f"predictions of {n} particles under {len(tensors)} loads",
        "Ask for fewer loads, or predict a part of the sample",
    )
    size = PARTICLES[dimension] if particles is None else particles
    descriptors = [one.load() for one in model.descriptors]
    averaged = [one for one in descriptors if isinstance(one, Averaged)]
    radii = [r for one in averaged for r in averaging_radii(one.averaging, dimension)]
    cutoff = max([one.reach() for one in averaged], default=0.0)
    # A descriptor of any other kind may read the whole sample.
    local = len(averaged) == len(descriptors) and np.isfinite(cutoff)
    reach = cutoff + max(radii, default=0.0)
    everyone = np.arange(len(configuration))
    blocks = (
        blocks_of(configuration, reach, size)
        if local
        else [Block(configuration, everyone, everyone)]
    )
    values = np.empty((len(tensors), len(configuration), len(model.strains)))
    sums = np.zeros((len(tensors), len(model.slopes)))
    longest = max([cutoff, *radii]) if local else None
    for block in blocks:
        with kept_neighbours(block.configuration, longest=longest):
            if model.trees is not None:
                values[:, block.particles], part = _by_trees(model, block, descriptors, tensors)
                sums += part
                continue
            found = _Sums(model, block, len(tensors))
            for one, describe in zip(model.descriptors, descriptors, strict=True):
                found.add(one, describe, tensors)
            values[:, block.particles] = model.constant + found.predictions()
        sums += found.features
    return values, sums / len(configuration)


def _by_trees(
    model: KeptModel,
    block: Block,
    descriptors: Sequence[Descriptor],
    tensors: Sequence[FloatArray | None],
) -> tuple[FloatArray, FloatArray]:
    """Return predictions of a model that needs all features, and the sums of these over a block."""
    values, sums, blind = [], [], dict[int, FloatArray]()
    for tensor in tensors:
        parts = []
        for k, (one, describe) in enumerate(zip(model.descriptors, descriptors, strict=True)):
            if k not in blind:
                load = tensor if describe.card.load_aware else None
                found = describe(block.configuration, load=load)
                _check(one, found.names)
                part = np.asarray(found.values, np.float32)[block.places].astype(np.float64)
                if describe.card.load_aware:
                    parts.append(part)
                    continue
                blind[k] = part
            parts.append(blind[k])
        X = np.hstack(parts)
        values.append(model.of_features(X))
        sums.append(X.sum(axis=0))
    return np.array(values), np.array(sums)


class _Sums:
    """Sums over the descriptors of a model, of the particles of one block.

    Parameters
    ----------
    model : KeptModel
    block : Block
    n_loads : int
    """

    def __init__(self, model: KeptModel, block: Block, n_loads: int) -> None:
        self.slopes = model.slopes
        self.block = block
        self.features = np.zeros((n_loads, len(model.slopes)))
        n, n_strains = len(block.configuration), len(model.strains)
        self._direct = np.zeros((len(block.places), n_loads, n_strains))
        self._shape = (n, n_loads, n_strains)
        self._averaged: dict[float, FloatArray] = {}
        self._weights: dict[float, FloatArray] = {}
        self._read = 0  # features of the descriptors so far

    def add(
        self, one: KeptDescriptor, describe: Descriptor, tensors: Sequence[FloatArray | None]
    ) -> None:
        """Add what one descriptor contributes under every load."""
        start, self._read = self._read, self._read + len(one.features)
        loads: Sequence[int | slice] = (
            range(len(tensors)) if describe.card.load_aware else [slice(None)]
        )
        for k, load in enumerate(loads):
            tensor = tensors[k] if describe.card.load_aware else None
            if isinstance(describe, Averaged):
                self._add_columns(one, describe, tensor, load, start)
            else:
                self._add_features(one, describe, tensor, load, start)

    def predictions(self) -> FloatArray:
        """Return the sums, shape (n_loads, n_own, n_strains)."""
        total = self._direct
        for radius, values in self._averaged.items():
            flat = values.reshape(len(values), -1)
            mean = neighbour_averages(self.block.configuration, radius, flat)
            total = total + mean[self.block.places].reshape(total.shape)
        return np.moveaxis(total, 1, 0)

    def _add_columns(
        self,
        one: KeptDescriptor,
        describe: Averaged,
        tensor: FloatArray | None,
        load: int | slice,
        start: int,
    ) -> None:
        configuration, places = self.block.configuration, self.block.places
        radii = averaging_radii(describe.averaging, configuration.dimension)
        columns = describe.columns(configuration, load=tensor)
        _check(one, averaged_names(columns.names, radii))
        values, width = columns.values, columns.values.shape[1]
        slopes = self.slopes[start : start + len(one.features)].reshape(1 + len(radii), width, -1)
        summed = values @ np.hstack(list(slopes))  # of all radii in one product
        parts = np.split(summed, 1 + len(radii), axis=1)
        self._direct[:, load] += _of_loads(parts[0][places], load)
        self.features[load, start : start + width] = values[places].sum(axis=0)
        for k, radius in enumerate(radii, start=1):
            if radius not in self._averaged:
                self._averaged[radius] = np.zeros(self._shape)
                self._weights[radius] = averaging_weights(configuration, radius, places)
            self._averaged[radius][:, load] += _of_loads(parts[k], load)
            means = slice(start + k * width, start + (k + 1) * width)
            self.features[load, means] = self._weights[radius] @ values

    def _add_features(
        self,
        one: KeptDescriptor,
        describe: Descriptor,
        tensor: FloatArray | None,
        load: int | slice,
        start: int,
    ) -> None:
        found = describe(self.block.configuration, load=tensor)
        _check(one, found.names)
        rows = slice(start, start + len(one.features))
        # Models are fitted to features in single precision.
        features = np.asarray(found.values, np.float32).astype(np.float64)
        places: IntArray = self.block.places
        self._direct[:, load] += _of_loads((features @ self.slopes[rows])[places], load)
        self.features[load, rows] = features[places].sum(axis=0)


def _of_loads(values: FloatArray, load: int | slice) -> FloatArray:
    """Give values of shape (n, n_strains) an axis of loads if they belong to all of them."""
    return values if isinstance(load, int) else values[:, None]


def _check(one: KeptDescriptor, names: Sequence[str]) -> None:
    if tuple(names) != one.features:
        odd = sorted(set(names) ^ set(one.features))[:4]
        raise ValueError(
            f"descriptor {one.kind!r} returns {len(names)} features where the model was fitted"
            f" to {len(one.features)}; the first that differ are {odd}. The library has changed"
            " since the model was made: make it anew"
        )
