"""Fit a neural network by gradient descent, with early stopping on held-out samples.

This file serves all networks: Equinox modules that map the inputs of one sample to a vector.
Training is deterministic: draws come from the given generator, and arithmetic is single-threaded.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.learn.compiled_networks import keep_compiled

#: Inputs of many samples along the first axis: arrays, or nested tuples and dictionaries of arrays.
Inputs = TypeVar("Inputs")
#: An Equinox module that maps the inputs of one sample to a vector.
Network = TypeVar("Network", bound=Callable[..., jax.Array])
#: A function that changes the inputs of a batch, such as a random symmetry operation.
Augment = Callable[[Inputs, np.random.Generator], Inputs]
CLIP: Final = 1.0
# JAX reads this at its first computation: one thread per job gives reproducible numbers.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
keep_compiled()
#: Minimum number of held-out samples for early stopping.
FEWEST_HELD: Final = 8


class _Optimiser(Protocol):
    """A gradient transformation of Optax, whose state only it knows."""

    def init(self, weights: object) -> object: ...

    def update(self, gradient: object, state: object, weights: object) -> tuple[object, object]: ...


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Duration and rates of the training of a network.

    Parameters
    ----------
    epochs : int
        Maximum number of passes over the samples.
    batch : int
        Samples per gradient step.
    learning_rate : float
        Initial rate; it falls to zero as a cosine.
    weight_decay : float
        Decoupled weight decay of AdamW.
    held : float
        Fraction of the samples held out to choose the epoch whose weights are returned.
    patience : int
        Epochs without improvement after which training stops.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    epochs: int = 60
    batch: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 1e-3
    held: float = 0.15
    patience: int = 20

    def __post_init__(self) -> None:
        """Validate the schedule."""
        if min(self.epochs, self.batch, self.patience) < 1:
            raise ValueError(
                f"epochs, batch, patience = {self.epochs}, {self.batch}, {self.patience};"
                " expected at least 1"
            )
        if not 0 < self.held < 1:
            raise ValueError(f"held = {self.held}; expected a fraction between 0 and 1")


def take(inputs: Inputs, rows: IntArray) -> Inputs:
    """Return the inputs of the samples ``rows``."""
    taken: Inputs = jax.tree.map(lambda values: values[rows], inputs)
    return taken


def fit(
    network: Network,
    inputs: Inputs,
    targets: NDArray[np.float32],
    *,
    schedule: Schedule,
    rng: np.random.Generator,
    groups: IntArray | None = None,
    augment: Augment[Inputs] | None = None,
) -> tuple[Network, IntArray]:
    """Return the network at its best epoch, and the held-out samples that chose it.

    Parameters
    ----------
    network : equinox.Module
        Maps the inputs of one sample to a vector of shape (n_targets,).
    inputs
        Inputs of n samples.
    targets : ndarray of shape (n, n_targets)
        Standardised, since all have equal weight in the loss.
    schedule : Schedule
    rng : Generator
        Draws held-out samples and batches.
    groups : ndarray of shape (n,), optional
        A group, such as several states of one system, is never split between held-out and
        training samples.
    augment : callable, optional
        Applied to every batch.

    Raises
    ------
    ValueError
        If there are too few samples for one batch and the held-out samples.
    """
    n = len(targets)
    # Rounded, so that folds of almost equal size share the compiled error function.
    n_held = max(FEWEST_HELD, int(schedule.held * n) // FEWEST_HELD * FEWEST_HELD)
    held, learnt = _held(np.arange(n) if groups is None else groups, n_held, rng)
    batch = min(schedule.batch, len(learnt))
    if batch < 1 or len(held) < n_held:
        raise ValueError(
            f"{n} samples; expected more than the {n_held} held out for early stopping"
        )
    steps = len(learnt) // batch
    optimiser = _optimiser(schedule.weight_decay)
    done, all_steps = 0, steps * schedule.epochs
    state = optimiser.init(eqx.filter(network, eqx.is_inexact_array))
    checked = take(inputs, held), targets[held]
    best, best_error, waited = network, float("inf"), 0
    for _ in range(schedule.epochs):
        for rows in rng.permutation(learnt)[: steps * batch].reshape(steps, batch):
            drawn = take(inputs, rows)
            drawn = augment(drawn, rng) if augment is not None else drawn
            rate = 0.5 * schedule.learning_rate * (1 + np.cos(np.pi * done / all_steps))
            rate, done = np.float32(rate), done + 1
            network, state = _step(network, state, drawn, targets[rows], rate, optimiser)
        error = float(_error(network, *checked))
        waited += 1
        if error < best_error:
            best, best_error, waited = network, error, 0
        if waited > schedule.patience:
            break
    return best, held


def predict(network: Callable[..., jax.Array], inputs: object, *, batch: int) -> FloatArray:
    """Return the network's output for many samples, shape (n, n_targets), batch by batch."""
    n = len(jax.tree.leaves(inputs)[0])
    out = []
    for start in range(0, n, batch):
        # The last batch repeats its last sample, since a new shape would need recompilation.
        rows = np.minimum(np.arange(start, start + batch), n - 1)
        out.append(np.asarray(_apply(network, take(inputs, rows)), dtype=float))
    return np.concatenate(out)[:n]


def _held(groups: IntArray, wanted: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Return held-out and training rows; surplus rows of held-out groups are in neither."""
    names = rng.permutation(np.unique(groups))
    counts = np.cumsum([int((groups == name).sum()) for name in names])
    chosen = np.isin(groups, names[: int(np.searchsorted(counts, wanted)) + 1])
    return np.flatnonzero(chosen)[:wanted], np.flatnonzero(~chosen)


@lru_cache(maxsize=32)
def _optimiser(weight_decay: float) -> _Optimiser:
    """Return a cached optimiser of unit rate, so that compiled steps are reused."""
    chained: _Optimiser = optax.chain(
        optax.clip_by_global_norm(CLIP), optax.adamw(1.0, weight_decay=weight_decay)
    )
    return chained


@eqx.filter_jit
def _apply(network: Callable[..., jax.Array], inputs: object) -> jax.Array:
    return jax.vmap(network)(inputs)


@eqx.filter_jit
def _error(
    network: Callable[..., jax.Array], inputs: object, targets: NDArray[np.float32]
) -> jax.Array:
    return jnp.mean((jax.vmap(network)(inputs) - targets) ** 2)


@eqx.filter_jit
def _step(
    network: Network,
    state: object,
    inputs: object,
    targets: NDArray[np.float32],
    rate: np.float32,
    optimiser: _Optimiser,
) -> tuple[Network, object]:
    gradient = eqx.filter_grad(_error)(network, inputs, targets)
    weights = eqx.filter(network, eqx.is_inexact_array)
    updates, state = optimiser.update(gradient, state, weights)
    updates = jax.tree.map(lambda update: rate * update, updates)
    return eqx.apply_updates(network, updates), state
