"""Cross-validate graph networks over the particles of glasses, for all loads and strains at once.

Training ends by the number of passes, never by time, so that a run can be repeated. Weights are
averaged over the last steps, and the pass is chosen by the error on whole glasses that are kept back
from the training folds.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from mechanist.core.progress import LOGGER
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.learn.compiled_networks import keep_compiled
from mechanist.learn.glass_graphs import GlassGraphs, Graph, GraphArrays, Single, read_graphs
from mechanist.learn.glass_layers import EDGES, Edges, GraphNetwork, random_turn
from mechanist.learn.network_training import CLIP
from mechanist.learn.state_estimator import StateInputs

#: Steps over which the rate of learning rises from zero.
WARMING: Final = 30
#: Averages of weights forget at this rate at the most, and less in the first steps.
MEMORY: Final = 0.99
keep_compiled()


@dataclass(frozen=True, kw_only=True)
class GraphModel:
    """A graph network and its training.

    Parameters
    ----------
    edges : {"load", "blind", "vectors"}
        Invariants of the edges with the load, without it, or relative vectors; with vectors, states
        are turned at random in training.
    width, rounds : int
        As in :class:`mechanist.learn.glass_layers.GraphNetwork`.
    cutoff : float
        Longest distance of neighbours, in the unit of length of the system.
    passes : int
        Maximum number of passes over the states.
    patience : int
        Passes without improvement after which training stops.
    held : float
        Fraction of the training glasses that is kept back to choose the pass.
    learning_rate, weight_decay : float
        Of AdamW, with one state for each step.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    edges: Edges = "load"
    width: int = 16
    rounds: int = 2
    cutoff: float = 1.8
    passes: int = 12
    patience: int = 3
    held: float = 0.1
    learning_rate: float = 4e-3
    weight_decay: float = 1e-3

    def __post_init__(self) -> None:
        """Validate the parameters."""
        if self.edges not in EDGES:
            raise ValueError(f"edges = {self.edges!r}; expected one of {', '.join(EDGES)}")
        least = min(self.width, self.rounds, self.passes, self.patience)
        if least < 1 or not self.cutoff > 0 or not 0 < self.held < 1:
            raise ValueError(
                f"width, rounds, passes, patience = {self.width}, {self.rounds}, {self.passes},"
                f" {self.patience}, cutoff = {self.cutoff}, held = {self.held}; expected at least 1, a"
                " positive length, and a fraction between 0 and 1"
            )

    def read(
        self,
        files: Sequence[Path],
        targets: Path,
        names: Sequence[str],
        *,
        samples: Collection[str] | None = None,
    ) -> StateInputs[GlassGraphs]:
        """Read glasses before loading; see :func:`mechanist.learn.glass_graphs.read_graphs`."""
        return read_graphs(files, targets, names, cutoff=self.cutoff, samples=samples)

    def cross_fit(
        self,
        inputs: GlassGraphs,
        targets: FloatArray,
        *,
        samples: IntArray,
        folds: IntArray,
        train: BoolArray,
        seed: int,
    ) -> "tuple[FloatArray, list[FittedGraphs]]":
        """Predict every particle by a network that was trained on no state of its glass.

        Parameters
        ----------
        inputs : GlassGraphs
        targets : ndarray of shape (n_rows, n_targets)
        samples, folds : ndarray of shape (n_rows,), int
            Independent sample and fold of every row; rows of a negative fold are not predicted.
        train : ndarray of shape (n_rows,), bool
            Rows available for training; those of a state are all available or none is.
        seed : int

        Returns
        -------
        prediction : ndarray of shape (n_rows, n_targets)
        fitted : list of FittedGraphs
            The network of each fold.
        """
        first = inputs.first_rows
        prediction, fitted = np.full_like(targets, np.nan), []
        for fold in np.unique(folds[folds >= 0]).tolist():
            learnt = np.flatnonzero(train[first] & (folds[first] != fold))
            one = fit_graphs(self, inputs, targets, learnt, samples[first], seed=seed + fold)
            test = folds == fold
            prediction[test] = one.predict(inputs, test)
            fitted.append(one)
        return prediction, fitted


@dataclass(frozen=True, eq=False)
class FittedGraphs:
    """A trained network with the scales of its targets.

    Parameters
    ----------
    network : GraphNetwork
    mean, spread : ndarray of shape (n_targets,)
        Of the training rows.
    held : ndarray of int
        Rows of the training folds that the network was not fitted to.
    held_prediction : ndarray of shape (len(held), n_targets)
        What it predicts for them.
    """

    network: GraphNetwork
    mean: FloatArray
    spread: FloatArray
    held: IntArray
    held_prediction: FloatArray

    def predict(self, inputs: GlassGraphs, rows: BoolArray | None = None) -> FloatArray:
        """Return predicted targets of some rows, by default of all, shape (n_rows, n_targets)."""
        rows = np.ones(len(inputs.state), bool) if rows is None else rows
        states, particles = inputs.state[rows], inputs.object[rows]
        out = np.empty((len(states), len(self.mean)))
        for state in np.unique(states).tolist():
            mine = states == state
            said = np.asarray(_said(self.network, inputs.graph(state), inputs.load[state]))
            out[mine] = said[particles[mine]]
        return out * self.spread + self.mean


