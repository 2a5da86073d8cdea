"""Importances find used features, are zero for noise, and are not lost between copied features."""

from dataclasses import replace

import numpy as np
import pytest

from mechanist.attribution.permutation_importance import (
    block_groups,
    correlated_groups,
    importances,
    permuted_predictions,
    with_noise,
)
from mechanist.attribution.tree_shapley import (
    contributions,
    grouped_contributions,
    tree_contributions,
)
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.models import Problem

SAMPLES, SIZE = 16, 30
SMALL = {"iterations": 30, "columns": 1.0, "l2": 1.0}


def problem(*, copied: bool = False, frames: bool = True, seed: int = 0) -> Problem:
    """Return a problem whose target is twice the first column plus the second; others are noise."""
    rng = np.random.default_rng(seed)
    n = SAMPLES * SIZE
    samples = np.repeat(np.arange(SAMPLES), SIZE)
    X = rng.normal(size=(n, 5)).astype(np.float32)
    if copied:
        X[:, 4] = X[:, 0] + 0.01 * rng.normal(size=n)
    y = 2.0 * X[:, 0] + X[:, 1] + 0.5 * rng.normal(size=n)
    return Problem(
        X=X, Y=y[:, np.newaxis], folds=samples % 4, samples=samples,
        frames=samples if frames else np.arange(n), objects=np.tile(np.arange(SIZE), SAMPLES),
        blocks={"told": slice(0, 2), "rest": slice(2, 5)}, train=np.ones(n, bool), seed=3,
    )  # fmt: skip


def lost(
    given: Problem, groups: dict[str, np.ndarray], estimator: str = "ridge"
) -> dict[str, tuple[float, float, float]]:
    """Return the importance of each group with its bounds."""
    model = make_regressor(estimator, SMALL if estimator == "xgboost" else None)
    found = permuted_predictions(
        model, given, groups, rows=np.arange(len(given.Y)), within=given.frames, repeats=4, seed=0
    )
    records = importances(found, given, targets=["y"], centre=True, level=0.95)
    return {r["group"]: (r["value"], r["low"], r["high"]) for r in records}


def singles(given: Problem) -> dict[str, np.ndarray]:
    return {str(k): np.array([k]) for k in range(given.X.shape[1])}


@pytest.mark.parametrize("estimator", ["ridge", "xgboost"])
def test_what_is_used_is_important_and_noise_is_not(estimator: str) -> None:
    given = with_noise(problem(), name="noise", seed=1)
    found = lost(given, singles(given) | {"noise": np.array([5])}, estimator)
    first, second = found["0"][0], found["1"][0]
    assert first > 2.5 * second > 0.5
    assert found["1"][1] > 0.1
    for name in ("2", "3", "4", "5"):
        assert abs(found[name][0]) < 0.03
    value, low, high = found["noise"]
    assert low < 0.005
    assert high > -0.005
    assert abs(value) < 0.03


def test_a_linear_model_loses_twice_its_squared_slope() -> None:
    """Permuting a column of variance v with slope b adds 2 b^2 v to the squared error."""
    given = problem()
    found = lost(given, singles(given))
    variance = given.Y[:, 0].var()
    assert found["0"][0] == pytest.approx(2 * 4.0 / variance, rel=0.1)
    assert found["1"][0] == pytest.approx(2 * 1.0 / variance, rel=0.15)


def test_a_copy_is_not_split_into_nothing_when_it_is_permuted_together() -> None:
    given = problem(copied=True)
    alone = lost(given, singles(given))
    groups = correlated_groups(given.X, [f"f{k}" for k in range(5)], threshold=0.5, seed=0)
    assert sorted(len(columns) for columns in groups.values()) == [1, 1, 1, 2]
    (pair,) = [name for name, columns in groups.items() if len(columns) == 2]
    assert set(groups[pair]) == {0, 4}
    assert pair.endswith("(+1)")
    together = lost(given, groups)[pair][0]
    whole = lost(problem(), singles(problem()))["0"][0]
    assert together == pytest.approx(whole, rel=0.15)
    assert alone["0"][0] < 0.7 * whole  # control: each copy can replace the other


