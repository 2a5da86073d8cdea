"""Lists of neighbours, whole or by parts, are those of an engine, sorted, to the last bit."""

import numpy as np
import pytest

from listed_pairs import configurations, engine_pairs
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.cell_grid import CellGrid
from mechanist.mechanics.neighbours import (
    Neighbours,
    add_averages,
    averaging_matrix,
    find_neighbours,
    kept_neighbours,
    neighbours_by_part,
)

CASES = [(d, name) for d in (2, 3) for name in configurations(d)]
CUTOFFS = (0.4, 1.0, 1.5, 2.6)


def joined(parts: list[tuple[slice, Neighbours]]) -> dict[str, np.ndarray]:
    """Return the list that consecutive parts make up."""
    found = {
        name: np.concatenate([getattr(pairs, name) for _, pairs in parts])
        for name in ("second", "vectors", "distances", "shifts")
    }
    found["first"] = np.concatenate([part.start + pairs.first for part, pairs in parts])
    return found


def as_sorted(c: Configuration, cutoff: float) -> dict[str, np.ndarray]:
    """Return the list of the engine, by first particle, second particle and distance."""
    first, second, vectors, distances, shifts = engine_pairs(c, cutoff, both=True)
    kept = distances < cutoff
    order = np.flatnonzero(kept)[np.lexsort((distances[kept], second[kept], first[kept]))]
    arrays = {
        "first": first,
        "second": second,
        "vectors": vectors,
        "distances": distances,
        "shifts": shifts,
    }
    return {name: values[order] for name, values in arrays.items()}


@pytest.mark.parametrize(("dimension", "name"), CASES)
def test_lists_are_those_of_the_engine(dimension: int, name: str) -> None:
    c = configurations(dimension)[name]
    for cutoff in CUTOFFS:
        expected = as_sorted(c, cutoff)
        whole = find_neighbours(c, cutoff)
        parts = list(neighbours_by_part(c, cutoff, pairs=50))
        ends = [part.stop for part, _ in parts]
        assert [part.start for part, _ in parts] == [0, *ends[:-1]]
        assert ends[-1] == len(c)
        for values in (joined([(slice(0, len(c)), whole)]), joined(parts)):
            for what, array in expected.items():
                np.testing.assert_array_equal(values[what], array, err_msg=f"{what}, {cutoff}")
        assert whole.second.dtype == whole.shifts.dtype == np.int32


def test_a_part_has_no_more_pairs_than_asked_unless_one_particle_does() -> None:
    c = configurations(3)["dense"]
    sizes = [len(pairs.second) for _, pairs in neighbours_by_part(c, 2.0, pairs=200)]
    assert max(sizes) <= 200 < sum(sizes)
    ones = list(neighbours_by_part(c, 2.0, pairs=1))
    assert [len(pairs) for _, pairs in ones] == [1] * len(c)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("name", ["dense", "in empty space"])
def test_parts_have_a_multiple_of_particles(kept: bool, name: str) -> None:
    c = configurations(3)[name]
    whole = find_neighbours(c, 2.0)
    if kept:
        with kept_neighbours(c):
            parts = list(neighbours_by_part(c, 2.0, pairs=300, multiple=16))
    else:
        parts = list(neighbours_by_part(c, 2.0, pairs=300, multiple=16))
    assert len(parts) > 5
    assert all(len(pairs) % 16 == 0 for _, pairs in parts[:-1])
    np.testing.assert_array_equal(joined(parts)["second"], whole.second)
    np.testing.assert_array_equal(joined(parts)["first"], whole.first)


def test_many_pairs_are_counted_before_they_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    c = configurations(3)["dense"]
    plain = find_neighbours(c, 2.0)
    monkeypatch.setattr("mechanist.mechanics.cell_grid._SMALL", 0)
    counted = find_neighbours(c, 2.0)
    np.testing.assert_array_equal(counted.vectors, plain.vectors)
    assert counted.vectors.base is not None
    assert len(counted.vectors.base) == len(plain.vectors) + len(c)  # a particle finds itself
    monkeypatch.setattr("mechanist.core.memory.free_memory", lambda: 10**5)
    monkeypatch.setattr("mechanist.core.memory._SMALL", 0)
    with pytest.raises(ValueError, match=r"pairs of neighbours of 300 particles.*shorter cutoff"):
        find_neighbours(c, 2.0)
    assert CellGrid(c, 0.5).everyone().starts[-1] < 300


@pytest.mark.parametrize(("dimension", "name"), CASES)
def test_averages_by_parts_are_products_with_the_matrix(
    dimension: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = configurations(dimension)[name]
    values = np.random.default_rng(1).normal(size=(len(c), 3))
    expected, found = averaging_matrix(c, 1.5) @ values, np.empty((len(c), 5))
    counts = np.zeros((len(c), len(c)))
    pairs = find_neighbours(c, 1.5)
    np.add.at(counts, (pairs.first, pairs.second), 1.0)
    plain = (values + counts @ values) / (1 + counts.sum(axis=1))[:, None]
    np.testing.assert_allclose(expected, plain, rtol=1e-12, atol=1e-14)
    monkeypatch.setitem(neighbours_by_part.__kwdefaults__, "pairs", 40)
    add_averages(c, 1.5, values, found[:, 1:4])
    np.testing.assert_array_equal(found[:, 1:4], expected)
