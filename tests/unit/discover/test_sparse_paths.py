"""Sparse regression on linear systems: paths, best subsets and their symmetries."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.discover.best_subset import best_subsets
from mechanist.discover.regression import Problem, stlsq_path, stridge_path
from sparse_systems import compressed, sparse_problem

quick = settings(max_examples=12, deadline=None, derandomize=True)
PATHS = {
    "best_subsets": lambda problem: best_subsets(problem, max_terms=6),
    "stlsq": stlsq_path,
    "stridge": stridge_path,
}


@pytest.mark.parametrize("name", ["best_subsets", "stlsq", "stridge"])
@quick
@given(seed=st.integers(0, 10**6), terms=st.integers(1, 4))
def test_exact_recovery_without_noise(name, seed, terms):
    rows, target, weights = sparse_problem(np.random.default_rng(seed), terms=terms)
    path = PATHS[name](Problem.dense(rows, target))
    right = [fit for fit in path if fit.support == tuple(np.flatnonzero(weights))]
    assert len(right) == 1
    np.testing.assert_allclose(right[0].weights, weights, rtol=1e-8)
    assert right[0].loss < 1e-20


@quick
@given(seed=st.integers(0, 10**6))
def test_best_subsets_are_the_best_of_all(seed):
    rows, target, _ = sparse_problem(np.random.default_rng(seed), n=60, p=9, terms=5, noise=0.5)
    problem = Problem.dense(rows, target)
    for fit in best_subsets(problem, max_terms=4)[1:]:
        every = combinations(range(9), len(fit.support))
        best = min(problem.scaled_fit(support)[1] for support in every)
        assert fit.loss == pytest.approx(best, rel=1e-9)


def test_greedy_alone_would_miss_what_the_search_finds():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 500))
    # The sum is the column closest to the target, but wrong: two columns in it cancel.
    rows = np.column_stack([a + 0.02 * b, a, a + b * 0.9 + 0.3 * rng.normal(size=500)])
    target = b
    problem = Problem.dense(rows, target)
    first = best_subsets(problem, max_terms=1)[1].support
    both = best_subsets(problem, max_terms=2)[2].support
    assert first == (2,)
    assert both == (0, 1)


@quick
@given(seed=st.integers(0, 10**6))
def test_rescaled_units_rescale_the_weights(seed):
    rng = np.random.default_rng(seed)
    rows, target, _ = sparse_problem(rng, noise=0.1)
    units, unit = 10.0 ** rng.uniform(-6, 6, rows.shape[1]), 10.0 ** rng.uniform(-6, 6)
    for path in PATHS.values():
        before = path(Problem.dense(rows, target))
        after = path(Problem.dense(rows * units, target * unit))
        assert [fit.support for fit in before] == [fit.support for fit in after]
        for old, new in zip(before, after, strict=True):
            np.testing.assert_allclose(new.weights, old.weights * unit / units, rtol=1e-7)


@quick
@given(seed=st.integers(0, 10**6))
def test_permuted_terms_permute_the_supports(seed):
    rng = np.random.default_rng(seed)
    rows, target, _ = sparse_problem(rng, noise=0.1)
    order = rng.permutation(rows.shape[1])
    before = best_subsets(Problem.dense(rows, target), max_terms=5)
    after = best_subsets(Problem.dense(rows[:, order], target), max_terms=5)
    for old, new in zip(before, after, strict=True):
        assert set(old.support) == {int(order[k]) for k in new.support}


def test_equal_columns_tie_to_the_first_and_never_stand_together():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(100, 4))
    rows = np.column_stack([rows, rows[:, 1], np.zeros(100)])
    target = 2.0 * rows[:, 1] + 0.1 * rng.normal(size=100)
    path = best_subsets(Problem.dense(rows, target), max_terms=6)
    assert path[1].support == (1,)
    assert path[1].weights[1] == pytest.approx(2.0, abs=0.1)
    assert all(not {1, 4} <= set(fit.support) and 5 not in fit.support for fit in path)
    assert len(path[-1].support) == 4


def test_a_target_of_zero_has_no_terms():
    rows = np.random.default_rng(3).normal(size=(50, 3))
    for path in PATHS.values():
        supports = {fit.support for fit in path(Problem.dense(rows, np.zeros(50)))}
        assert supports == {()}


def test_sizes_that_make_no_sense_are_refused():
    problem = Problem.dense(np.eye(3), np.ones(3))
    with pytest.raises(ValueError, match="max_terms = 0"):
        best_subsets(problem, max_terms=0)


def test_systems_and_rows_give_the_same_fits():
    rows, target, _ = sparse_problem(np.random.default_rng(4), noise=0.2)
    system = compressed(rows, target)
    for path in PATHS.values():
        for old, new in zip(
            path(Problem.dense(rows, target)), path(Problem.of(system)), strict=True
        ):
            assert old.support == new.support
            np.testing.assert_allclose(old.weights, new.weights, rtol=1e-9)
