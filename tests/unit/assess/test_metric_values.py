"""Scores of small frames by hand, and on what scale and axis each metric is shown."""

import numpy as np
import pytest

from mechanist.assess.metric_functions import average_precision, correlation, ranks
from mechanist.assess.metrics import (
    METRICS,
    classification_scores,
    metric_named,
    regression_scores,
    sample_metrics,
)


def test_scores_of_six_objects_by_hand() -> None:
    """Two of three plastic objects are found, and one of three rigid ones is taken for plastic."""
    labels = np.array([1, 1, 1, 0, 0, 0])
    margin = np.array([3.0, 1.0, -2.0, 2.0, 0.0, -1.0])
    scores = classification_scores(labels, margin)
    assert scores["accuracy"] == pytest.approx(4 / 6)
    assert scores["balanced_accuracy"] == pytest.approx(0.5 * (2 / 3 + 2 / 3))
    assert scores["mcc"] == pytest.approx(1 / 3)  # (2 * 2 - 1 * 1) / 9
    assert scores["auc"] == pytest.approx(5 / 9)  # 3 + 2 + 0 of the nine pairs are in order
    assert scores["ap"] == pytest.approx((1 + 2 / 3 + 3 / 6) / 3)
    assert scores["prevalence"] == scores["base_rate"] == 0.5


def test_unbalanced_classes_by_hand() -> None:
    labels = np.array([1, 0, 0, 0, 0])
    scores = classification_scores(labels, np.array([1.0, 1.0, -1.0, -1.0, -1.0]))
    assert scores["accuracy"] == pytest.approx(4 / 5)
    assert scores["balanced_accuracy"] == pytest.approx(0.5 * (1 + 3 / 4))
    assert scores["auc"] == pytest.approx(3.5 / 4)  # a tie counts half
    assert scores["ap"] == pytest.approx(1 / 2)


def test_errors_of_four_numbers_by_hand() -> None:
    truth, said = np.array([1.0, 2.0, 3.0, 6.0]), np.array([2.0, 2.0, 1.0, 6.0])
    scores = regression_scores(truth, said, top_fractions=[0.25])
    assert scores["mae"] == pytest.approx(3 / 4)
    assert scores["mse"] == pytest.approx(5 / 4)
    assert scores["rmse"] == pytest.approx(np.sqrt(5) / 2)
    assert scores["r2"] == pytest.approx(1 - 5 / 14)
    assert scores["r2_within"] == pytest.approx(1 - (5 - 4 * 0.25**2) / 14)
    assert scores["spearman"] == pytest.approx(1.5 / np.sqrt(5 * 4.5))
    assert list(scores)[:3] == ["auc_top25", "ap_top25", "base_rate_top25"]


def test_a_correlation_is_never_beyond_one() -> None:
    """Rounding leads beyond one for some of these multiples."""
    a = np.array([0.1, 0.7, 0.3, 0.9])
    for factor in np.linspace(0.1, 7.0, 60):
        assert -1.0 <= correlation(a, -factor * a) <= correlation(a, factor * a) <= 1.0
    assert correlation(a, 0 * a) == 0.0


def test_ranks_and_precision_of_a_few_by_hand() -> None:
    assert ranks(np.array([5.0, 1.0, 5.0, 2.0, 5.0])).tolist() == [4.0, 1.0, 4.0, 2.0, 4.0]
    positive, score = np.array([True, False, True, False]), np.array([2.0, 2.0, 1.0, 0.0])
    assert average_precision(positive, score) == pytest.approx((1 / 2 + 2 / 3) / 2)


#: Scale of the interval over whole samples, and metrics whose axis is logarithmic.
SCALES = {
    "t": {"balanced_accuracy", "accuracy", "mcc", "auc", "ap", "prevalence", "base_rate",
          "r2_within", "exact_share", "median_error_percent", "median_vector_error_percent",
          "nonzero_percent", "location"},
    "t_fisher": {"spearman", "pearson"},
    "t_unexplained": {"r2"},
    "t_log": {"mae", "mse", "rmse", "brier", "ece", "unexplained", "error_percent",
              "misorientation", "relative_misorientation"},
}  # fmt: skip
DECADES = {"mse", "unexplained", "error_percent", "median_error_percent",
           "median_vector_error_percent"}  # fmt: skip


def test_scales_and_axes() -> None:
    found: dict[str, set[str]] = {}
    for name, metric in METRICS.items():
        found.setdefault(metric.scale.method, set()).add(name)
    assert found == SCALES
    assert {name for name, metric in METRICS.items() if metric.log_axis} == DECADES
    unlisted = metric_named("luck")
    assert (unlisted.log_axis, unlisted.for_top, unlisted.heading) == (False, False, "luck")
    assert (metric_named("r2").heading, metric_named("r2").label) == ("R²", "$R^2$")


def test_metrics_of_samples_stand_in_the_order_of_score_files() -> None:
    """Those without a lower limit come first, then correlations, then errors."""
    names = [metric.name for metric in sample_metrics()]
    assert names == ["r2", "pearson", "spearman", "mae", "mse", "rmse"]
