"""A graph network over the particles of a glass, which may be told the load.

Edges hold what is invariant when positions and load turn together. For a unit vector r from a particle
to its neighbour and a traceless load E, scaled to E : E = 2, these are the distance, r . E r, |E r|^2
and, in three dimensions, det E. In two dimensions |E r|^2 is constant, and r . E r is the cosine of
twice the angle to the axis of extension. Each multiplies Gaussians of the distance. Messages go
both ways along the edges, and states of particles and edges add up over the rounds. Bapst et al.,
https://doi.org/10.1038/s41567-020-0842-8, gave relative vectors to such a network instead.
"""

from typing import Final, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.learn.glass_graphs import Graph

#: What edges hold: invariants with the load, without it, or vectors in the frame of the laboratory.
Edges = Literal["load", "blind", "vectors"]
EDGES: Final[tuple[Edges, ...]] = ("load", "blind", "vectors")
#: Gaussians of the distance, and the shortest distance that they cover, in the unit of length.
GAUSSIANS: Final = 9
SHORTEST: Final = 0.7
#: Sums over neighbours are divided by this, so that states keep their size.
SUMMED: Final = 4.0
SMALL: Final = 1e-9


def scaled_load(load: jax.Array | NDArray[np.float32]) -> jax.Array:
    """Return a load of the same direction with E : E = 2, so that a simple shear has components 1."""
    return jnp.asarray(load) * jnp.sqrt(2.0 / ((load**2).sum() + SMALL**2))


def edge_features(
    vectors: jax.Array,
    load: jax.Array | NDArray[np.float32],
    *,
    edges: Edges,
    dimension: int,
    cutoff: float,
) -> jax.Array:
    """Return what the edges of a graph hold, shape (n, k, n_features).

    Parameters
    ----------
    vectors : array of shape (n, k, 3)
        From particles to neighbours.
    load : array of shape (3, 3)
        Traceless and symmetric; its size does not matter.
    edges : {"load", "blind", "vectors"}
    dimension : int
        2 or 3.
    cutoff : float
        Longest distance.
    """
    distance = jnp.sqrt((vectors**2).sum(axis=-1, keepdims=True) + SMALL)
    spacing = (cutoff - SHORTEST) / (GAUSSIANS - 1)
    centres = jnp.linspace(SHORTEST, cutoff, GAUSSIANS)
    radial = jnp.exp(-(((distance - centres) / (1.2 * spacing)) ** 2))
    if edges == "blind":
        return radial
    if edges == "vectors":
        return jnp.concatenate([radial, vectors[..., :dimension]], axis=-1)
    tensor = scaled_load(load)
    unit = vectors / distance
    drawn = unit @ tensor
    along = (drawn * unit).sum(axis=-1, keepdims=True)
    parts = [radial, radial * along, radial * (2 * along**2 - 1)]
    if dimension == 3:
        parts.append(radial * (drawn**2).sum(axis=-1, keepdims=True))
        parts.append(radial * jnp.linalg.det(tensor))
    return jnp.concatenate(parts, axis=-1)


def edge_width(edges: Edges, dimension: int) -> int:
    """Return the number of features of an edge."""
    if edges == "blind":
        return GAUSSIANS
    if edges == "vectors":
        return GAUSSIANS + dimension
    return GAUSSIANS * (3 if dimension == 2 else 5)


@jax.custom_vjp
def gathered(
    states: jax.Array, neighbours: jax.Array, reverse: jax.Array, mask: jax.Array
) -> jax.Array:
    """Return the states of all neighbours, shape (n, k, width).

    The gradient of a gather is a scatter, which is slow on processors. Every edge is stored at both
    of its ends, so that here the gradient is a gather too, along ``reverse``.

    Parameters
    ----------
    states : array of shape (n, width)
    neighbours, reverse, mask : arrays of shape (n, k)
        As in :class:`mechanist.learn.glass_graphs.Graph`.
    """
    return _gathered_forward(states, neighbours, reverse, mask)[0]


