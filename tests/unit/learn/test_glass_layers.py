"""Graph networks over glasses: invariance, padding, size, and the gradient of the gather."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from helpers import disordered, planar_rotation, random_rotation
from mechanist.formats.configuration import Configuration
from mechanist.learn.glass_graphs import graph_of, padded_graph, stacked_graphs
from mechanist.learn.glass_layers import GraphNetwork, edge_features, gathered, random_turn

CUTOFF = 1.6
LOADS = {
    2: np.array([[0.3, 0.4, 0.0], [0.4, -0.3, 0.0], [0.0, 0.0, 0.0]]),
    3: np.array([[0.5, 0.2, -0.1], [0.2, -0.2, 0.3], [-0.1, 0.3, -0.3]]),
}


def network(dimension: int, edges: Any = "load") -> GraphNetwork:
    made = GraphNetwork(
        2, 2, edges=edges, dimension=dimension, width=4, rounds=2, cutoff=CUTOFF,
        rng=np.random.default_rng(3),
    )  # fmt: skip
    # The readout starts small; what is asked here is asked of outputs near 1.
    told: GraphNetwork = eqx.tree_at(lambda n: n.readout.weight, made, 100 * made.readout.weight)
    return told


@eqx.filter_jit
def applied(net: GraphNetwork, graph: Any, load: Any) -> jax.Array:
    return net(graph, load)


def said(net: GraphNetwork, c: Configuration, load: np.ndarray) -> np.ndarray:
    graph = padded_graph(graph_of(c, CUTOFF), len(c), 60)  # one shape is compiled once
    return np.asarray(applied(net, graph, load.astype(np.float32)))


def glass(dimension: int) -> Configuration:
    return disordered(np.random.default_rng(1), n=36 if dimension == 2 else 64, dimension=dimension)


def turned(c: Configuration, turn: np.ndarray) -> Configuration:
    """Return a configuration that is turned; a mirrored cell is given another order of vectors."""
    cell = c.cell @ turn.T
    if np.linalg.det(cell) < 0:
        cell = cell[[1, 0, 2]]
    moved: Configuration = c.moved(c.positions @ turn.T, cell)
    return moved


@pytest.mark.parametrize("dimension", [2, 3])
def test_a_glass_and_a_load_that_turn_together_change_nothing(dimension: int) -> None:
    c, load, rng = glass(dimension), LOADS[dimension], np.random.default_rng(0)
    turn = planar_rotation(0.7) if dimension == 2 else random_rotation(rng)
    told = network(dimension)
    before = said(told, c, load)
    assert before.std(axis=0).min() > 0.1
    both = said(told, turned(c, turn), turn @ load @ turn.T)
    np.testing.assert_allclose(both, before, atol=2e-3)
    # Control: the glass alone may not turn, unless the network does not know the load.
    assert np.abs(said(told, turned(c, turn), load) - before).max() > 5e-2
    blind = network(dimension, "blind")
    np.testing.assert_allclose(said(blind, turned(c, turn), load), said(blind, c, load), atol=2e-3)
    # Control: relative vectors are not invariant.
    vectors = network(dimension, "vectors")
    moved = said(vectors, turned(c, turn), turn @ load @ turn.T)
    assert np.abs(moved - said(vectors, c, load)).max() > 5e-2


def test_reversing_a_load_in_the_plane_is_a_quarter_turn() -> None:
    c, load, told, blind = glass(2), LOADS[2], network(2), network(2, "blind")
    quarter = planar_rotation(np.pi / 2)
    reversed_ = said(told, c, -load)
    np.testing.assert_allclose(said(told, turned(c, quarter), load), reversed_, atol=2e-3)
    assert np.abs(reversed_ - said(told, c, load)).max() > 5e-2
    np.testing.assert_array_equal(said(blind, c, -load), said(blind, c, load))
    np.testing.assert_allclose(said(told, c, 7 * load), said(told, c, load), atol=2e-3)


def test_edges_in_the_plane_hold_the_angle_to_the_load() -> None:
    stretch = np.diag([0.1, -0.1, 0.0]).astype(np.float32)
    angle = 0.4
    vector = np.array([[[np.cos(angle), np.sin(angle), 0.0]]], np.float32)
    told = np.asarray(
        edge_features(
            jnp.asarray(vector), jnp.asarray(stretch), edges="load", dimension=2, cutoff=1.8
        )
    )[0, 0]
    radial, along, double = told.reshape(3, -1)
    np.testing.assert_allclose(along, radial * np.cos(2 * angle), atol=1e-5)
    np.testing.assert_allclose(double, radial * np.cos(4 * angle), atol=1e-5)


def test_order_and_origin_do_not_matter() -> None:
    c, load, told = glass(3), LOADS[3], network(3)
    order = np.random.default_rng(4).permutation(len(c))
    other = dataclasses.replace(
        c, positions=c.positions[order] + [0.3, -2.0, 1.1], species=c.species[order]
    )
    before = said(told, c, load)
    np.testing.assert_allclose(said(told, other, load), before[order], atol=2e-3)
    swapped = dataclasses.replace(c, species=1 - c.species)  # control
    assert np.abs(said(told, swapped, load) - before).max() > 5e-2


def test_neither_padding_nor_the_size_of_the_cell_matters() -> None:
    c, load, told = glass(2), LOADS[2].astype(np.float32), network(2)
    graph = graph_of(c, CUTOFF)
    before = np.asarray(applied(told, graph, load))
    twice = dataclasses.replace(
        c,
        positions=np.vstack([c.positions, c.positions + c.cell[0]]),
        cell=c.cell * [[2.0], [1.0], [1.0]],
        species=np.tile(c.species, 2),
    )
    small, large = (
        jax.tree.map(lambda v, k=k: v[k], stacked_graphs([graph, graph_of(twice, CUTOFF)]))
        for k in (0, 1)
    )
    np.testing.assert_allclose(applied(told, small, load)[: len(c)], before, atol=2e-3)
    np.testing.assert_allclose(applied(told, large, load), np.tile(before, (2, 1)), atol=2e-3)


def test_every_edge_is_found_from_its_other_end() -> None:
    for c in (glass(2), disordered(np.random.default_rng(0), n=4, dimension=2)):  # own images too
        graph = graph_of(c, CUTOFF)
        flat = graph.vectors.reshape(-1, 3)
        taken = np.asarray(graph.mask, float) > 0
        np.testing.assert_allclose(flat[graph.reverse][taken], -graph.vectors[taken], atol=1e-6)
        owner = np.asarray(graph.reverse) // graph.mask.shape[1]
        np.testing.assert_array_equal(owner[taken], np.asarray(graph.neighbours)[taken])
    with pytest.raises(ValueError, match=r"closer than the cutoff 0\.01"):
        graph_of(glass(2), 0.01)


def test_the_gradient_of_the_gather_is_that_of_indexing() -> None:
    graph = padded_graph(graph_of(glass(2), CUTOFF), 40, 60)
    rng = np.random.default_rng(2)
    states = rng.normal(size=(40, 3)).astype(np.float32)
    weight = rng.normal(size=(40, 60, 3)).astype(np.float32)

    def ours(values: jax.Array) -> jax.Array:
        return (gathered(values, graph.neighbours, graph.reverse, graph.mask) ** 2 * weight).sum()

    def plain(values: jax.Array) -> jax.Array:
        return jnp.sum((values[graph.neighbours] * graph.mask[..., None]) ** 2 * weight)

    np.testing.assert_allclose(
        jax.jit(jax.grad(ours))(states), jax.jit(jax.grad(plain))(states), atol=1e-4
    )


@pytest.mark.parametrize("dimension", [2, 3])
def test_random_turns_are_orthogonal(dimension: int) -> None:
    rng = np.random.default_rng(0)
    turns = [random_turn(dimension, rng) for _ in range(20)]
    for turn in turns:
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
        assert dimension == 3 or turn[2, 2] == 1.0
    assert len({round(float(np.linalg.det(turn))) for turn in turns}) == 2
