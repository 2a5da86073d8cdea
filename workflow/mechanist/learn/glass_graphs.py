"""Glasses as graphs: particles with the vectors to their neighbours, and the loads that act on them.

A graph belongs to a sample, and each of its states adds a load, so that the neighbours are stored once
for all loads. Particles have as many places for neighbours as the particle with the most neighbours
needs, and samples as many particles as the largest; the mask marks the places that are taken.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeAlias, TypeVar

import jax
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Sample, read_sample
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE
from mechanist.learn.dataset import load_dataset
from mechanist.learn.state_estimator import StateInputs
from mechanist.mechanics.neighbours import find_neighbours

#: Arrays of NumPy outside of a network, and of JAX in it.
Values = TypeVar("Values")
Single = NDArray[np.float32]
#: Places for neighbours are a multiple of this, so that folds and systems share compiled code.
PLACES: Final = 2


@jax.tree_util.register_dataclass
@dataclass(frozen=True, eq=False)
class Graph(Generic[Values]):
    """One sample, or several along a first axis; lengths in the unit of the sample.

    Parameters
    ----------
    neighbours : ndarray of shape (n, k), int
        Index of each neighbour; 0 where a place is empty.
    reverse : ndarray of shape (n, k), int
        Place, counted over all places of the sample, where the neighbour holds this particle.
    mask : ndarray of shape (n, k)
        1 where a place is taken, else 0.
    vectors : ndarray of shape (n, k, 3)
        From the particle to the neighbour's image; 0 where a place is empty.
    species : ndarray of shape (n, n_species)
        1 for the species of the particle, else 0.
    """

    neighbours: Values
    reverse: Values
    mask: Values
    vectors: Values
    species: Values


#: A graph of NumPy's arrays, which a compiled network takes for JAX's.
GraphArrays: TypeAlias = Graph[NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class GlassGraphs:
    """The states of one system: graphs of the samples, loads of the states, and the rows of tables.

    Parameters
    ----------
    graphs : Graph
        Graphs of all samples along the first axis.
    dimension : int
        2 or 3.
    sample : ndarray of shape (n_states,), int
        Index of the graph of every state.
    load : ndarray of shape (n_states, 3, 3), float32
        Load of every state.
    state, object : ndarray of shape (n_rows,), int
        State and particle of every row.
    """

    graphs: GraphArrays
    dimension: int
    sample: IntArray
    load: Single
    state: IntArray
    object: IntArray

    def graph(self, state: int) -> GraphArrays:
        """Return the graph of a state."""
        number = int(self.sample[state])
        taken: GraphArrays = jax.tree.map(lambda values: values[number], self.graphs)
        return taken

    @property
    def first_rows(self) -> IntArray:
        """First row of every state, shape (n_states,)."""
        return np.unique(self.state, return_index=True)[1]

    def dense(self, values: FloatArray) -> tuple[Single, Single]:
        """Return values of rows by state and particle, and 1 where a particle has a row.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_targets)

        Returns
        -------
        values : ndarray of shape (n_states, n, n_targets), float32
            0 where a particle has no row.
        given : ndarray of shape (n_states, n), float32
        """
        shape = (len(self.sample), self.graphs.species.shape[1])
        dense, given = np.zeros((*shape, values.shape[1]), np.float32), np.zeros(shape, np.float32)
        dense[self.state, self.object] = values
        given[self.state, self.object] = 1.0
        return dense, given


def graph_of(configuration: Configuration, cutoff: float) -> GraphArrays:
    """Return the graph of a configuration, with as many places as its neighbours need.

    Parameters
    ----------
    configuration : Configuration
    cutoff : float
        Largest distance of a neighbour, in the unit of length of the configuration.

    Raises
    ------
    ValueError
        If no particle has a neighbour.
    """
    pairs, n = find_neighbours(configuration, cutoff), len(configuration)
    if not len(pairs.first):
        raise ValueError(
            f"no two particles are closer than the cutoff {cutoff:g}; expected neighbours (enlarge"
            " the parameter `cutoff` of the estimator)"
        )
    places = -(-int(pairs.counts.max()) // PLACES) * PLACES
    at = (
        pairs.first.astype(np.int64) * places
        + np.arange(len(pairs.first))
        - pairs.starts[pairs.first]
    )
    # Sorted by both ends and the image, the k-th pair and the k-th turned pair are the same bond.
    x, y, z = pairs.shifts.T
    there = np.lexsort((z, y, x, pairs.second, pairs.first))
    back = np.lexsort((-z, -y, -x, pairs.first, pairs.second))
    turned = np.empty_like(at)
    turned[there] = at[back]
    neighbours, reverse = np.zeros((2, n * places), np.int32)
    mask, vectors = np.zeros(n * places, np.float32), np.zeros((n * places, 3), np.float32)
    neighbours[at], reverse[at], mask[at], vectors[at] = pairs.second, turned, 1.0, pairs.vectors
    species = np.eye(len(configuration.species_names), dtype=np.float32)[configuration.species]
    shape = (n, places)
    return Graph(
        neighbours.reshape(shape),
        reverse.reshape(shape),
        mask.reshape(shape),
        vectors.reshape(*shape, 3),
        species,
    )


def stacked_graphs(graphs: Sequence[GraphArrays]) -> GraphArrays:
    """Return graphs along a first axis, padded to the same numbers of particles and places."""
    n = max(graph.mask.shape[0] for graph in graphs)
    places = max(graph.mask.shape[1] for graph in graphs)
    padded = [padded_graph(graph, n, places) for graph in graphs]
    taken: GraphArrays = jax.tree.map(lambda *values: np.stack(values), *padded)
    return taken


def padded_graph(graph: GraphArrays, n: int, places: int) -> GraphArrays:
    """Return a graph with room for ``n`` particles of ``places`` neighbours; what is added is empty."""
    rows, had = graph.mask.shape

    def room(values: NDArray[np.generic]) -> NDArray[np.generic]:
        widths = [(0, n - rows), (0, places - had), (0, 0)][: values.ndim]
        return np.pad(values, widths)

    owner, place = np.divmod(np.asarray(graph.reverse), had)
    return Graph(
        room(graph.neighbours),
        room(owner * places + place).astype(np.int32),
        room(graph.mask),
        room(graph.vectors),
        np.pad(graph.species, [(0, n - rows), (0, 0)]),
    )


def read_graphs(
    files: Sequence[Path],
    targets: Path,
    names: Sequence[str],
    *,
    cutoff: float,
    samples: Collection[str] | None = None,
) -> StateInputs[GlassGraphs]:
    """Read the glasses before loading, and the targets of their particles under every load.

    Parameters
    ----------
    files : sequence of Path
        Sample files.
    targets : Path
        Target table.
    names : sequence of str
        Target columns.
    cutoff : float
        As in :func:`graph_of`.
    samples : collection of str, optional
        Keep only these samples.

    Raises
    ------
    ValueError
        If a sample with targets has no file, or particles have no neighbours.
    FormatError
        If a file or the table has the wrong content.
    """
    data = load_dataset(
        {}, targets, columns=names, samples=None if samples is None else sorted(samples)
    )
    keys = data.keys
    found = {sample.name: sample for sample in map(read_sample, files)}
    lost = [name for name in keys.samples if name not in found]
    if lost:
        raise ValueError(f"{targets}: samples {lost} have targets, but no file among those given")
    read = [found[name] for name in keys.samples]
    _, first, state = np.unique(keys.frame, return_index=True, return_inverse=True)
    sample, load = keys.sample[first], keys.load[first]
    loads = [_load(read[s], keys.loads[q]) for s, q in zip(sample, load, strict=True)]
    inputs = GlassGraphs(
        stacked_graphs([graph_of(one.reference, cutoff) for one in read]),
        read[0].reference.dimension,
        sample,
        np.asarray(loads, np.float32),
        state.astype(np.int64),
        keys.object,
    )
    table = pd.DataFrame(
        {
            SAMPLE: pd.Categorical.from_codes(keys.sample, list(keys.samples)),
            LOAD: pd.Categorical.from_codes(keys.load, list(keys.loads)),
            OBJECT: keys.object.astype(np.int32),
        }
    )
    return StateInputs(table, data.Y, inputs)


def _load(sample: Sample, name: str) -> FloatArray:
    """Return the load tensor of one state."""
    return sample.loads[name].tensor
