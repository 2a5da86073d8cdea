"""Which values of a metric are better and in what unit they are, written down metric by metric."""

from typing import Final

import numpy as np
import pytest

from mechanist.assess.metric_functions import Classes, ranks, top
from mechanist.assess.metrics import METRICS, metric_named, metric_unit

INFINITE: Final = float("inf")
#: Name, better values (+1 large, -1 small, 0 neither), smallest and largest value, unit of a score of
#: a target in MPa.
TABLE: Final = (
    ("balanced_accuracy", 1, 0, 1, "1"),
    ("accuracy", 1, 0, 1, "1"),
    ("mcc", 1, -1, 1, "1"),
    ("auc", 1, 0, 1, "1"),
    ("ap", 1, 0, 1, "1"),
    ("prevalence", 0, 0, 1, "1"),
    ("base_rate", 0, 0, 1, "1"),
    ("spearman", 1, -1, 1, "1"),
    ("pearson", 1, -1, 1, "1"),
    ("r2", 1, -INFINITE, 1, "1"),
    ("r2_within", 1, -INFINITE, 1, "1"),
    ("mae", -1, 0, INFINITE, "MPa"),
    ("mse", -1, 0, INFINITE, "(MPa)^2"),
    ("rmse", -1, 0, INFINITE, "MPa"),
    ("brier", -1, 0, 1, "1"),
    ("ece", -1, 0, 1, "1"),
    ("unexplained", -1, 0, INFINITE, "1"),
    ("exact_share", 1, 0, 1, "1"),
    ("error_percent", -1, 0, INFINITE, "%"),
    ("median_error_percent", -1, 0, INFINITE, "%"),
    ("median_vector_error_percent", -1, 0, INFINITE, "%"),
    ("nonzero_percent", 0, -INFINITE, INFINITE, "%"),
    ("location", 0, -INFINITE, INFINITE, "1/b^2"),
    ("misorientation", -1, 0, INFINITE, "degree"),
    ("relative_misorientation", -1, 0, INFINITE, "1"),
)


def test_every_metric_is_in_the_table() -> None:
    assert list(METRICS) == [name for name, *_ in TABLE]


@pytest.mark.parametrize(("name", "better", "low", "high", "unit"), TABLE, ids=lambda x: str(x))
def test_a_metric_is_what_the_table_says(
    name: str, better: int, low: float, high: float, unit: str
) -> None:
    assert METRICS[name].larger_is_better is {1: True, -1: False, 0: None}[better]
    assert METRICS[name].range == (low, high)
    assert metric_unit(name, "MPa") == unit


@pytest.mark.parametrize(
    ("metric", "unit", "expected"),
    [
        ("mse", "sigma", "(sigma)^2"),
        ("mse", "1", "1"),
        ("mse", None, "unknown"),
        ("mse", "unknown", "unknown"),
        ("mse", "", "unknown"),
        ("mae", None, "unknown"),
        ("rmse", "1", "1"),
        ("r2", None, "1"),
        ("location", None, "1/b^2"),
    ],
)
def test_units_follow_the_target(metric: str, unit: str | None, expected: str) -> None:
    assert metric_unit(metric, unit) == expected


@pytest.mark.parametrize(
    ("metric", "positive"),
    [("mae", True), ("brier", True), ("auc", False), ("r2", False), ("prevalence", False)],
)
def test_intervals_of_mean_errors_are_positive(metric: str, positive: bool) -> None:
    """Means of errors lie on a logarithmic scale, on which 1, 10, 100 are equally far apart."""
    scaled = metric_named(metric).mean_scale.forward(np.array([1.0, 10.0, 100.0]))
    steps = np.diff(scaled)
    assert (steps[0] == pytest.approx(steps[1])) == positive
    assert (steps.tolist() == [9.0, 90.0]) != positive


def test_a_metric_of_a_top_fraction_is_that_metric() -> None:
    assert metric_named("ap_top10") is metric_named("ap")
    assert metric_named("ece_top5").larger_is_better is False
    assert metric_named("luck").larger_is_better is True  # unlisted ones are called by their name


@pytest.mark.parametrize(
    ("n", "fraction", "count"),
    [
        (10, 0.1, 1),
        (10, 0.16, 2),
        (10, 0.14, 1),
        (10, 0.01, 1),
        (10, 0.95, 9),
        (10, 1.0, 9),
        (2, 0.5, 1),
    ],
)
def test_the_top_is_the_rounded_share_but_never_none_and_never_all(
    n: int, fraction: float, count: int
) -> None:
    values = np.arange(n, 0.0, -1.0)
    assert np.flatnonzero(top(values, fraction)).tolist() == list(range(count))


def test_of_equal_values_the_later_ones_are_on_top() -> None:
    assert top(np.array([2.0, 5.0, 2.0, 2.0, 1.0]), 0.4).tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("positive", [[True, True, True], [False, False, False]])
def test_one_class_alone_cannot_be_told_apart(positive: list[bool]) -> None:
    score = np.array([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="of 3 objects are positive; expected some of both"):
        Classes(np.array(positive), score, ranks(score))
