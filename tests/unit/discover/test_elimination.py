"""Which columns the smallest subset keeps, just inside and just outside of what is asked."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LassoCV

from mechanist.discover.elimination import (
    eliminate,
    lasso,
    least_squares,
    messenger_bortz,
    smallest_subset,
    threshold_path,
)


def kept(weight: float, noise: float, rows: int = 102) -> tuple[int, ...]:
    """Return the columns kept of two orthonormal ones with weights 1 and ``weight``.

    The part of the target outside of them has the norm ``noise``.
    """
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(rows, 3)))[0]
    return smallest_subset(basis[:, :2], basis @ np.array([1.0, weight, noise])).support


@pytest.mark.parametrize(("weight", "columns"), [(0.0395, (0,)), (0.0405, (0, 1))])
def test_a_column_must_be_four_times_its_error(weight: float, columns: tuple[int, ...]) -> None:
    """The error of a weight is 0.1 / sqrt(102 rows - 2 columns) = 0.01, of either sign."""
    assert kept(weight, 0.1) == kept(-weight, 0.1) == columns


@pytest.mark.parametrize(("share", "columns"), [(0.98e-3, (0,)), (1.02e-3, (0, 1))])
def test_without_noise_a_column_must_hold_a_thousandth_of_the_target(
    share: float, columns: tuple[int, ...]
) -> None:
    weight = share / math.sqrt(1 - share**2)  # the target has the norm sqrt(1 + weight^2)
    assert kept(weight, 0.0) == kept(-weight, 0.0) == columns


@pytest.mark.parametrize(("angle", "dependent"), [(1.8e-14, True), (2.2e-14, False)])
def test_columns_at_a_tiny_angle_are_dependent(angle: float, dependent: bool) -> None:
    """The singular values of two unit columns have half of a small angle as their ratio.

    Columns that are accepted are fitted, though the product of such columns is singular to rounding.
    """
    matrix = np.array([[1.0, 1.0], [0.0, angle], [0.0, 0.0]])
    if dependent:
        with pytest.raises(ValueError, match=r"columns \[0, 1\] are linearly dependent"):
            eliminate(matrix, np.ones(3))
    else:
        # either of the two is enough
        fit = eliminate(matrix, np.array([3.0, 2 * angle, 0.0]))
        assert sorted(fit.coefficients) == pytest.approx([0, 3])


def eliminated(weight: float, noise: float, **options: float) -> tuple[int, ...]:
    """Return the columns that elimination keeps, in place of ``kept``."""
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(102, 3)))[0]
    fit = eliminate(basis[:, :2], basis @ np.array([1.0, weight, noise]), **options)
    return fit.support


@pytest.mark.parametrize(("weight", "columns"), [(0.0395, (0,)), (0.0405, (0, 1))])
def test_elimination_asks_for_four_errors(weight: float, columns: tuple[int, ...]) -> None:
    assert eliminated(weight, 0.1) == eliminated(-weight, 0.1) == columns
    assert eliminated(weight, 0.1, significance=2.0) == (0, 1)


@pytest.mark.parametrize(("share", "columns"), [(0.98e-3, (0,)), (1.02e-3, (0, 1))])
def test_elimination_asks_for_a_thousandth(share: float, columns: tuple[int, ...]) -> None:
    weight = share / math.sqrt(1 - share**2)
    assert eliminated(weight, 0.0) == eliminated(-weight, 0.0) == columns
    assert eliminated(weight, 0.0, gain=5e-4) == (0, 1)


def test_nothing_is_kept_of_noise_and_of_nothing() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(50, 3))
    for target in (np.zeros(50), rng.normal(size=50)):
        fit = eliminate(matrix, target)
        assert fit.support == ()
        assert fit.coefficients.tolist() == fit.errors.tolist() == [0.0] * 3
    assert least_squares(matrix, np.ones(50), []).coefficients.tolist() == [0.0] * 3


def test_errors_by_plain_matrices() -> None:
    """Rows of their own, and blocks whose rows belong together, in correlated columns of different sizes."""
    rng = np.random.default_rng(2)
    matrix = rng.normal(size=(30, 2)) @ [[1.0, 60.0], [0.0, 80.0]]
    target = matrix @ [2.0, 0.03] + rng.normal(size=30)
    inverse = np.linalg.inv(matrix.T @ matrix)
    weights = inverse @ matrix.T @ target
    left = target - matrix @ weights
    fit = least_squares(matrix, target, [0, 1])
    np.testing.assert_allclose(fit.coefficients, weights)
    np.testing.assert_allclose(fit.errors, np.sqrt(left @ left / 28 * np.diag(inverse)))
    blocks = np.arange(30) % 6
    scores = [matrix[blocks == k].T @ left[blocks == k] for k in range(6)]
    middle = sum(np.outer(one, one) for one in scores)
    wanted = np.sqrt(np.diag(inverse @ middle @ inverse) * 6 / 4)
    by_block = least_squares(matrix, target, [0, 1], blocks=blocks)
    np.testing.assert_allclose(by_block.errors, wanted)
    placed = least_squares(np.column_stack([np.ones(30), matrix]), target, [1, 2])
    np.testing.assert_allclose(placed.errors, [0.0, *fit.errors])
    exact = least_squares(matrix[:2], target[:2], [0, 1])
    assert (exact.errors < 1e-9).all()


@pytest.mark.parametrize(
    ("coefficient", "fits"),
    # thresholds rise from 10^-3.5 to 10^-0.05 by a factor of 10^0.0986
    [
        (3.1e-4, 0),
        (3.2e-4, 1),
        (3.9e-4, 1),
        (4.0e-4, 2),
        (0.70, 34),
        (0.72, 35),
        (0.88, 35),
        (0.9, 36),
    ],
)
def test_thresholds_by_default(coefficient: float, fits: int) -> None:
    """A column stays as long as its share of the target's norm is no smaller than the threshold."""
    target = np.array([coefficient, np.sqrt(1 - coefficient**2)])
    path = threshold_path(np.eye(2), target)
    assert len(path) == 36
    assert [0 in fit.support for fit in path] == [True] * fits + [False] * (36 - fits)


