"""Sums over rows, their origin, and the choice of penalties, by hand and by plain sums."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from learning_inputs import grouped_regression
from mechanist.core.typing import FloatArray
from mechanist.learn import ridge_folds
from mechanist.learn.linear_moments import Moments, Origin, Standardised, moments_of, total
from mechanist.learn.penalties import PenaltySearch
from mechanist.learn.ridge_folds import cells_of, cross_fit, fit_all

#: Rows that are read at once.
AT_ONCE = 8192


def test_an_origin_by_hand() -> None:
    X = np.array([[1.0, 5.0], [3.0, 5.0], [8.0, 5.0]])
    origin = Origin.of(X)
    assert origin.shift.tolist() == [4.0, 5.0]
    assert origin.scale == pytest.approx([np.sqrt(26 / 3), 1.0])  # a constant has the scale 1


def test_the_shift_of_many_rows_is_that_of_some_and_their_scale_that_of_all() -> None:
    rows = np.arange(2.0 * AT_ONCE)
    X = np.stack([rows % 2, rows % 2 + 1], axis=1)  # every second row is even
    origin = Origin.of(X)
    assert origin.shift.tolist() == [0.0, 1.0]
    assert origin.scale == pytest.approx(np.sqrt([0.5, 0.5]))
    assert Origin.of(X[:-1]).shift == pytest.approx([0.5, 1.5], abs=1e-3)


@pytest.mark.parametrize("n", [5, AT_ONCE + 3])
def test_sums_are_those_of_all_rows_in_the_coordinates_of_the_origin(n: int) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(n + 4, 3)) * [1, 10, 100], rng.normal(size=(n + 4, 2))
    rows, origin = (
        np.arange(n + 4)[4:],
        Origin(np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 9.0])),
    )
    found = moments_of(X, Y, rows, origin)
    Z, y = (X[4:] - [1, 2, 3]) / [1, 5, 9], Y[4:]
    assert found.n == n
    np.testing.assert_allclose(found.x, Z.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.xx, Z.T @ Z, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.xy, Z.T @ y, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.y, y.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.yy, (y**2).sum(axis=0), rtol=1e-9)
    np.testing.assert_array_equal(found.least, X[4:].min(axis=0))
    np.testing.assert_array_equal(found.most, X[4:].max(axis=0))
    assert found.rounding == 2.0**-52
    assert moments_of(X.astype(np.float32), Y, rows, origin).rounding == 2.0**-23
    parts = total([moments_of(X, Y, part, origin) for part in (rows[:2], rows[2:4], rows[4:])])
    for name in vars(found):
        np.testing.assert_allclose(getattr(parts, name), getattr(found, name), rtol=1e-9, atol=1e-9)


def test_a_single_set_of_rows_is_its_own_total() -> None:
    one = moments_of(
        np.ones((2, 1)), np.ones((2, 1)), np.arange(2), Origin(np.zeros(1), np.ones(1))
    )
    assert total([one]) is one


@pytest.mark.parametrize(("units", "resolved"), [(32, False), (33, True)])
def test_a_variance_of_more_than_32_units_of_rounding_is_resolved(
    units: int, resolved: bool
) -> None:
    eps = 2.0**-52
    moments = Moments(
        n=1, x=np.ones(1), y=np.zeros(1), xx=np.array([[1 + units * eps]]), xy=np.zeros((1, 1)),
        yy=np.zeros(1), least=np.zeros(1), most=np.ones(1), rounding=eps,
    )  # fmt: skip
    assert np.isfinite(Standardised.of(moments).deviation).tolist() == [resolved]
    constant = replace(moments, most=np.zeros(1))
    assert np.isinf(Standardised.of(constant).deviation).all()


class Shaped(PenaltySearch):
    """A search on a loss that is given."""

    def _loss(self, training: Sequence[int], choice: tuple[int, ...]) -> FloatArray:
        return np.array([self.loss(choice)])  # type: ignore[attr-defined]


def shaped(loss: object, blocks: int = 2, **options: Any) -> Shaped:
    cells: Any = {k: SimpleNamespace(y=np.zeros(1)) for k in range(2)}
    search = Shaped(cells, [slice(k, k + 1) for k in range(blocks)], **options)
    search.loss = loss  # type: ignore[attr-defined]
    return search


def test_the_grid_and_what_a_single_cell_gets() -> None:
    search = shaped(sum)
    assert list(search.penalties) == [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]
    assert search.choose([0]) == [(4, 4)]
    assert search.choose([0, 1]) == [(0, 0)]
    assert shaped(sum, penalties=(1.0, 2.0, 3.0)).choose([1]) == [(1, 1)]


def test_equal_losses_move_nothing() -> None:
    assert shaped(lambda choice: 1.0).choose([0, 1]) == [(0, 0)]


@pytest.mark.parametrize(
    ("options", "end"), [({"rounds": 1}, (3, 1)), ({}, (4, 0)), ({"rounds": 3}, (5, 0))]
)
def test_two_rounds_are_walked_unless_more_are_asked_for(
    options: dict[str, int], end: tuple[int, int]
) -> None:
    """Down a stair, each round takes one step along the first block and one along the second."""
    stair = {(2, 2): 9, (3, 2): 8, (3, 1): 7, (4, 1): 6, (4, 0): 5, (5, 0): 4}
    assert shaped(lambda choice: stair.get(choice, 20), **options).choose([0, 1]) == [end]


def test_cells_by_hand() -> None:
    folds, groups = np.array([0, 0, 0, 1, 1, 1, 0]), np.array([7, 3, 9, 5, 4, 5, 3])
    assert cells_of(folds, groups, halves=False).tolist() == folds.tolist()
    # of the groups 3 7 9 and of 4 5, every second one is in the other half
    assert cells_of(folds, groups, halves=True).tolist() == [1, 0, 0, 3, 2, 3, 0]


def test_rows_that_are_not_available_change_nothing() -> None:
    X, y, groups = grouped_regression(np.random.default_rng(0))
    folds, train = groups % 4, np.random.default_rng(1).random(len(y)) < 0.7
    options: dict[str, Any] = {"folds": folds, "groups": groups, "blocks": [slice(0, 10)]}
    spoilt = np.where(train, y, 1e3)
    some, other = (cross_fit(X, t[:, None], train=train, **options) for t in (y, spoilt))
    every = cross_fit(X, y[:, None], **options)
    kept = {name: value[train] for name, value in (("folds", folds), ("groups", groups))}
    alone = cross_fit(X[train], y[train, None], blocks=[slice(0, 10)], **kept)
    for k in range(4):
        np.testing.assert_array_equal(some.fits[k].slopes, other.fits[k].slopes)
        np.testing.assert_allclose(some.fits[k].slopes, alone.fits[k].slopes, rtol=1e-6, atol=1e-9)
        assert np.abs(some.fits[k].slopes - every.fits[k].slopes).max() > 1e-4


def test_inner_models_need_a_second_cell_and_are_made_only_on_request() -> None:
    X, y, groups = grouped_regression(np.random.default_rng(0))
    options: dict[str, Any] = {"folds": groups % 3, "groups": groups, "blocks": [slice(0, 10)]}
    assert cross_fit(X, y[:, None], **options).inner == [{}, {}, {}]
    train = groups % 3 != 2
    inner = cross_fit(X, y[:, None], train=train, inner=True, **options).inner
    assert [sorted(held) for held in inner] == [[], [], [0, 1]]


@pytest.mark.parametrize(("n_folds", "cells"), [(2, 4), (3, 3), (4, 4)])
def test_a_model_of_all_rows_is_chosen_by_folds_or_by_their_halves(
    n_folds: int, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    class Seen(PenaltySearch):
        def choose(self, training: Sequence[int]) -> list[tuple[int, ...]]:
            seen.append((len(training), len(self.cells), self.rounds))
            return super().choose(training)

    monkeypatch.setattr(ridge_folds, "PenaltySearch", Seen)
    X, y, groups = grouped_regression(np.random.default_rng(0))
    options: dict[str, Any] = {
        "folds": groups % n_folds,
        "groups": groups,
        "blocks": [slice(0, 10)],
    }
    fit_all(X, y[:, None], **options)
    cross_fit(X, y[:, None], **options)
    assert seen[0] == (cells, cells, 2)
    held_out = 2 if n_folds == 2 else 1
    assert seen[1:] == [(cells - held_out, cells, 2)] * n_folds
