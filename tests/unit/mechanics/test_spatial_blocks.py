"""Blocks of a configuration: every particle has one, which holds all that is near it."""

import itertools

import numpy as np
import pytest

from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.mechanics.spatial_blocks import blocks_of


def scattered(n: int, cell: list[list[float]], dimension: int) -> Configuration:
    """Return particles at random, some of them cells away from where they belong."""
    rng = np.random.default_rng(4)
    fractions = rng.random((n, 3)) + rng.integers(-2, 3, (n, 3))
    if dimension == 2:
        fractions[:, 2] = 0
    return Configuration(
        fractions @ np.array(cell), np.array(cell), rng.integers(0, 2, n), ("A", "B"), dimension,
        radii=rng.random(n),
    )  # fmt: skip


FLAT = scattered(901, [[30.0, 0, 0], [7.0, 28.0, 0], [0, 0, 1]], 2)
SOLID = scattered(1203, [[14.0, 0, 0], [1.0, 13.0, 0], [-2.0, 3.0, 12.0]], 3)
CASES = [(FLAT, 2.5, 100), (FLAT, 1.0, 7), (SOLID, 1.1, 77)]


@pytest.mark.parametrize(("whole", "reach", "particles"), CASES)
def test_every_particle_has_one_block_with_all_pairs_within_reach(
    whole: Configuration, reach: float, particles: int
) -> None:
    pairs = find_neighbours(whole, reach)
    blocks = list(blocks_of(whole, reach, particles))
    owned = np.concatenate([block.particles for block in blocks])
    assert sorted(owned.tolist()) == list(range(len(whole)))
    assert len(blocks) > len(whole) / particles / 2
    for block in blocks:
        c = block.configuration
        np.testing.assert_array_equal(c.species[block.places], whole.species[block.particles])
        assert c.radii is not None
        assert whole.radii is not None
        np.testing.assert_array_equal(c.radii[block.places], whole.radii[block.particles])
        inside = find_neighbours(c, reach)
        for own, place in zip(block.particles.tolist(), block.places.tolist(), strict=True):
            all_of, in_block = (
                p.vectors[p.starts[k] : p.starts[k + 1]] for p, k in ((pairs, own), (inside, place))
            )
            assert len(all_of) == len(in_block)
            np.testing.assert_allclose(
                all_of[np.lexsort(all_of.T.round(6))],
                in_block[np.lexsort(in_block.T.round(6))],
                atol=1e-12,
            )


def test_particles_of_a_block_are_few_and_in_the_order_of_the_whole() -> None:
    blocks = list(blocks_of(FLAT, 1.0, 100))
    # Ten would do; the smallest grid of at least ten parts is four by three.
    assert [len(block.particles) for block in blocks] == pytest.approx([75] * 12, abs=30)
    for block in blocks:
        assert (np.diff(block.particles) > 0).all()
        assert (np.diff(block.places) > 0).all()
        assert len(block.particles) < len(block.configuration) < 300


def test_a_cell_that_is_no_wider_than_its_blocks_stays_whole() -> None:
    (block,) = blocks_of(FLAT, 8.0, 50)
    assert block.configuration is FLAT
    np.testing.assert_array_equal(block.places, np.arange(len(FLAT)))
    (few,) = blocks_of(FLAT, 1.0, len(FLAT))
    assert few.configuration is FLAT


def test_a_flat_sample_is_divided_in_its_plane_only() -> None:
    thin = scattered(500, [[20.0, 0, 0], [0, 20.0, 0], [0, 0, 50.0]], 2)
    for block in blocks_of(thin, 1.0, 50):
        assert block.configuration.cell[2, 2] == 50.0
        assert not block.configuration.positions[:, 2].any()
    assert any(
        len(block.particles) < 500 for block in itertools.islice(blocks_of(thin, 1.0, 50), 1)
    )


def test_a_block_holds_its_slab_and_what_is_within_reach_of_it() -> None:
    """A long cell is cut along x: parts of 10 hold 2 more on each side, in a cell of 10 + 3 x 2."""
    rng = np.random.default_rng(5)
    places = rng.random((400, 3)) * [40.0, 5.0, 4.0]
    whole = Configuration(places, np.diag([40.0, 5.0, 4.0]), np.zeros(400, int), ("A",))
    blocks = list(blocks_of(whole, 2.0, 100))
    assert len(blocks) == 4
    for k, block in enumerate(blocks):
        own = (places[:, 0] >= 10 * k) & (places[:, 0] < 10 * k + 10)
        assert block.particles.tolist() == np.flatnonzero(own).tolist()
        near = (places[:, 0] - 10 * k + 2) % 40 < 14
        assert len(block.configuration) == near.sum()
        np.testing.assert_allclose(np.diag(block.configuration.cell), [16.0, 5.0, 4.0])
        x = block.configuration.positions[:, 0] - 10 * k
        assert ((x >= -2) & (x < 12)).all()
    # a fifth part would do for 81 particles each, and one of 400 for all of them
    assert len(list(blocks_of(whole, 2.0, 81))) == 5
    assert len(list(blocks_of(whole, 2.0, 399))) == 2
    # parts of 8 and 3 x 8 / 3 beside them fill the cell of 16: two parts are too many
    narrow = Configuration(
        places % [16.0, 5, 4], np.diag([16.0, 5.0, 4.0]), np.zeros(400, int), ("A",)
    )
    assert len(list(blocks_of(narrow, 2.7, 200))) == 1
    assert len(list(blocks_of(narrow, 2.6, 200))) == 2
