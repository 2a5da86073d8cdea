"""Criterion v of the audit: rank, inversion with three outcomes, and linear reconstruction."""

import numpy as np
import pytest

import audit_toys as toys
from mechanist.audit import glass_states as states
from mechanist.audit.card import Finding, Verdict
from mechanist.audit.inversion import invert, jacobian, rank
from mechanist.audit.linear_rebuilding import rebuilding_error
from mechanist.audit.reconstruction import reconstruction
from mechanist.audit.thresholds import SAME_STRUCTURE
from mechanist.core.typing import FloatArray


def findings(columns: toys.Columns, dimension: int = 2) -> tuple[Verdict, dict[str, Finding]]:
    criterion = reconstruction(
        toys.view(columns, dimension=dimension),
        np.random.default_rng(1),
        environments=5,
        inversions=3,
    )
    return criterion.verdict, {f.name: f for f in criterion.findings}


@pytest.mark.parametrize("dimension", [2, 3])
def test_a_power_spectrum_of_full_rank_passes(dimension: int) -> None:
    verdict, found = findings(toys.spectrum, dimension)
    assert verdict is Verdict.PASS
    assert found["rank"].value == 1
    assert found["inversion"].value >= 0.9


def test_nearest_distances_fail() -> None:
    verdict, found = findings(toys.nearest)
    assert verdict is Verdict.FAIL
    assert found["rank"].value == pytest.approx(7 / 13)
    assert found["inversion"].verdict is Verdict.WARN
    assert "0 recovered" in found["inversion"].note


def test_a_count_tells_nothing() -> None:
    verdict, found = findings(toys.hard_count)
    assert verdict is Verdict.FAIL
    assert found["rank"].value == 0


def test_three_outcomes_are_kept_apart() -> None:
    def distance(a: FloatArray, b: FloatArray) -> float:
        return float(np.abs(a - b).max())

    def outcome(described: toys.Callable, truth: float, start: float) -> str:
        ends = np.array([truth]), np.array([start])
        return invert(described, *ends, distance=distance, length=1.0).outcome

    assert outcome(np.tanh, 0.5, 0.3) == "recovered"
    assert outcome(np.square, 0.5, -0.3) == "wrong"
    assert outcome(lambda x: x**3 - 3 * x, -3.0, 1.2) == "stuck"  # in the minimum at 1


def test_the_jacobian_is_right_and_ranks_are_counted() -> None:
    matrix = np.random.default_rng(0).normal(size=(6, 4)) @ np.diag([1, 1, 1, 0])
    x = np.array([0.3, 0.2, 0.1, 0.5])
    found = jacobian(lambda x: np.sin(matrix @ x), x, 1e-3)
    np.testing.assert_allclose(found, np.cos(matrix @ x)[:, None] * matrix, atol=1e-10)
    assert rank(found) == 3
    assert rank(np.diag([1.0, 2e-6, 5e-7])) == 2
    assert rank(np.zeros((2, 2))) == 0


def samples(rng: np.random.Generator, width: int) -> list[FloatArray]:
    return [rng.normal(size=(80, width)) for _ in range(4)]


def test_rebuilding_tells_what_is_lost_and_which_is_richer() -> None:
    rng = np.random.default_rng(2)
    rich = samples(rng, 5)
    turned = [x @ rng.normal(size=(5, 5)) + 3 for x in rich[:1]]
    mix = rng.normal(size=(5, 5))
    turned = [x @ mix + 3 for x in rich]
    poor = [x[:, :2] * [1.0, 1e6] for x in rich]
    assert rebuilding_error(turned, rich) < 1e-8
    assert rebuilding_error(rich, poor) < 1e-8
    assert rebuilding_error(poor, rich) == pytest.approx(np.sqrt(3 / 5), abs=0.05)
    assert rebuilding_error(samples(rng, 5), rich) == pytest.approx(1, abs=0.03)


def test_rebuilding_is_judged_on_samples_left_out() -> None:
    """More columns than objects reconstruct anything within a sample, but nothing outside it."""
    rng = np.random.default_rng(3)
    assert rebuilding_error(samples(rng, 400), samples(rng, 3)) > 0.95


def test_twins_have_the_same_distances_and_angles_but_another_structure() -> None:
    c = states.twins(2, np.random.default_rng(0), noise=0.0)
    one, other = c.positions[1:5] - c.positions[0], c.positions[6:10] - c.positions[5]

    def pairs(ring: FloatArray) -> FloatArray:
        return np.sort(np.linalg.norm(ring[:, None] - ring, axis=-1).ravel())

    np.testing.assert_allclose(pairs(one), pairs(other), atol=1e-12)
    values = toys.spectrum(c, np.zeros((3, 3)))
    np.testing.assert_allclose(values[0], values[5], atol=1e-12)
    triple = [np.sort(np.linalg.norm(r.sum(axis=0) - r, axis=1)) for r in (one, other)]
    assert np.abs(triple[0] - triple[1]).max() > 100 * SAME_STRUCTURE