def _gathered_forward(
    states: jax.Array, neighbours: jax.Array, reverse: jax.Array, mask: jax.Array
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    return states[neighbours] * mask[..., None], (reverse, mask)


def _gathered_backward(
    kept: tuple[jax.Array, jax.Array], change: jax.Array
) -> tuple[jax.Array, None, None, None]:
    reverse, mask = kept
    flat = change.reshape(-1, change.shape[-1])
    return (flat[reverse] * mask[..., None]).sum(axis=1), None, None, None


gathered.defvjp(_gathered_forward, _gathered_backward)


class Linear(eqx.Module):
    """An affine map along the last axis, of arrays with any number of axes."""

    weight: jax.Array
    bias: jax.Array

    def __init__(
        self, inputs: int, outputs: int, rng: np.random.Generator, *, scale: float = 1.0
    ) -> None:
        # Drawn by NumPy: JAX would compile a program for every shape.
        drawn = scale * np.sqrt(1.5 / inputs) * rng.normal(size=(inputs, outputs))
        self.weight = jnp.asarray(drawn.astype(np.float32))
        self.bias = jnp.asarray(np.zeros(outputs, np.float32))

    def __call__(self, values: jax.Array) -> jax.Array:
        """Return the mapped values."""
        return values @ self.weight + self.bias


class Round(eqx.Module):
    """One round of messages: along edges, to particles, and back into both states."""

    own: Linear
    other: Linear
    edge: Linear
    carried: Linear
    heard: Linear
    update: Linear

    def __init__(self, width: int, rng: np.random.Generator) -> None:
        self.own = Linear(width, width, rng)
        self.other = Linear(width, width, rng)
        self.edge = Linear(width, width, rng)
        self.carried = Linear(width, width, rng)
        self.heard = Linear(2 * width, width, rng)
        self.update = Linear(width, width, rng)

    def __call__(
        self, states: jax.Array, along: jax.Array, graph: Graph[jax.Array], weight: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """Return new states of particles (n, width) and of edges (n, k, width)."""
        others = gathered(self.other(states), graph.neighbours, graph.reverse, graph.mask)
        message = jax.nn.silu(self.edge(along) + self.own(states)[:, None] + others)
        total = (message * weight[..., None]).sum(axis=1) / SUMMED
        heard = jax.nn.silu(self.heard(jnp.concatenate([states, total], axis=-1)))
        return states + self.update(heard), along + self.carried(message)


class GraphNetwork(eqx.Module):
    """Rounds of messages between neighbours, and numbers for every particle.

    Parameters
    ----------
    outputs : int
        Number of targets.
    species : int
        Number of species.
    edges : {"load", "blind", "vectors"}
        What edges hold. With vectors, particles are told the components of the load.
    dimension : int
        2 or 3.
    width, rounds : int
        Size of the states of particles and edges, and number of rounds.
    cutoff : float
        Longest distance of neighbours, where weights of messages fall to zero.
    rng : Generator
        Draws the initial weights.
    """

    embed: Linear
    along: Linear
    rounds: list[Round]
    hidden: Linear
    readout: Linear
    skip: jax.Array
    edges: Edges = eqx.field(static=True)
    dimension: int = eqx.field(static=True)
    cutoff: float = eqx.field(static=True)

    def __init__(
        self,
        outputs: int,
        species: int,
        *,
        edges: Edges,
        dimension: int,
        width: int,
        rounds: int,
        cutoff: float,
        rng: np.random.Generator,
    ) -> None:
        told = dimension**2 if edges == "vectors" else 0
        self.embed = Linear(species + told, width, rng)
        self.along = Linear(edge_width(edges, dimension), width, rng)
        self.hidden = Linear(2 * width, width, rng)
        self.readout = Linear(width, outputs, rng, scale=0.1)
        self.rounds = [Round(width, rng) for _ in range(rounds)]
        self.skip = jnp.asarray(np.zeros((species, outputs), np.float32))
        self.edges, self.dimension, self.cutoff = edges, dimension, cutoff

    def __call__(self, graph: Graph[jax.Array], load: jax.Array | NDArray[np.float32]) -> jax.Array:
        """Return standardised targets of every particle, shape (n, outputs).

        Parameters
        ----------
        graph : Graph
            One sample.
        load : array of shape (3, 3)
        """
        given = graph.species
        if self.edges == "vectors":
            told = scaled_load(load)[: self.dimension, : self.dimension].ravel()
            given = jnp.concatenate([given, jnp.tile(told, (len(given), 1))], axis=1)
        first = states = jax.nn.silu(self.embed(given))
        features = edge_features(
            graph.vectors, load, edges=self.edges, dimension=self.dimension, cutoff=self.cutoff
        )
        along = jax.nn.silu(self.along(features))
        distance = jnp.sqrt((graph.vectors**2).sum(axis=-1) + SMALL)
        near = 0.5 * (1 + jnp.cos(jnp.pi * jnp.minimum(distance / self.cutoff, 1.0)))
        for one in self.rounds:
            states, along = one(states, along, graph, graph.mask * near)
        last = jax.nn.silu(self.hidden(jnp.concatenate([states, first], axis=-1)))
        return self.readout(last) + graph.species @ self.skip


def random_turn(dimension: int, rng: np.random.Generator) -> FloatArray:
    """Return a random rotation or reflection of the plane or of space, shape (3, 3).

    Parameters
    ----------
    dimension : int
        In two dimensions z is left as it is.
    rng : Generator
    """
    drawn, upper = np.linalg.qr(rng.normal(size=(dimension, dimension)))
    turn = np.eye(3)
    turn[:dimension, :dimension] = drawn * np.sign(np.diag(upper))
    return turn
