"""Cross-validate networks over pairs, and apply them unchanged to systems of other sizes.

Stresses are positive and span decades, so their logarithms are learnt. The mean of a stress exceeds
the exponential of its mean logarithm; the variance on held-out samples gives the correction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import equinox as eqx
import jax
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.learn.network_training import Schedule, fit, predict, take
from mechanist.learn.pair_geometry import PairArrays, pair_inputs
from mechanist.learn.pair_layers import LAYERS, PairNetwork, calibrated
from mechanist.learn.pair_states import read_states
from mechanist.learn.state_estimator import StateInputs

#: Number of samples for standardising the readout; fixed, so that it is compiled once.
CALIBRATION: Final = 256
#: Padded sizes are multiples of this, so that systems of similar size share compiled code.
PADDING: Final = 4


@dataclass(frozen=True, kw_only=True)
class PairModel:
    """A network over pairs and its training schedule.

    Parameters
    ----------
    kind : {"response", "attention"}
    width, channels, depth : int
        As in :class:`mechanist.learn.pair_layers.PairNetwork`.
    epochs, batch, learning_rate, weight_decay, patience
        As in :class:`mechanist.learn.network_training.Schedule`.

    Raises
    ------
    ValueError
        If the kind is unknown or the number of attention heads does not divide the width.
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
        """Validate the kind and the number of heads."""
        if self.kind not in LAYERS:
            raise ValueError(f"kind = {self.kind!r}; expected one of {sorted(LAYERS)}")
        if self.kind == "attention" and self.width % self.channels:
            raise ValueError(
                f"width = {self.width} is not a multiple of the {self.channels} heads (channels)"
            )

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

    def inputs(
        self, configurations: Sequence[Configuration], *, senses: Sequence[float]
    ) -> PairArrays:
        """Read configurations in double precision; see :func:`pair_inputs`."""
        longest = max(len(configuration) for configuration in configurations)
        size = -(-longest // PADDING) * PADDING
        with_pairs = self.kind == "attention"
        return pair_inputs(configurations, senses, size=size, with_pairs=with_pairs)

    def read(
        self,
        files: Sequence[Path],
        targets: Path,
        names: Sequence[str],
        *,
        samples: Collection[str] | None = None,
    ) -> StateInputs[PairArrays]:
        """Read relaxed dislocations; see :func:`mechanist.learn.pair_states.read_states`."""
        states = read_states(files, targets, names, samples=samples)
        inputs = self.inputs(states.configurations, senses=states.senses)
        return StateInputs(states.keys, states.truth, inputs)

    def cross_fit(
        self,
        inputs: PairArrays,
        targets: FloatArray,
        *,
        samples: IntArray,
        folds: IntArray,
        train: BoolArray,
        seed: int,
    ) -> "tuple[FloatArray, list[FittedPairModel]]":
        """Predict every state by a network trained on no state of its sample.

        Parameters
        ----------
        inputs, targets, samples
            As in :func:`fit_pairs`.
        folds : ndarray of shape (n,), int
            Fold of every state's sample; states of a negative fold are not predicted.
        train : ndarray of shape (n,), bool
            States available for training.
        seed : int

        Returns
        -------
        prediction : ndarray of shape (n, n_targets)
        fitted : list of FittedPairModel
            The network of each fold.
        """
        prediction, fitted = np.full_like(targets, np.nan), []
        for fold in np.unique(folds[folds >= 0]).tolist():
            training, test = np.flatnonzero(train & (folds != fold)), np.flatnonzero(folds == fold)
            one = fit_pairs(
                self, take(inputs, training), targets[training], samples[training], seed=seed + fold
            )
            prediction[test] = one.predict(take(inputs, test))
            fitted.append(one)
        return prediction, fitted


@dataclass(frozen=True, eq=False)
class FittedPairModel:
    """A trained network with the scales of its targets.

    Parameters
    ----------
    network : PairNetwork
    mean, spread : ndarray of shape (n_targets,)
        Mean and standard deviation of the logarithms of the training targets.
    shrinkage : ndarray of shape (n_targets,)
        Factor from 0 to 1 on the deviation from the mean, fitted to held-out samples.
    excess : ndarray of shape (n_targets,)
        Half the variance of the residual logarithm.
    batch : int
    """

    network: PairNetwork
    mean: FloatArray
    spread: FloatArray
    shrinkage: FloatArray
    excess: FloatArray
    batch: int

    def logarithms(self, inputs: PairArrays, *, double: bool = False) -> FloatArray:
        """Return predicted logarithms, shape (n, n_targets).

        Parameters
        ----------
        inputs : PairArrays
        double : bool
            Whether to use double precision; symmetries then hold to its rounding errors.
        """
        kind = np.float64 if double else np.float32

        def cast(values: ArrayLike) -> NDArray[np.floating]:
            return np.asarray(values).astype(kind)

        with jax.enable_x64(double):
            weights, rest = eqx.partition(self.network, eqx.is_inexact_array)
            network = eqx.combine(jax.tree.map(cast, weights), rest)
            scaled = predict(network, jax.tree.map(cast, inputs), batch=self.batch)
        return scaled * self.shrinkage * self.spread + self.mean

    def predict(self, inputs: PairArrays) -> FloatArray:
        """Return predicted targets, shape (n, n_targets)."""
        return np.exp(self.logarithms(inputs) + self.excess)


def fit_pairs(
    model: PairModel, inputs: PairArrays, targets: FloatArray, samples: IntArray, *, seed: int
) -> FittedPairModel:
    """Train one network.

    Parameters
    ----------
    model : PairModel
    inputs : PairArrays
        Inputs of n states.
    targets : ndarray of shape (n, n_targets)
        Positive.
    samples : ndarray of shape (n,), int
        Sample of every state; all states of a sample are either trained on or held out.
    seed : int

    Raises
    ------
    ValueError
        If a target is not positive.
    """
    if not (targets > 0).all():
        raise ValueError(
            f"{int((~(targets > 0)).sum())} targets are not positive; the smallest is"
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


STATE_ESTIMATOR = PairModel