def test_what_each_threshold_keeps() -> None:
    path = threshold_path(
        np.eye(3), np.array([0.8, 0.6, 0.001]), thresholds=[0.0005, 0.1, 0.7, 0.9]
    )
    assert [fit.support for fit in path] == [(0, 1, 2), (0, 1), (0,), ()]
    equal = threshold_path(np.eye(2), np.array([0.6, 0.8]), thresholds=[0.6])
    assert equal[0].support == (0, 1)  # a coefficient at the threshold stays


def test_the_balance_of_messenger_and_bortz_by_hand() -> None:
    """Weights 4, 3 and 0: none costs 1, the larger alone 3/5 + 1/3, both of them 2/3."""
    matrix, target = np.eye(3), np.array([4.0, 3.0, 0.0])
    one, two = (least_squares(matrix, target, support) for support in ([0], [0, 1]))
    nothing, whole = least_squares(matrix, target, []), least_squares(matrix, target, [0, 1, 2])
    assert messenger_bortz(matrix, target, [nothing, one, two, whole]) is two
    assert messenger_bortz(matrix, target, [nothing, one]) is one
    assert messenger_bortz(2 * matrix, 2 * target, [one, whole]) is whole


@pytest.mark.parametrize(("columns", "allowed"), [(12, True), (13, False)])
def test_all_subsets_of_twelve_columns_are_tried(columns: int, allowed: bool) -> None:
    matrix, target = np.eye(16)[:, :columns], np.eye(16)[0]
    if allowed:
        assert smallest_subset(matrix, target).support == (0,)
    else:
        with pytest.raises(ValueError, match=r"13 columns have 2\^13 subsets; expected at most 12"):
            smallest_subset(matrix, target)


def test_columns_that_depend_on_each_other_are_named_and_others_are_not() -> None:
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 20))
    with pytest.raises(ValueError, match=r"columns \[1, 3\] are linearly dependent"):
        eliminate(np.column_stack([a, b, c, 2 * b]), a)
    with pytest.raises(ValueError, match=r"columns \[0, 2\] of 3 are zero"):
        eliminate(np.column_stack([0 * a, b, 0 * c]), a)
    with pytest.raises(ValueError, match="linearly dependent"):
        eliminate(rng.normal(size=(2, 3)), np.ones(2))


def test_the_lasso_is_that_of_five_folds_and_thirty_penalties() -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(40, 4)) * [1.0, 10.0, 1.0, 1.0]
    target = matrix @ [1.0, 0.0, -0.3, 0.0] + rng.normal(size=40)
    norms = np.linalg.norm(matrix, axis=0)
    model = LassoCV(cv=5, fit_intercept=False, alphas=30, max_iter=20_000, precompute=False)
    model.fit(matrix / norms * np.sqrt(40), target / np.linalg.norm(target) * np.sqrt(40))
    wanted = model.coef_ * np.linalg.norm(target) / norms
    fit = lasso(matrix, target)
    np.testing.assert_allclose(fit.coefficients, wanted)
    assert fit.errors.tolist() == [0.0] * 4
    assert lasso(matrix, 0 * target).coefficients.tolist() == [0.0] * 4
    for other in ({"folds": 4}, {"folds": 6}, {"penalties": 31}):
        assert (lasso(matrix, target, **other).coefficients != wanted).any()
