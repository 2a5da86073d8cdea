"""Every metric: its names, its unit, which values are better, and the functions that compute it.

This is the only list of metrics. Score files, intervals, axis labels, the scoreboard and the paper
read it, so a new metric is one more entry of :data:`_ALL`.

Definitions: with truth ``y`` and prediction ``p``, R2 is ``1 - sum (y-p)^2 / sum (y-mean y)^2``.
For scores "within" a frame, both are centred first, so that only differences between objects count.
For ranking scores, the objects in the top fraction of the frame by truth are positive. A constant
prediction gives no ranking: its correlations are 0, its AUC is 1/2, and its average precision is
the base rate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.assess import metric_functions as of_frame
from mechanist.assess import sample_moments as of_samples
from mechanist.assess.metric_functions import Classes, Numbers, correlation, r_squared, ranks
from mechanist.assess.scales import FISHER, LOG, PLAIN, UNEXPLAINED, Scale
from mechanist.core.top_name import top_name
from mechanist.core.typing import FloatArray, IntArray

#: Units of metrics that have the unit of their target, or its square.
TARGET_UNIT: Final = "target"
TARGET_UNIT_SQUARED: Final = "target^2"
#: Unit of a metric of a target whose unit is not stated.
UNKNOWN_UNIT: Final = "unknown"
BASE_RATE: Final = "base_rate"
#: A property of the truth, not of a model.
PREVALENCE: Final = "prevalence"
SHARE: Final = (0.0, 1.0)
CORRELATION: Final = (-1.0, 1.0)
EXPLAINED: Final = (-np.inf, 1.0)
POSITIVE: Final = (0.0, np.inf)
UNBOUNDED: Final = (-np.inf, np.inf)


@dataclass(frozen=True)
class Metric:
    """One metric.

    Parameters
    ----------
    name : str
        Name in score files.
    label : str
        Label of axes, with mathematics between dollars.
    text : str
        Heading in tables of text, the same as the label by default.
    unit : str
        Unit of its values; ``TARGET_UNIT`` or ``TARGET_UNIT_SQUARED`` if it depends on the target.
    larger_is_better : bool or None
        None if no value is better than another.
    range : tuple of float
        Smallest and largest possible value.
    scale : Scale
        Scale on which the interval of a score over whole samples is computed.
    log_axis : bool
        Whether values span so many decades that figures need a logarithmic axis.
    numbers : callable, optional
        Computes the metric from the predicted numbers of a frame.
    classes : callable, optional
        Computes the metric from the predicted classes of a frame.
    for_top : bool
        Whether ``classes`` is also computed with the top fractions of a frame as one class.
    moments : callable, optional
        Computes the metric over whole samples from the means of their moments, an array of shape
        (..., 10); see :func:`mechanist.assess.sample_moments.sample_moments`.
    """

    name: str
    label: str
    text: str = ""
    unit: str = "1"
    larger_is_better: bool | None = True
    range: tuple[float, float] = UNBOUNDED
    scale: Scale = PLAIN
    log_axis: bool = False
    numbers: Callable[[Numbers], float] | None = None
    classes: Callable[[Classes], float] | None = None
    for_top: bool = False
    moments: Callable[[FloatArray], FloatArray] | None = None

    @property
    def heading(self) -> str:
        """Heading in tables of text."""
        return self.text or self.label

    @property
    def mean_scale(self) -> Scale:
        """Scale on which the interval of a mean over samples is computed."""
        return LOG if self.larger_is_better is False else PLAIN


#: Metrics without functions are computed where their predictions are made: equations found, laws of
#: slip systems, rotations, transitions, calibrated probabilities.
_ALL: Final = (
    Metric("balanced_accuracy", "balanced accuracy", range=SHARE,
           classes=of_frame.balanced_accuracy),
    Metric("accuracy", "accuracy", range=SHARE, classes=of_frame.accuracy),
    Metric("mcc", "MCC", range=CORRELATION, classes=of_frame.matthews),
    Metric("auc", "AUC", range=SHARE, for_top=True,
           classes=lambda c: of_frame.auc(c.positive, c.score_ranks)),
    Metric("ap", "average precision", range=SHARE, for_top=True,
           classes=lambda c: of_frame.average_precision(c.positive, c.score)),
    Metric(PREVALENCE, "prevalence", range=SHARE, larger_is_better=None,
           classes=of_frame.share_of_positives),
    Metric(BASE_RATE, "base rate", range=SHARE, larger_is_better=None, for_top=True,
           classes=of_frame.share_of_positives),
    Metric("spearman", "Spearman", range=CORRELATION, scale=FISHER,
           numbers=lambda n: correlation(ranks(n.truth), n.predicted_ranks),
           moments=of_samples.spearman),
    Metric("pearson", "Pearson", range=CORRELATION, scale=FISHER,
           numbers=lambda n: correlation(n.truth, n.prediction),
           moments=of_samples.pearson),
    Metric("r2", "$R^2$", "R²", range=EXPLAINED, scale=UNEXPLAINED,
           numbers=lambda n: r_squared(n.truth, n.prediction),
           moments=of_samples.r2),
    Metric("r2_within", "$R^2$ within frame", "R² within frame", range=EXPLAINED,
           numbers=lambda n: r_squared(n.truth - n.truth.mean(),
                                       n.prediction - n.prediction.mean())),
    Metric("mae", "MAE", unit=TARGET_UNIT, larger_is_better=False, range=POSITIVE, scale=LOG,
           numbers=lambda n: float(np.abs(n.error).mean()),
           moments=of_samples.mae),
    Metric("mse", "mean squared error", "square error", unit=TARGET_UNIT_SQUARED,
           larger_is_better=False, range=POSITIVE, scale=LOG, log_axis=True,
           numbers=lambda n: float((n.error**2).mean()),
           moments=of_samples.mse),
    Metric("rmse", "RMSE", unit=TARGET_UNIT, larger_is_better=False, range=POSITIVE, scale=LOG,
           numbers=lambda n: float(np.sqrt((n.error**2).mean())),
           moments=of_samples.rmse),
    Metric("brier", "Brier score", larger_is_better=False, range=SHARE, scale=LOG),
    Metric("ece", "expected calibration error", larger_is_better=False, range=SHARE, scale=LOG),
    Metric("unexplained", "fraction of variance unexplained", "variance unexplained",
           larger_is_better=False, range=POSITIVE, scale=LOG, log_axis=True),
    Metric("exact_share", "fraction of exact equations", "exact equations", range=SHARE),
    Metric("error_percent", "coefficient error (%)", "error, %", unit="%", larger_is_better=False,
           range=POSITIVE, scale=LOG, log_axis=True),
    Metric("median_error_percent", "median coefficient error (%)", "median error, %", unit="%",
           larger_is_better=False, range=POSITIVE, log_axis=True),
    Metric("median_vector_error_percent", "median error of all coefficients (%)",
           "median vector error, %", unit="%", larger_is_better=False, range=POSITIVE,
           log_axis=True),
    Metric("nonzero_percent", "nonzero coefficients (%)", "nonzero coefficients, %", unit="%",
           larger_is_better=None),
    Metric("location", "pin density of the transition ($b^{-2}$)", "transition, b⁻²",
           unit="1/b^2", larger_is_better=None),
    Metric("misorientation", "misorientation (degrees)", "misorientation, degrees", unit="degree",
           larger_is_better=False, range=POSITIVE, scale=LOG),
    Metric("relative_misorientation", "misorientation / mean rotation",
           "misorientation / rotation", larger_is_better=False, range=POSITIVE, scale=LOG),
)  # fmt: skip
METRICS: Final[dict[str, Metric]] = {metric.name: metric for metric in _ALL}


def metric_named(name: str) -> Metric:
    """Return the metric of a score, such as ``auc_top10``; an unlisted one is called by its name."""
    base = name.partition("_top")[0]
    return METRICS.get(base) or Metric(base, base)


def metric_unit(name: str, unit: str | None) -> str:
    """Return the unit of a metric of a target with unit ``unit`` (None: not stated)."""
    own, known = metric_named(name).unit, unit or UNKNOWN_UNIT
    if own == TARGET_UNIT_SQUARED and known not in ("1", UNKNOWN_UNIT):
        return f"({known})^2"
    return known if own in (TARGET_UNIT, TARGET_UNIT_SQUARED) else own


def sample_metrics() -> list[Metric]:
    """Return the metrics over whole samples, in the order of score files: by range, then name."""
    scored = (metric for metric in METRICS.values() if metric.moments)
    return sorted(scored, key=lambda metric: (metric.range, metric.name))


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
        ``auc_topK``, ``ap_topK``, ``base_rate_topK``, then every metric of numbers.
    """
    frame = Numbers(truth, prediction)
    scores: dict[str, float] = {}
    for fraction in top_fractions:
        highest = frame.top(fraction)
        for metric in METRICS.values():
            if metric.classes and metric.for_top:
                scores[top_name(metric.name, fraction)] = metric.classes(highest)
    found = {metric.name: metric.numbers(frame) for metric in METRICS.values() if metric.numbers}
    return scores | found


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
        Every metric of classes, with plastic as the class that is looked for; ``prevalence`` and
        ``base_rate`` are both the share of plastic objects.
    """
    frame = Classes(labels == 1, margin, ranks(margin))
    return {metric.name: metric.classes(frame) for metric in METRICS.values() if metric.classes}
