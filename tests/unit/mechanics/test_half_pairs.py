"""Pairs by parts come in the order of the engine, to the last bit."""

import numpy as np
import pytest

from helpers import disordered
from listed_pairs import configurations, engine_pairs
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.half_pairs import HalfPairs, PairPart

CASES = [(d, name) for d in (2, 3) for name in configurations(d)]


def check(c: Configuration, cutoff: float, parts: list[PairPart]) -> int:
    """Check that parts make up the list of the engine, and return its length."""
    first, second, vectors, _, shifts = engine_pairs(c, cutoff, both=False)
    expected = {"first": first, "second": second, "vectors": vectors, "shifts": shifts}
    for name, values in expected.items():
        found = [getattr(part, name) for part in parts]
        np.testing.assert_array_equal(np.concatenate(found), values, err_msg=name)
    return len(first)


@pytest.mark.parametrize(("dimension", "name"), CASES)
def test_parts_are_the_list_of_the_engine(
    dimension: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = configurations(dimension)[name]
    for cutoff in (0.4, 1.0, 2.6):
        check(c, cutoff, list(HalfPairs(c, cutoff).parts()))
    monkeypatch.setattr("mechanist.mechanics.half_pairs._WHOLE", 0)
    check(c, 1.5, list(HalfPairs(c, 1.5).parts(60)))


def test_many_pairs_come_in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    c = configurations(3)["dense"]
    monkeypatch.setattr("mechanist.mechanics.half_pairs._WHOLE", 0)
    sizes = [len(part.first) for part in HalfPairs(c, 1.5).parts(200)]
    assert len(sizes) > 5
    assert max(sizes) <= 200


def test_so_many_cells_that_the_engine_makes_fewer() -> None:
    rng = np.random.default_rng(2)
    cell = np.diag([40.0, 50.0, 30.0])
    gas = Configuration(
        rng.uniform(size=(3000, 3)) @ cell, cell, np.zeros(3000, np.int64), ("A",), 3
    )
    cutoff = 0.7
    assert np.prod(np.diag(cell) // cutoff) > 1e5
    assert check(gas, cutoff, list(HalfPairs(gas, cutoff).parts())) > 50


def test_few_pairs_come_at_once_and_many_by_parts() -> None:
    c = disordered(np.random.default_rng(2), n=300)
    assert HalfPairs(c, 1.5).few
    assert not HalfPairs(disordered(np.random.default_rng(2), n=60_000), 2.0).few
    with pytest.raises(ValueError, match="cutoff = 0; expected a positive length"):
        HalfPairs(c, 0)
