"""Train networks over pairs out of fold, and run them on systems of other sizes as they are.

Stresses are positive and spread over decades, so their logarithms are learnt. The mean of a stress
is more than the exponential of its mean logarithm; the spread on held samples says by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import equinox as eqx
import jax
import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.learn.network_training import Schedule, fit, predict, take
from mechanist.learn.pair_geometry import PairInputs, pair_inputs
from mechanist.learn.pair_network import LAYERS, PairNetwork, calibrated

#: Samples on which the readout is standardised; a fixed number is compiled once.
CALIBRATION: Final = 256
#: Padding is a multiple of this, so that systems of about one size share compiled code.
PADDING: Final = 4


@dataclass(frozen=True, kw_only=True)
class PairModel:
    """A network over pairs and how it learns.

    Parameters
    ----------
    kind : {"response", "attention"}
    width, channels, depth : int
        As in :class:`mechanist.learn.pair_network.PairNetwork`.
    epochs, batch, learning_rate, weight_decay, patience
        As in :class:`mechanist.learn.network_training.Schedule`.

    Raises
    ------
    ValueError
        If the kind is unknown or the heads of attention do not divide its width.
    """

    kind: str = "response"
    width: int = 16
    channels: int = 6
    depth: int = 1
    epochs: int = 20
    batch: int = 32
    learning_rate: float = 1e-2
    weight_decay: float = 1e-3
    patience: int = 10

    def __post_init__(self) -> None:
        """Refuse what could not be built."""
        if self.kind not in LAYERS:
            raise ValueError(f"kind = {self.kind!r}; expected one of {sorted(LAYERS)}")
        if self.kind == "attention" and self.width % self.channels:
            raise ValueError(
                f"width = {self.width} does not divide into {self.channels} heads (channels)"
            )

    @property
    def schedule(self) -> Schedule:
        """How it learns."""
        return Schedule(
            epochs=self.epochs,
            batch=self.batch,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            patience=self.patience,
        )

    def inputs(
        self, configurations: Sequence[Configuration], *, senses: Sequence[float]
    ) -> PairInputs:
        """Read configurations in double precision; see :func:`pair_inputs`."""
        longest = max(len(configuration) for configuration in configurations)
        size = -(-longest // PADDING) * PADDING
        with_pairs = self.kind == "attention"
        return pair_inputs(configurations, senses, size=size, with_pairs=with_pairs)


@dataclass(frozen=True, eq=False)
class FittedPairModel:
    """A trained network with the scales of its targets.

    Parameters
    ----------
    network : PairNetwork
    mean, spread : ndarray of shape (n_targets,)
        Of the logarithms of the training targets.
    shrinkage : ndarray of shape (n_targets,)
        What of a departure from the mean held samples confirm, from 0 to 1.
    excess : ndarray of shape (n_targets,)
        Half the variance of the logarithm about its prediction.
    batch : int
    """

    network: PairNetwork
    mean: FloatArray
    spread: FloatArray
    shrinkage: FloatArray
    excess: FloatArray
    batch: int

    def logarithms(self, inputs: PairInputs, *, double: bool = False) -> FloatArray:
        """Return predicted logarithms, shape (n, n_targets).

        Parameters
        ----------
        inputs : PairInputs
        double : bool
            Whether to work in double precision, in which symmetries hold to rounding of it.
        """
        kind = np.float64 if double else np.float32

        def cast(values: Any) -> Any:
            return np.asarray(values).astype(kind)

        with jax.enable_x64(double):
            weights, rest = eqx.partition(self.network, eqx.is_inexact_array)
            network = eqx.combine(jax.tree.map(cast, weights), rest)
            scaled = predict(network, jax.tree.map(cast, inputs), batch=self.batch)
        return scaled * self.shrinkage * self.spread + self.mean

    def predict(self, inputs: PairInputs) -> FloatArray:
        """Return predicted targets, shape (n, n_targets)."""
        return np.exp(self.logarithms(inputs) + self.excess)


def fit_pairs(
    model: PairModel, inputs: PairInputs, targets: FloatArray, samples: IntArray, *, seed: int
) -> FittedPairModel:
    """Train one network.

    Parameters
    ----------
    model : PairModel
    inputs : PairInputs
        Of n states.
    targets : ndarray of shape (n, n_targets)
        Positive.
    samples : ndarray of shape (n,), int
        Sample of every state; states of one sample are learnt from or held together.
    seed : int

    Raises
    ------
    ValueError
        If a target is not positive.
    """
    if not (targets > 0).all():
        raise ValueError(
            f"{int((~(targets > 0)).sum())} targets are not positive numbers, the least is"
            f" {np.nanmin(targets):g}; expected stresses above zero (choose larger strains)"
        )
    logs = np.log(targets)
    mean, spread = logs.mean(axis=0), np.maximum(logs.std(axis=0), np.finfo(np.float32).eps)
    single = jax.tree.map(lambda values: np.asarray(values, np.float32), inputs)
    rng = np.random.default_rng(seed)
    network = PairNetwork(
        model.kind,
        targets.shape[1],
        width=model.width,
        channels=model.channels,
        depth=model.depth,
        key=jax.random.key(seed),
    )
    some = rng.integers(len(targets), size=CALIBRATION)
    network = calibrated(network, take(single, some))
    scaled = ((logs - mean) / spread).astype(np.float32)
    network, held = fit(network, single, scaled, schedule=model.schedule, rng=rng, groups=samples)
    one, none = np.ones_like(mean), np.zeros_like(mean)
    fitted = FittedPairModel(network, mean, spread, one, none, model.batch)
    said = fitted.logarithms(take(inputs, held)) - mean
    true = logs[held] - mean
    shrinkage = np.clip((said * true).sum(axis=0) / (said**2).sum(axis=0), 0.0, 1.0)
    excess = 0.5 * (true - shrinkage * said).var(axis=0)
    return replace(fitted, shrinkage=shrinkage, excess=excess)


def cross_fit_pairs(
    model: PairModel,
    inputs: PairInputs,
    targets: FloatArray,
    *,
    samples: IntArray,
    folds: IntArray,
    seed: int,
) -> tuple[FloatArray, list[FittedPairModel]]:
    """Predict every state by a network that saw no state of its sample.

    Parameters
    ----------
    model, inputs, targets, samples
        As in :func:`fit_pairs`.
    folds : ndarray of shape (n,), int
        Fold of every state's sample.
    seed : int

    Returns
    -------
    prediction : ndarray of shape (n, n_targets)
    fitted : list of FittedPairModel
        The network of each fold.
    """
    prediction, fitted = np.full_like(targets, np.nan), []
    for fold in range(int(folds.max()) + 1):
        training, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        one = fit_pairs(
            model, take(inputs, training), targets[training], samples[training], seed=seed + fold
        )
        prediction[test] = one.predict(take(inputs, test))
        fitted.append(one)
    return prediction, fitted
