"""Rank metrics equal those of scikit-learn and SciPy, including ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr, rankdata, spearmanr
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    matthews_corrcoef,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

from mechanist.assess.metric_functions import correlation, ranks, top
from mechanist.assess.metrics import classification_scores, regression_scores
from mechanist.core.typing import FloatArray


def _frame(seed: int, *, n: int = 80, digits: int = 1) -> tuple[FloatArray, FloatArray]:
    """Return a truth and a related prediction, both rounded so that ties occur."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    prediction = 0.5 * truth + rng.normal(size=n) + 0.3
    return truth.round(digits), prediction.round(digits)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40))
def test_ranks_share_ties(values: list[int]) -> None:
    np.testing.assert_array_equal(ranks(np.array(values, float)), rankdata(values))


@pytest.mark.parametrize("digits", [1, 12])
@pytest.mark.parametrize("seed", range(4))
def test_regression_scores_equal_their_oracles(seed: int, digits: int) -> None:
    truth, prediction = _frame(seed, digits=digits)
    scores = regression_scores(truth, prediction, top_fractions=[0.1, 0.25])
    for fraction, name in ((0.1, "top10"), (0.25, "top25")):
        positive = top(truth, fraction)
        assert scores[f"auc_{name}"] == pytest.approx(roc_auc_score(positive, prediction))
        assert scores[f"ap_{name}"] == pytest.approx(average_precision_score(positive, prediction))
        assert scores[f"base_rate_{name}"] == pytest.approx(positive.mean()) == fraction
    expected = {
        "spearman": spearmanr(truth, prediction)[0],
        "pearson": pearsonr(truth, prediction)[0],
        "r2": r2_score(truth, prediction),
        "r2_within": r2_score(truth - truth.mean(), prediction - prediction.mean()),
        "mae": mean_absolute_error(truth, prediction),
        "rmse": root_mean_squared_error(truth, prediction),
    }
    for name, value in expected.items():
        assert scores[name] == pytest.approx(value), name


@pytest.mark.parametrize("digits", [1, 12])
@pytest.mark.parametrize("seed", range(4))
def test_classification_scores_equal_their_oracles(seed: int, digits: int) -> None:
    truth, margin = _frame(seed, digits=digits)
    labels = (truth > 0.8).astype(np.int64)
    scores = classification_scores(labels, margin)
    assert scores["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(labels, margin > 0))
    assert scores["mcc"] == pytest.approx(matthews_corrcoef(labels, margin > 0))
    assert scores["auc"] == pytest.approx(roc_auc_score(labels, margin))
    assert scores["ap"] == pytest.approx(average_precision_score(labels, margin))
    assert scores["base_rate"] == labels.mean()


def test_perfect_reversed_and_constant_predictions() -> None:
    truth, _ = _frame(0, digits=12)
    perfect = regression_scores(truth, truth, top_fractions=[0.1])
    reverse = regression_scores(truth, -truth, top_fractions=[0.1])
    nothing = regression_scores(truth, np.zeros(80), top_fractions=[0.1])
    assert (perfect["auc_top10"], perfect["ap_top10"], perfect["r2"]) == (1.0, 1.0, 1.0)
    assert (reverse["auc_top10"], reverse["spearman"]) == (0.0, pytest.approx(-1.0))
    assert (nothing["auc_top10"], nothing["spearman"], nothing["pearson"]) == (0.5, 0.0, 0.0)
    assert nothing["ap_top10"] == pytest.approx(nothing["base_rate_top10"])
    assert nothing["r2_within"] == pytest.approx(0.0)


def test_within_a_frame_only_the_pattern_counts() -> None:
    truth, prediction = _frame(1)
    shifted = regression_scores(truth + 3.0, prediction, top_fractions=[0.1])
    plain = regression_scores(truth, prediction, top_fractions=[0.1])
    assert shifted["r2_within"] == pytest.approx(plain["r2_within"])
    assert shifted["r2"] < plain["r2"] - 1


def test_pearson_is_blind_to_scale_and_r2_is_not() -> None:
    truth, prediction = _frame(2)
    plain = regression_scores(truth, prediction, top_fractions=[0.1])
    scaled = regression_scores(truth, 10 * prediction, top_fractions=[0.1])
    assert scaled["pearson"] == pytest.approx(plain["pearson"])
    assert scaled["r2"] < -10


def test_chance_is_half_and_saying_all_plastic_is_no_better() -> None:
    labels = np.array([1] * 10 + [0] * 90)
    scores = classification_scores(labels, np.ones(100))
    assert (scores["balanced_accuracy"], scores["mcc"], scores["auc"]) == (0.5, 0.0, 0.5)
    assert scores["ap"] == pytest.approx(0.1)


def test_undefined_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="0 of 5 objects are positive"):
        classification_scores(np.zeros(5, np.int64), np.arange(5.0))
    with pytest.raises(ValueError, match="constant"):
        regression_scores(np.ones(5), np.arange(5.0), top_fractions=[0.2])


def test_the_top_holds_at_least_one_and_never_all() -> None:
    assert top(np.arange(5.0), 0.01).tolist() == [False] * 4 + [True]
    assert top(np.arange(5.0), 0.99).sum() == 4
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])) == 1.0
