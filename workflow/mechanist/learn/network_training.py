"""Fit a neural network by gradient descent, stopping early on samples that it does not see.

One file for all networks: they are Equinox modules that map the inputs of one sample to a vector.
Everything is deterministic: draws come from the given generator, and arithmetic is single-threaded.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray

#: Inputs of many samples: arrays, or nested tuples and dictionaries of them, along a first axis.
Inputs = Any
#: Changes inputs of a batch, such as by a random symmetry operation.
Augment = Callable[[Inputs, np.random.Generator], Inputs]
CLIP: Final = 1.0
# Read when JAX first computes: one job is one thread, and gives the same numbers on any machine.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
#: Fewest samples that still say when to stop.
FEWEST_HELD: Final = 8


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long and how fast a network learns.

    Parameters
    ----------
    epochs : int
        Most passes over the samples.
    batch : int
        Samples in a gradient step.
    learning_rate : float
        Highest; it falls to zero by a cosine.
    weight_decay : float
        Of Adam with decoupled decay.
    held : float
        Fraction of the samples kept to choose the epoch whose weights are returned.
    patience : int
        Epochs without improvement after which to stop.

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
        """Refuse what could not train."""
        if min(self.epochs, self.batch, self.patience) < 1:
            raise ValueError(
                f"epochs, batch, patience = {self.epochs}, {self.batch}, {self.patience};"
                " expected at least 1"
            )
        if not 0 < self.held < 1:
            raise ValueError(f"held = {self.held}; expected a fraction between 0 and 1")


def take(inputs: Inputs, rows: IntArray) -> Inputs:
    """Return the inputs of some samples."""
    return jax.tree.map(lambda values: values[rows], inputs)


def fit(
    network: Any,
    inputs: Inputs,
    targets: NDArray[np.float32],
    *,
    schedule: Schedule,
    rng: np.random.Generator,
    groups: IntArray | None = None,
    augment: Augment | None = None,
) -> tuple[Any, IntArray]:
    """Return the network at its best epoch, and the held samples that chose it.

    Parameters
    ----------
    network : equinox.Module
        Maps the inputs of one sample to a vector of shape (n_targets,).
    inputs
        Of n samples.
    targets : ndarray of shape (n, n_targets)
        Standardised, since all count alike.
    schedule : Schedule
    rng : Generator
        Draws held samples and batches.
    groups : ndarray of shape (n,), optional
        Samples of a group are never held in part, such as several states of one system.
    augment : callable, optional
        Applied to every batch.

    Raises
    ------
    ValueError
        If too few samples are given for one batch and the held ones.
    """
    n = len(targets)
    # Rounded, since folds of almost equal size should not compile the error anew.
    n_held = max(FEWEST_HELD, int(schedule.held * n) // FEWEST_HELD * FEWEST_HELD)
    held, learnt = _held(np.arange(n) if groups is None else groups, n_held, rng)
    batch = min(schedule.batch, len(learnt))
    if batch < 1 or len(held) < n_held:
        raise ValueError(f"{n} samples; expected more than the {n_held} that say when to stop")
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


def predict(network: Any, inputs: Inputs, *, batch: int) -> FloatArray:
    """Return the network's output for many samples, shape (n, n_targets), batch by batch."""
    n = len(jax.tree.leaves(inputs)[0])
    out = []
    for start in range(0, n, batch):
        # The last batch repeats its last sample, since another shape would be compiled anew.
        rows = np.minimum(np.arange(start, start + batch), n - 1)
        out.append(np.asarray(_apply(network, take(inputs, rows)), dtype=float))
    return np.concatenate(out)[:n]


def _held(groups: IntArray, wanted: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Return held rows and those to learn from; rows of held groups in excess are in neither."""
    names = rng.permutation(np.unique(groups))
    counts = np.cumsum([int((groups == name).sum()) for name in names])
    chosen = np.isin(groups, names[: int(np.searchsorted(counts, wanted)) + 1])
    return np.flatnonzero(chosen)[:wanted], np.flatnonzero(~chosen)


@lru_cache(maxsize=32)
def _optimiser(weight_decay: float) -> Any:
    """Return one optimiser at rate one for equal settings, so that compiled steps are used again."""
    return optax.chain(optax.clip_by_global_norm(CLIP), optax.adamw(1.0, weight_decay=weight_decay))


@eqx.filter_jit
def _apply(network: Any, inputs: Inputs) -> Any:
    return jax.vmap(network)(inputs)


@eqx.filter_jit
def _error(network: Any, inputs: Inputs, targets: Any) -> Any:
    return jnp.mean((jax.vmap(network)(inputs) - targets) ** 2)


@eqx.filter_jit
def _step(
    network: Any, state: Any, inputs: Inputs, targets: Any, rate: Any, optimiser: Any
) -> tuple[Any, Any]:
    gradient_of: Any = eqx.filter_grad(_error)
    gradient = gradient_of(network, inputs, targets)
    weights = eqx.filter(network, eqx.is_inexact_array)
    updates, state = optimiser.update(gradient, state, weights)
    updates = jax.tree.map(lambda update: rate * update, updates)
    return eqx.apply_updates(network, updates), state
