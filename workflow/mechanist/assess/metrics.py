"""Scores of the predictions of one frame: the objects of one sample under one load.

Definitions: with truth ``y`` and prediction ``p``, R2 is ``1 - sum (y-p)^2 / sum (y-mean y)^2``.
For scores "within" a frame, both are centred first, so that only differences between objects count.
For ranking scores, the objects in the top fraction of the frame by truth are positive. A constant
prediction gives no ranking: its correlations are 0, its AUC is 1/2, and its average precision is
the base rate.

Several scores share one ranking, which makes all of them about ten times faster than scikit-learn's
and SciPy's general functions for frames of a thousand objects; the values are equal.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray

#: Metrics for which less is better.
ERRORS: Final = frozenset(
    [
        "mae",
        "rmse",
        "mse",
        "brier",
        "ece",
        "error_percent",
        "median_error_percent",
        "misorientation",
        "relative_misorientation",
    ]
)
#: Metrics in the unit of the target, and in its square.
DIMENSIONAL: Final = frozenset({"mae", "rmse"})
SQUARED: Final = frozenset({"mse"})
#: Unit of a metric of a target whose unit is not stated.
UNKNOWN_UNIT: Final = "unknown"
BASE_RATE: Final = "base_rate"
#: A property of the truth, not of a model.
PREVALENCE: Final = "prevalence"
#: Ranges of metrics; for metrics not listed, errors start at 0 and others are unbounded.
_RANGES: Final = {
    "pearson": (-1.0, 1.0), "spearman": (-1.0, 1.0), "mcc": (-1.0, 1.0), "auc": (0.0, 1.0),
    "ap": (0.0, 1.0), "accuracy": (0.0, 1.0), "balanced_accuracy": (0.0, 1.0),
    PREVALENCE: (0.0, 1.0), "r2": (-np.inf, 1.0), "r2_within": (-np.inf, 1.0),
    "exact_share": (0.0, 1.0), "brier": (0.0, 1.0), "ece": (0.0, 1.0),
}  # fmt: skip


def metric_range(metric: str) -> tuple[float, float]:
    """Return the range of a metric, such as ``auc_top10``."""
    lowest = 0.0 if metric in ERRORS else -np.inf
    return _RANGES.get(metric.partition("_top")[0], (lowest, np.inf))


def metric_unit(metric: str, unit: str | None) -> str:
    """Return the unit of a metric of a target with unit ``unit`` (None: not stated)."""
    if metric not in DIMENSIONAL | SQUARED:
        return "1"
    known = unit or UNKNOWN_UNIT
    return f"({known})^2" if metric in SQUARED and known not in ("1", UNKNOWN_UNIT) else known


def ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 1, ties sharing their mean rank."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(values))
    result = np.empty(len(values))
    result[order] = (0.5 * (first + last + 1))[np.cumsum(new) - 1]
    return result


def correlation(a: FloatArray, b: FloatArray) -> float:
    """Return Pearson's correlation; 0 if either is constant."""
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    tiny = np.finfo(float).tiny
    return float(np.clip(a @ b / size, -1.0, 1.0)) if size > tiny else 0.0


def auc(positive: BoolArray, score_ranks: FloatArray) -> float:
    """Return the area under the ROC curve from ranks of the score (Mann-Whitney).

    Raises
    ------
    ValueError
        If there are no positives or no negatives.
    """
    n, n_positive = len(positive), int(positive.sum())
    _check_both(n, n_positive)
    above = score_ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * (n - n_positive)))


def average_precision(positive: BoolArray, score: FloatArray) -> float:
    """Return the mean of precision over the positives, tied scores taken together.

    Raises
    ------
    ValueError
        If there are no positives or no negatives.
    """
    _check_both(len(positive), int(positive.sum()))
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    found = np.cumsum(positive[order])[ends]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (ends + 1)).sum() / found[-1])


def r_squared(truth: FloatArray, prediction: FloatArray) -> float:
    """Return the coefficient of determination.

    Raises
    ------
    ValueError
        If the truth is constant.
    """
    spread = float(((truth - truth.mean()) ** 2).sum())
    if spread == 0.0:
        raise ValueError("the truth of a frame is constant; R2 is not defined there")
    return float(1 - ((truth - prediction) ** 2).sum() / spread)


def top(values: FloatArray, fraction: float) -> BoolArray:
    """Return a mask of the largest ``fraction`` of values (at least one; ties go by position)."""
    n = min(len(values) - 1, max(1, round(fraction * len(values))))
    chosen = np.zeros(len(values), bool)
    chosen[np.argsort(values, kind="stable")[len(values) - n :]] = True
    return chosen


def top_name(metric: str, fraction: float) -> str:
    """Return the name of a ranking metric, such as ``auc_top10`` for the top 10 %."""
    return f"{metric}_top{100 * fraction:g}"


def regression_scores(
    truth: FloatArray, prediction: FloatArray, *, top_fractions: Sequence[float]
) -> dict[str, float]:
    """Score predicted numbers of one frame.

    Parameters
    ----------
    truth, prediction : ndarray of shape (n,)
        Finite numbers, at least two objects.
    top_fractions : sequence of float
        Fractions of objects that are to be ranked above the others.

    Returns
    -------
    dict
        ``auc_topK``, ``ap_topK``, ``base_rate_topK``, ``spearman``, ``pearson``, ``r2``,
        ``r2_within``, ``mae``, ``mse``, ``rmse``.
    """
    predicted = ranks(prediction)
    scores: dict[str, float] = {}
    for fraction in top_fractions:
        positive = top(truth, fraction)
        scores[top_name("auc", fraction)] = auc(positive, predicted)
        scores[top_name("ap", fraction)] = average_precision(positive, prediction)
        scores[top_name(BASE_RATE, fraction)] = float(positive.mean())
    error = truth - prediction
    return {
        **scores,
        "spearman": correlation(ranks(truth), predicted),
        "pearson": correlation(truth, prediction),
        "r2": r_squared(truth, prediction),
        "r2_within": r_squared(truth - truth.mean(), prediction - prediction.mean()),
        "mae": float(np.abs(error).mean()),
        "mse": float((error**2).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
    }


def classification_scores(labels: IntArray, margin: FloatArray) -> dict[str, float]:
    """Score the predicted classes of one frame.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        1 for plastic, 0 for rigid, both present.
    margin : ndarray of shape (n,)
        Positive where the model predicts plastic.

    Returns
    -------
    dict
        ``balanced_accuracy`` (the expected accuracy on balanced classes), ``accuracy``, ``mcc``,
        ``auc``, ``ap``, ``prevalence`` (the share of plastic objects) and, equal to it,
        ``base_rate``.
    """
    positive, said = labels == 1, margin > 0
    n, n_positive = len(positive), int(positive.sum())
    _check_both(n, n_positive)
    hits = int((positive & said).sum())
    false = int(said.sum()) - hits
    n_negative = n - n_positive
    sensitivity, specificity = hits / n_positive, 1 - false / n_negative
    return {
        "balanced_accuracy": 0.5 * (sensitivity + specificity),
        "accuracy": (hits + n_negative - false) / n,
        "mcc": correlation(positive.astype(float), said.astype(float)),
        "auc": auc(positive, ranks(margin)),
        "ap": average_precision(positive, margin),
        PREVALENCE: n_positive / n,
        BASE_RATE: n_positive / n,
    }


def _check_both(n: int, n_positive: int) -> None:
    if not 0 < n_positive < n:
        raise ValueError(f"{n_positive} of {n} objects are positive; expected some of both classes")