def test_the_fit_is_the_one_without_permuted_rows() -> None:
    given = problem()
    model = make_regressor("ridge")
    rows = np.arange(10, 100)
    found = permuted_predictions(
        model, given, block_groups(given.blocks), rows=rows, within=given.frames, repeats=2, seed=0
    )
    plain = model.cross_fit(given).prediction
    np.testing.assert_allclose(found.base, plain[rows], rtol=1e-4, atol=1e-5)
    assert found.permuted.shape == (2, 2, 90, 1)
    # values move only within frames, so each frame keeps its mean prediction of a linear model
    for frame in np.unique(given.frames[rows]):
        inside = given.frames[rows] == frame
        for said in found.permuted[:, :, inside, 0].reshape(4, -1):
            assert said.mean() == pytest.approx(found.base[inside, 0].mean(), abs=1e-4)


def test_values_never_cross_folds() -> None:
    given = problem()
    with pytest.raises(ValueError, match="several folds"):
        permuted_predictions(
            make_regressor("ridge"), given, block_groups(given.blocks),
            rows=np.arange(30), within=np.zeros(len(given.Y), int), repeats=1, seed=0,
        )  # fmt: skip


def test_groups_cover_all_columns_once() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 7))
    X[:, 1] = np.exp(X[:, 0])  # ranks are invariant under monotone maps
    X[:, 2] = -X[:, 0]
    X[:, 6] = 1.0
    groups = correlated_groups(X, list("abcdefg"), threshold=0.8, seed=0)
    assert sorted(np.concatenate(list(groups.values()))) == list(range(7))
    assert [sorted(v) for v in groups.values() if len(v) > 1] == [[0, 1, 2]]
    assert groups["g"].tolist() == [6]
    assert list(correlated_groups(X[:, :1], ["a"], threshold=0.5, seed=0)) == ["a"]
    with pytest.raises(ValueError, match="expected a correlation"):
        correlated_groups(X, list("abcdefg"), threshold=1.0, seed=0)


def test_shapley_values_add_up_out_of_fold_and_copies_share() -> None:
    model = make_regressor("xgboost", SMALL)
    given = problem(copied=True)
    parts = tree_contributions(model, given)
    said = model.cross_fit(given).prediction[:, 0]
    np.testing.assert_allclose(parts.sum(axis=1), said, atol=1e-4)
    groups = {"copies": np.array([0, 4]), "second": np.array([1]), "nothing": np.array([2, 3])}
    records = grouped_contributions(
        parts, given, groups, target="y", unit="m", level=0.95, resamples=200, seed=0
    )
    size = {r["group"]: r["value"] for r in records}
    assert size["copies"] > 1.5 * size["second"] > 5 * size["nothing"]
    # the mean of |2 x| for a standard normal x
    assert size["copies"] == pytest.approx(2 * np.sqrt(2 / np.pi), rel=0.2)
    with pytest.raises(ValueError, match="2 targets"):
        tree_contributions(model, replace(given, Y=np.hstack([given.Y, given.Y])))


def test_trees_that_do_not_add_up_or_are_none_are_refused() -> None:
    from sklearn.linear_model import LinearRegression
    from xgboost import XGBRegressor

    class Liar(XGBRegressor):
        def predict(self, X: np.ndarray) -> np.ndarray:
            return 1.1 * super().predict(X)

    X, y = problem().X, problem().Y[:, 0]
    with pytest.raises(ValueError, match="contributions miss predictions"):
        contributions(Liar(n_estimators=5).fit(X, y), X)
    with pytest.raises(TypeError, match="LinearRegression has no get_booster"):
        contributions(LinearRegression().fit(X, y), X)