def fit_graphs(
    model: GraphModel,
    inputs: GlassGraphs,
    targets: FloatArray,
    learnt: IntArray,
    samples: IntArray,
    *,
    seed: int,
) -> FittedGraphs:
    """Train one network.

    Parameters
    ----------
    model : GraphModel
    inputs : GlassGraphs
    targets : ndarray of shape (n_rows, n_targets)
    learnt : ndarray of int
        States to learn from.
    samples : ndarray of shape (n_states,), int
        Independent sample of every state; all states of a sample are fitted or held back.
    seed : int

    Raises
    ------
    ValueError
        If there are fewer than two independent samples to learn from.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    names = rng.permutation(np.unique(samples[learnt]))
    if len(names) < 2:
        raise ValueError(
            f"{len(names)} independent samples to learn from; expected at least 2, one of which is"
            " held back (give more samples, or fewer folds)"
        )
    kept_back = np.isin(samples[learnt], names[: max(1, round(model.held * len(names)))])
    held, fitted = learnt[kept_back], learnt[~kept_back]
    known = targets[np.isin(inputs.state, fitted)]
    mean, spread = known.mean(axis=0), np.maximum(known.std(axis=0), np.finfo(np.float32).eps)
    truth, given = inputs.dense((targets - mean) / spread)
    network = GraphNetwork(
        targets.shape[1],
        inputs.graphs.species.shape[-1],
        edges=model.edges,
        dimension=inputs.dimension,
        width=model.width,
        rounds=model.rounds,
        cutoff=model.cutoff,
        rng=rng,
    )
    optimiser = optax.chain(
        optax.clip_by_global_norm(CLIP), optax.adamw(1.0, weight_decay=model.weight_decay)
    )
    optimised = optimiser.init(eqx.filter(network, eqx.is_inexact_array))

    @eqx.filter_jit
    def step(
        network: GraphNetwork,
        average: GraphNetwork,
        optimised: object,
        state: tuple[GraphArrays, Single, Single, Single],
        rate: np.float32,
        memory: np.float32,
    ) -> tuple[GraphNetwork, GraphNetwork, object]:
        gradient = eqx.filter_grad(_error)(network, *state)
        updates, optimised = optimiser.update(
            gradient, optimised, eqx.filter(network, eqx.is_inexact_array)
        )
        network = eqx.apply_updates(network, jax.tree.map(lambda u: rate * u, updates))
        new, rest = eqx.partition(network, eqx.is_inexact_array)
        old = eqx.filter(average, eqx.is_inexact_array)
        mixed = jax.tree.map(lambda a, b: memory * a + (1 - memory) * b, old, new)
        return network, eqx.combine(mixed, rest), optimised

    average, best, least, waited, done = network, network, np.inf, 0, 0
    for number in range(model.passes):
        for k in rng.permutation(fitted).tolist():
            graph, load = inputs.graph(k), inputs.load[k]
            if model.edges == "vectors":
                graph, load = _turned(graph, load, random_turn(inputs.dimension, rng))
            rate = np.float32(model.learning_rate * min(1.0, done / WARMING))
            memory = np.float32(min(MEMORY, done / (done + 10)))
            state = (graph, load, truth[k], given[k])
            network, average, optimised = step(network, average, optimised, state, rate, memory)
            done += 1
        errors = [
            _mean_square(_said(average, inputs.graph(k), inputs.load[k]), truth[k], given[k])
            for k in held.tolist()
        ]
        error = float(np.mean([float(one) for one in errors]))
        LOGGER.info("pass %d, %d steps: error %.4f on held glasses", number + 1, done, error)
        waited += 1
        if error < least:
            best, least, waited = average, error, 0
        if waited >= model.patience:
            break
    rows = np.isin(inputs.state, held)
    none = np.empty((0, targets.shape[1]))
    found = FittedGraphs(best, mean, spread, np.flatnonzero(rows), none)
    return replace(found, held_prediction=found.predict(inputs, rows))


def _turned(graph: GraphArrays, load: Single, turn: FloatArray) -> tuple[GraphArrays, Single]:
    """Return a state that is turned together with its load."""
    vectors = (np.asarray(graph.vectors, np.float32) @ turn.T).astype(np.float32)
    turned = Graph(graph.neighbours, graph.reverse, graph.mask, vectors, graph.species)
    return turned, (turn @ load @ turn.T).astype(np.float32)


def _error(
    network: GraphNetwork,
    graph: GraphArrays,
    load: jax.Array | Single,
    truth: Single,
    given: Single,
) -> jax.Array:
    """Return the mean squared error over the particles that have a target."""
    return _mean_square(_said(network, graph, load), truth, given)


def _mean_square(said: jax.Array, truth: Single, given: Single) -> jax.Array:
    squares = ((said - truth) ** 2).mean(axis=-1)
    return (squares * given).sum() / given.sum()


@eqx.filter_jit
def _said(network: GraphNetwork, graph: GraphArrays, load: jax.Array | Single) -> jax.Array:
    arrays: Graph[jax.Array] = jax.tree.map(jnp.asarray, graph)
    return network(arrays, load)


STATE_ESTIMATOR = GraphModel
