"""The trust region of the minimiser: which steps count, and how long the next one may be."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from helpers import disordered
from mechanist.simulate.newton import NewtonRelaxer, _solve

NAN = float("nan")


def told(steps: list[tuple[float, float, bool]]) -> tuple[list[float], list[str], int]:
    """Run the minimiser on scripted steps: share of the predicted gain, length, and whether bounded.

    Returns the radii that it allowed, the states from which it stepped, and its count of evaluations.
    """
    relaxer: Any = NewtonRelaxer(disordered(np.random.default_rng(0), n=9))
    radii, starts = [], []

    def state(name: str, norm: float) -> SimpleNamespace:
        return SimpleNamespace(name=name, force_norm=norm, positions=None, energy=0.0,
                               stress=lambda measure: None)  # fmt: skip

    def step(start: Any, cell: object, radius: float, tolerance: float) -> Any:
        radii.append(radius)
        starts.append(start.name)
        if len(radii) > len(steps):
            return state("minimum", 0.0), 1.0, 0.1, False, 5
        share, length, bounded = steps[len(radii) - 1]
        return state(f"after {len(radii)}", 1.0), share, length, bounded, 3

    relaxer._landscape = SimpleNamespace(evaluate=lambda *_: state("start", 1.0))
    relaxer._step = step
    found = relaxer.relax(np.zeros((10000, 3)), np.eye(3), tolerance=0.5)
    return radii, starts, found.evaluations


@pytest.mark.parametrize(
    ("share", "bounded", "second"),
    [
        (0.24, False, 0.25 * 0.4),  # poor: a quarter of the step
        (0.26, False, 0.8),
        (0.74, True, 0.8),
        (0.76, False, 0.8),  # good, but not limited by the region
        (0.76, True, 0.8),  # good and limited, but the region is as large as it may be
        (-3.0, True, 0.1),
        (NAN, True, 0.1),
    ],
)
def test_the_region_shrinks_after_poor_steps(share: float, bounded: bool, second: float) -> None:
    radii, *_ = told([(share, 0.4, bounded)])
    assert radii == pytest.approx([0.8, second])  # 0.008 for each of 10,000 particles at first


def test_the_region_grows_twofold_after_good_steps_up_to_where_it_began() -> None:
    radii, *_ = told([(0.0, 0.8, True)] + [(0.9, 1.0, True)] * 4)
    assert radii == pytest.approx([0.8, 0.2, 0.4, 0.8, 0.8, 0.8])


@pytest.mark.parametrize(
    ("share", "start"),
    [(1.1e-4, "after 1"), (0.9e-4, "start"), (0.0, "start"), (-1.0, "start"), (NAN, "start"),
     (1.0, "after 1")],
)  # fmt: skip
def test_a_step_without_gain_is_undone(share: float, start: str) -> None:
    _, starts, _ = told([(share, 0.4, False)])
    assert starts == ["start", start]


def test_every_product_and_every_energy_counts() -> None:
    assert told([])[2] == 1 + (5 + 1)
    assert told([(0.5, 0.4, False)] * 2)[2] == 1 + 2 * (3 + 1) + (5 + 1)


@pytest.mark.parametrize("dimension", [2, 3])
def test_the_first_step_from_far_away_is_as_long_as_it_may_be(dimension: int) -> None:
    c = disordered(np.random.default_rng(7), n=64, dimension=dimension)
    relaxer, tried = NewtonRelaxer(c), []
    evaluate = relaxer._landscape.evaluate

    def watched(positions: np.ndarray, cell: np.ndarray) -> Any:
        tried.append(positions.copy())
        return evaluate(positions, cell)

    relaxer._landscape.evaluate = watched  # type: ignore[method-assign]
    relaxer.relax(c.positions, c.cell, tolerance=1e-3)
    first = np.sqrt(((tried[1] - tried[0]) ** 2).sum(axis=1).mean())
    assert first == pytest.approx(0.008, rel=1e-6)


def test_a_spring_needs_one_product_of_its_stiffness() -> None:
    """Two particles on a spring of stiffness 3 are pulled apart: each moves by force over 2 x 3."""
    pull = np.array([[1.2, 0.0, 0.0], [-1.2, 0.0, 0.0]])
    spring: Any = (np.array([0, 1, 1]), np.array([1]), np.array([[1.0, 0.0, 0.0]]),
                   np.array([0.0]), np.array([3.0]))  # fmt: skip
    step, gain, bounded, products = _solve(*spring, pull, 1e-9, 10.0, 7)
    np.testing.assert_allclose(step, pull / 6)
    assert gain == pytest.approx(0.5 * 2 * 1.2 * 0.2)  # half of force times path, for both
    assert (bounded, products) == (False, 1)
    step, gain, bounded, products = _solve(*spring, pull, 1e-9, 0.1, 7)  # too far: stops at 0.1
    assert np.linalg.norm(step) == pytest.approx(0.1)
    assert (bounded, products) == (True, 1)
    assert _solve(*spring, pull, 1e-9, 10.0, 0)[3] == 0
