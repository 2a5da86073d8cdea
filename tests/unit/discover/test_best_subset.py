"""Three searches together find the best subsets, on problems on which each pair of them fails."""

from itertools import combinations

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.best_subset import _backward, _Best, best_subsets
from mechanist.discover.regression import Problem


def mixed(
    seed: int, p: int, terms: int, noise: float, mixing: float
) -> tuple[FloatArray, FloatArray]:
    """Return 60 rows of ``p`` columns that resemble each other, and a target of some of them."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(60, p)) @ (np.eye(p) + mixing * rng.normal(size=(p, p)))
    weights = np.zeros(p)
    chosen = rng.choice(p, terms, replace=False)
    weights[chosen] = rng.choice([-1, 1], terms) * rng.uniform(0.5, 2, terms)
    target = rows @ weights
    return rows, target + noise * target.std() * rng.normal(size=60)


def loss(rows: FloatArray, target: FloatArray, support: tuple[int, ...]) -> float:
    """Return the squared residual of a plain fit over the squared target."""
    columns = rows[:, list(support)]
    left = target - columns @ np.linalg.lstsq(columns, target, rcond=None)[0]
    return float(left @ left / (target @ target))


# Found by trying seeds: without the named search, a subset of some size is not the best.
@pytest.mark.parametrize(
    ("seed", "p", "terms", "noise", "mixing"),
    [
        pytest.param(6, 8, 4, 0.3, 1.0, id="forward search with several supports"),
        pytest.param(18, 8, 4, 0.3, 1.0, id="forward search with several supports, again"),
        pytest.param(0, 10, 5, 0.5, 2.0, id="backward elimination"),
        pytest.param(16, 10, 5, 0.5, 2.0, id="backward elimination, again"),
        pytest.param(134, 8, 4, 0.3, 1.0, id="exchange of columns"),
        pytest.param(84, 10, 5, 0.5, 2.0, id="exchange of columns, again"),
    ],
)
def test_every_search_is_needed(seed: int, p: int, terms: int, noise: float, mixing: float) -> None:
    rows, target = mixed(seed, p, terms, noise, mixing)
    path = best_subsets(Problem.dense(rows, target), max_terms=5)
    assert [len(fit.support) for fit in path] == list(range(6))
    for fit in path[1:]:
        every = combinations(range(p), len(fit.support))
        best = min(every, key=lambda support: loss(rows, target, support))
        assert fit.support == best
        assert fit.loss == pytest.approx(loss(rows, target, best), rel=1e-9)


@pytest.mark.parametrize(
    "options", [{"max_terms": 0}, {"max_terms": -1}, {"beam": 0}, {"beam": -2}]
)
def test_searches_without_extent_are_refused(options: dict[str, int]) -> None:
    problem = Problem.dense(np.eye(3), np.array([3.0, 2.0, 1.0]))
    with pytest.raises(ValueError, match="expected positive numbers"):
        best_subsets(problem, **options)


def test_a_search_for_one_term_with_one_support_is_allowed() -> None:
    problem = Problem.dense(np.eye(3), np.array([1.0, 3.0, 2.0]))
    path = best_subsets(problem, max_terms=1, beam=1)
    assert [fit.support for fit in path] == [(), (1,)]


def test_a_path_is_no_longer_than_is_asked_for() -> None:
    rows, target = mixed(3, 12, 4, 0.3, 1.0)
    assert [len(fit.support) for fit in best_subsets(Problem.dense(rows, target))] == [*range(11)]
    short = best_subsets(Problem.dense(rows, target), max_terms=3)
    assert [len(fit.support) for fit in short] == [0, 1, 2, 3]


def test_elimination_drops_what_costs_least_and_not_what_weighs_least() -> None:
    """Of two columns that nearly coincide each has a large weight, and neither is missed.

    Columns are c, a and a + e b, with e = 0.01 and orthogonal a, b and c; the target is 0.5 c + 0.05 b.
    The weights are 0.5, -5 and 5; without either of the last two the squared residual is 0.0025.
    """
    c, a, b = np.eye(3)
    problem = Problem.dense(np.column_stack([c, a, a + 0.01 * b]), 0.5 * c + 0.05 * b)
    best = _Best(problem)
    _backward(problem, best, 3)
    assert best.supports[1] == (0,)
    assert best.losses[1] == pytest.approx(0.0025 / 0.2525, rel=1e-3)
    assert 0 in best.supports.get(2, (0,))
