"""Neural networks on tables: a multilayer perceptron, and a convolution along a periodic line.

Both learn all targets together and follow scikit-learn's ``fit`` and ``predict``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.learn.models import Calibration, CrossFit, Problem
from mechanist.learn.network_training import Schedule, fit, predict

#: Maps the numbers of inputs and outputs and a random key to a network on rows of a table.
Build: TypeAlias = Callable[[int, int, jax.Array], Callable[[jax.Array], jax.Array]]
Floats: TypeAlias = NDArray[np.floating]
#: Standard deviation below which a column counts as constant and is only shifted.
CONSTANT: Final = 1e-12


class Perceptron(eqx.Module):
    """A multilayer perceptron with a parallel linear path.

    The linear path makes linear regression a special case.
    """

    deep: eqx.nn.MLP
    linear: eqx.nn.Linear

    def __init__(
        self, inputs: int, outputs: int, *, width: int, depth: int, key: jax.Array
    ) -> None:
        first, second = jax.random.split(key)
        self.deep = eqx.nn.MLP(inputs, outputs, width, depth, jax.nn.gelu, key=first)
        self.linear = eqx.nn.Linear(inputs, outputs, key=second)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Map features of shape (inputs,) to targets of shape (outputs,)."""
        return self.deep(x) + self.linear(x)


class CircularConvolution(eqx.Module):
    """A convolution along a periodic line: equivariant under every shift by a cell."""

    weight: jax.Array
    bias: jax.Array
    reach: int = eqx.field(static=True)

    def __init__(self, inputs: int, outputs: int, *, reach: int, key: jax.Array) -> None:
        taps = 2 * reach + 1
        scale = np.sqrt(2 / (taps * inputs))
        self.weight = scale * jax.random.normal(key, (taps * inputs, outputs))
        self.bias = jnp.zeros(outputs)
        self.reach = reach

    def __call__(self, x: jax.Array) -> jax.Array:
        """Map shape (cells, inputs) to (cells, outputs)."""
        shifts = range(-self.reach, self.reach + 1)
        # On a CPU, one matrix product is several times faster than the general convolution.
        unfolded = jnp.concatenate([jnp.roll(x, shift, axis=0) for shift in shifts], axis=1)
        return unfolded @ self.weight + self.bias


class LineNetwork(eqx.Module):
    """Convolutions with pooling, then mean and deviation along the line, then a perceptron."""

    layers: list[CircularConvolution]
    head: Perceptron
    channels: int = eqx.field(static=True)
    pool: int = eqx.field(static=True)

    def __init__(
        self,
        channels: int,
        outputs: int,
        *,
        filters: Sequence[int],
        reach: int,
        pool: int,
        width: int,
        key: jax.Array,
    ) -> None:
        keys = jax.random.split(key, len(filters) + 1)
        sizes = [channels, *filters]
        self.layers = [
            CircularConvolution(a, b, reach=reach, key=k)
            for a, b, k in zip(sizes[:-1], sizes[1:], keys[:-1], strict=True)
        ]
        self.head = Perceptron(2 * sizes[-1], outputs, width=width, depth=1, key=keys[-1])
        self.channels, self.pool = channels, pool

    def __call__(self, x: jax.Array) -> jax.Array:
        """Map concatenated channels, shape (channels * cells,), to targets."""
        line = x.reshape(self.channels, -1).T
        for k, layer in enumerate(self.layers):
            line = jax.nn.gelu(layer(line))
            if k + 1 < len(self.layers):
                line = line.reshape(-1, self.pool, line.shape[1]).mean(axis=1)
        mean = line.mean(axis=0)
        spread = jnp.sqrt(((line - mean) ** 2).mean(axis=0) + 1e-6)
        return self.head(jnp.concatenate([mean, spread]))


