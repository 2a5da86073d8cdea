"""Block ridge equals scikit-learn's ridge on scaled blocks; its penalties do not leak."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from learning_inputs import grouped_regression
from mechanist.core.typing import FloatArray
from mechanist.learn.estimators.block_ridge import BlockRidge
from mechanist.learn.linear_moments import Origin, Standardised, moments_of, total
from mechanist.learn.penalties import PENALTIES, PenaltySearch
from mechanist.learn.ridge_folds import cross_fit, predict

BLOCKS = [slice(0, 1), slice(1, 10)]


#: scikit-learn's own checks, except the one on array libraries, which are not supported.
CHECKS = [
    (estimator, check)
    for estimator, check in estimator_checks_generator(BlockRidge())
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(
    ("estimator", "check"), CHECKS, ids=lambda x: getattr(getattr(x, "func", 0), "__name__", "")
)
def test_keeps_the_contract_of_scikit_learn(
    estimator: BlockRidge, check: Callable[[BlockRidge], None]
) -> None:
    check(estimator)


def _by_sklearn(
    X: FloatArray, Y: FloatArray, penalties: FloatArray
) -> tuple[StandardScaler, Ridge, FloatArray]:
    """Fit ridge with one penalty by scaling each standardised column by 1/sqrt(its penalty)."""
    scaler, scale = StandardScaler().fit(X), 1 / np.sqrt(penalties)
    return scaler, Ridge(alpha=1.0).fit(scaler.transform(X) * scale, Y), scale


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-9), (np.float32, 1e-4)])
def test_equals_ridge_on_scaled_blocks(dtype: type, tolerance: float) -> None:
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(300, 10)) * np.geomspace(1e-3, 1e3, 10) + 5.0).astype(dtype)
    Y = np.stack([X[:, 0] * 1e3 + rng.normal(size=300), rng.normal(size=300)], axis=1)
    penalties = np.repeat([10.0, 1000.0], [1, 9])
    origin = Origin.of(X)
    parts = [moments_of(X, Y, np.arange(k, 300, 3), origin) for k in range(3)]
    fit = Standardised.of(total(parts)).solve(penalties).unscaled(origin)
    scaler, expected, scale = _by_sklearn(X.astype(float), Y, penalties)
    wanted = expected.predict(scaler.transform(X.astype(float)) * scale)
    got = X.astype(float) @ fit.slopes + fit.constant
    np.testing.assert_allclose(got, wanted, atol=tolerance * np.abs(wanted).max())


def test_squared_errors_follow_from_the_sums() -> None:
    rng = np.random.default_rng(1)
    X, y, _ = grouped_regression(rng)
    origin = Origin.of(X)
    training, rest = np.arange(0, 300), np.arange(300, 480)
    fit = Standardised.of(moments_of(X, y[:, None], training, origin)).solve(np.full(10, 3.0))
    error = moments_of(X, y[:, None], rest, origin).error(fit)
    plain = fit.unscaled(origin)
    residual = y[rest] - X[rest] @ plain.slopes[:, 0] - plain.constant[0]
    np.testing.assert_allclose(error, (residual**2).sum(), rtol=1e-10)


def test_the_walk_over_the_grid_finds_the_penalties_of_the_least_loss() -> None:
    """On a loss that is a bowl, wherever its lowest point is."""

    class Bowl(PenaltySearch):
        def _loss(self, training: Sequence[int], choice: tuple[int, ...]) -> FloatArray:
            return np.square(np.subtract(choice, lowest)).sum(keepdims=True)

    cells: Any = {k: SimpleNamespace(y=np.zeros(1)) for k in range(2)}
    for lowest in np.ndindex(8, 8):
        assert Bowl(cells, BLOCKS).choose([0, 1]) == [lowest]
        assert Bowl(cells, BLOCKS, rounds=0).choose([0, 1]) == [(sum(lowest) // 2,) * 2]


def test_outer_folds_are_those_of_separate_fits() -> None:
    rng = np.random.default_rng(2)
    X, y, groups = grouped_regression(rng)
    folds = groups % 4
    result = cross_fit(X, y[:, None], folds=folds, groups=groups, blocks=BLOCKS)
    for fold in range(4):
        penalties = np.repeat(result.penalties[fold, 0], [1, 9])
        scaler, expected, scale = _by_sklearn(X[folds != fold], y[folds != fold], penalties)
        wanted = expected.predict(scaler.transform(X) * scale)
        np.testing.assert_allclose(predict(X, result.fits)[fold, :, 0], wanted, atol=1e-8)


def test_the_inner_choice_never_sees_the_test_fold() -> None:
    rng = np.random.default_rng(3)
    X, y, groups = grouped_regression(rng)
    folds = groups % 4
    spoilt = np.where(folds == 0, 1e3 * rng.normal(size=len(y)), y)
    honest, other = (
        cross_fit(X, target[:, None], folds=folds, groups=groups, blocks=BLOCKS)
        for target in (y, spoilt)
    )
    np.testing.assert_allclose(honest.fits[0].slopes, other.fits[0].slopes, rtol=1e-10)
    np.testing.assert_array_equal(honest.penalties[0], other.penalties[0])
    # Control: the folds that train on the corrupted rows do change.
    assert not np.allclose(honest.fits[1].slopes, other.fits[1].slopes, rtol=0.1)


def test_the_inner_models_of_stacking_saw_neither_their_cell_nor_the_test_fold() -> None:
    rng = np.random.default_rng(4)
    X, y, groups = grouped_regression(rng)
    folds = groups % 4
    kwargs = {"folds": folds, "groups": groups, "blocks": BLOCKS, "inner": True,
              "penalties": (1.0,)}  # fmt: skip
    honest = cross_fit(X, y[:, None], **kwargs)
    spoilt = np.where((folds == 0) | (folds == 1), rng.normal(size=len(y)), y)
    other = cross_fit(X, spoilt[:, None], **kwargs)
    assert sorted(honest.inner[0]) == [1, 2, 3]
    np.testing.assert_allclose(honest.inner[0][1].slopes, other.inner[0][1].slopes, rtol=1e-10)
    assert not np.allclose(honest.inner[0][2].slopes, other.inner[0][2].slopes, rtol=0.1)


def test_a_strong_column_keeps_its_weight_beside_a_noisy_block() -> None:
    rng = np.random.default_rng(5)
    n_groups, size, width = 12, 30, 150
    groups = np.repeat(np.arange(n_groups), size)
    X = rng.normal(size=(n_groups * size, width))
    y = X[:, 0] + rng.normal(size=len(X))
    fresh = rng.normal(size=(4000, width))
    errors = {}
    for name, blocks in (("one", None), ("two", [(0, 1), (1, width)])):
        model = BlockRidge(blocks).fit(X, y, groups=groups)
        errors[name] = np.mean((model.predict(fresh) - fresh[:, 0]) ** 2)
    assert errors["two"] < 0.03
    assert errors["two"] < 0.2 * errors["one"]


def test_noise_is_penalised_away_and_a_signal_is_not() -> None:
    rng = np.random.default_rng(6)
    X, y, groups = grouped_regression(rng, n_groups=8, noise=0.5)
    kwargs = {"folds": groups % 4, "groups": groups, "blocks": [slice(0, 10)]}
    at = (groups % 4, np.arange(len(y)), 0)
    signal = predict(X, cross_fit(X, y[:, None], **kwargs).fits)[at]
    noise = rng.permutation(y)
    nothing = cross_fit(X, noise[:, None], **kwargs)
    assert np.corrcoef(signal, y)[0, 1] > 0.9
    assert abs(np.corrcoef(predict(X, nothing.fits)[at], noise)[0, 1]) < 0.12
    assert np.median(nothing.penalties) >= PENALTIES[3]


def test_groups_are_held_out_whole() -> None:
    """Columns that only identify groups fit rows of known groups, but not of unknown groups."""
    rng = np.random.default_rng(7)
    groups = np.repeat(np.arange(12), 30)
    X = np.eye(12)[groups] + 0.01 * rng.normal(size=(360, 12))
    y = rng.normal(size=12)[groups] + 0.1 * rng.normal(size=360)
    careful = BlockRidge().fit(X, y, groups=groups).penalties_[0, 0]
    careless = BlockRidge().fit(X, y).penalties_[0, 0]
    assert careful >= 100 * careless


def test_constant_columns_get_no_weight() -> None:
    rng = np.random.default_rng(8)
    X, y, groups = grouped_regression(rng)
    X[:, 4] = 7.0
    model = BlockRidge().fit(X, y, groups=groups)
    assert model.coef_[4] == 0.0
    assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize(("dtype", "far"), [(np.float64, 1e5), (np.float32, 1.5e3)])
def test_a_column_that_hardly_varies_in_training_keeps_its_weight_whatever_is_tested(
    dtype: type, far: float
) -> None:
    """Whether a feature is constant is asked of the training rows alone."""
    X, y, groups = grouped_regression(np.random.default_rng(11))
    folds = groups % 4
    tested, wild = folds == 0, X.copy()
    wild[tested, 0] *= far  # The training rows hold 1/far of the deviation over all rows.
    kwargs = {"folds": folds, "groups": groups, "blocks": BLOCKS}
    plain, other = (
        cross_fit(table.astype(dtype), y[:, None], **kwargs).fits[0].slopes for table in (X, wild)
    )
    assert abs(plain[0, 0]) > 0.5
    np.testing.assert_allclose(other, plain, rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_column_that_is_constant_in_training_gets_no_weight_in_that_fold(dtype: type) -> None:
    X, y, groups = grouped_regression(np.random.default_rng(12))
    folds = groups % 4
    X[folds != 0, 4] = 7.1
    fits = cross_fit(X.astype(dtype), y[:, None], folds=folds, groups=groups, blocks=BLOCKS).fits
    assert fits[0].slopes[4, 0] == 0.0
    assert fits[1].slopes[4, 0] != 0.0  # control: it varies in the training rows of this fold


def test_a_constant_is_known_exactly_however_many_rows_round_their_sums() -> None:
    """In single precision, the variance of a constant comes out as rounding, of either sign."""
    rng = np.random.default_rng(13)
    values = np.geomspace(0.1, 1e3, 40)
    X = rng.normal(size=(30_000, 41)).astype(np.float32)
    X[:24_000, 1:] = values
    X[24_000:, 1:] += 1.7 * values
    moments = moments_of(X, np.zeros((30_000, 1)), np.arange(24_000), Origin.of(X))
    assert np.isinf(Standardised.of(moments).deviation).tolist() == [False] + [True] * 40


def test_blocks_must_cover_the_columns_once() -> None:
    X, y, _ = grouped_regression(np.random.default_rng(9))
    with pytest.raises(ValueError, match="cover columns 0 to 10 once"):
        BlockRidge([(0, 4), (5, 10)]).fit(X, y)
    with pytest.raises(ValueError, match="3 groups for 480 rows"):
        BlockRidge().fit(X, y, groups=[0, 1, 2])


def test_two_folds_leave_halves_to_choose_by() -> None:
    X, y, groups = grouped_regression(np.random.default_rng(10))
    result = cross_fit(X, y[:, None], folds=groups % 2, groups=groups, blocks=BLOCKS)
    assert set(np.unique(result.cell)) == {0, 1, 2, 3}
    with pytest.raises(ValueError, match="no rows to train on for fold 0"):
        cross_fit(X, y[:, None], folds=groups % 2, groups=groups, blocks=BLOCKS,
                  train=groups % 2 == 0)  # fmt: skip