@dataclass
class NetworkRegressor:
    """A network with standardised inputs and targets, in scikit-learn's interface.

    Parameters
    ----------
    build : callable
        Maps the numbers of inputs and outputs and a JAX random key to a network.
    schedule : Schedule
    seed : int
        Seed of weights, held-out samples and batches.
    channels : int
        Number of equal parts of the columns; each part is standardised as a whole, which keeps its
        shape along a line. 0 standardises every column separately.
    shift : bool
        Whether to train on random periodic shifts of the channels, drawn anew for every batch.
    """

    build: Build
    schedule: Schedule
    seed: int = 0
    channels: int = 0
    shift: bool = False
    _fitted: "_FittedNetwork | None" = field(default=None, init=False, repr=False)

    def fit(self, X: Floats, Y: Floats) -> "NetworkRegressor":
        """Fit all targets together; X of shape (n, n_features), Y of shape (n, n_targets) or (n,).

        Raises
        ------
        ValueError
            If the columns do not divide into the channels.
        """
        columns = np.asarray(Y, dtype=float).reshape(len(Y), -1)
        if self.channels and X.shape[1] % self.channels:
            raise ValueError(
                f"{X.shape[1]} features do not divide into {self.channels} channels of equal length"
            )
        inward = _Scale.of(X, self.channels)
        outward = _Scale.of(columns, 0)
        network = self.build(X.shape[1], columns.shape[1], jax.random.key(self.seed))
        network, _ = fit(
            network,
            inward.apply(X),
            outward.apply(columns),
            schedule=self.schedule,
            rng=np.random.default_rng(self.seed),
            augment=self._shifted if self.shift else None,
        )
        self._fitted = _FittedNetwork(network, inward, outward, np.ndim(Y) == 1)
        return self

    def predict(self, X: Floats) -> FloatArray:
        """Return predictions in the shape of the targets that were fitted.

        Raises
        ------
        ValueError
            If the network was not fitted.
        """
        known = self._fitted
        if known is None:
            raise ValueError("the network has no weights yet; call fit first")
        scaled = predict(known.network, known.inward.apply(X), batch=4 * self.schedule.batch)
        values = known.outward.undo(scaled)
        return values[:, 0] if known.flat else values

    def _shifted(self, x: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """Shift all channels of a sample by the same random number of cells."""
        lines = x.reshape(len(x), self.channels, -1)
        cells = lines.shape[2]
        places = (np.arange(cells) + rng.integers(cells, size=(len(x), 1))) % cells
        return np.take_along_axis(lines, places[:, np.newaxis], axis=2).reshape(x.shape)


@dataclass(frozen=True, eq=False)
class _Scale:
    """Means and standard deviations of columns."""

    mean: FloatArray
    spread: FloatArray

    @classmethod
    def of(cls, values: Floats, channels: int) -> "_Scale":
        """Return the scale of values of shape (n, k), by column or by channel."""
        if not channels:
            mean, spread = values.mean(axis=0, dtype=float), values.std(axis=0, dtype=float)
        else:
            parts = values.reshape(len(values), channels, -1)
            each = parts.shape[2]
            mean = np.repeat(parts.mean(axis=(0, 2), dtype=float), each)
            spread = np.repeat(parts.std(axis=(0, 2), dtype=float), each)
        return cls(mean, np.where(spread > CONSTANT, spread, 1.0))

    def apply(self, values: Floats) -> NDArray[np.float32]:
        return ((values - self.mean) / self.spread).astype(np.float32)

    def undo(self, values: FloatArray) -> FloatArray:
        return values * self.spread + self.mean


@dataclass(frozen=True, eq=False)
class _FittedNetwork:
    """A trained network, the scales of its inputs and targets, and whether targets were flat."""

    network: Callable[[jax.Array], jax.Array]
    inward: _Scale
    outward: _Scale
    flat: bool


@dataclass(frozen=True)
class JointlyFitted:
    """A regressor of all targets together, fitted anew for every fold.

    Parameters
    ----------
    make : callable
        Maps the number of descriptors and a seed to an unfitted network.
    """

    make: Callable[[int, int], NetworkRegressor]

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Fit every fold."""
        prediction, calibration = np.full_like(problem.Y, np.nan), []
        for fold, training, test in problem.outer():
            seed = int(problem.random(fold).integers(2**31))
            estimator = self.make(len(problem.blocks), seed)
            estimator.fit(problem.X[training], problem.Y[training])
            prediction[test] = estimator.predict(problem.X[test])
            said = np.asarray(estimator.predict(problem.X[training]))
            calibration.append(Calibration(training, said))
        return CrossFit(prediction, calibration)


def perceptron(*, width: int, depth: int, schedule: Schedule) -> JointlyFitted:
    """Return a multilayer perceptron on all columns; parameters as in :class:`Perceptron`."""

    def build(inputs: int, outputs: int, key: jax.Array) -> Perceptron:
        return Perceptron(inputs, outputs, width=width, depth=depth, key=key)

    return JointlyFitted(lambda _, seed: NetworkRegressor(build, schedule, seed))


def line_network(
    *, filters: Sequence[int], reach: int, pool: int, width: int, shift: bool, schedule: Schedule
) -> JointlyFitted:
    """Return a :class:`LineNetwork` model, with one channel per descriptor."""

    def make(channels: int, seed: int) -> NetworkRegressor:
        def build(_: int, outputs: int, key: jax.Array) -> LineNetwork:
            return LineNetwork(
                channels, outputs, filters=filters, reach=reach, pool=pool, width=width, key=key
            )

        return NetworkRegressor(build, schedule, seed, channels=channels, shift=shift)

    return JointlyFitted(make)
