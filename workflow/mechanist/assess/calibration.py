"""Calibration of predicted probabilities: Brier score and expected calibration error.

Classifiers here are trained on equal numbers of plastic and rigid objects, so their probabilities
are those for equally frequent classes. They are scored accordingly: each class has a total weight
of one half, however rare it is. Predicting one half for every object then gives a Brier score of
1/4 and no calibration error, so the two must be read together. Objects of all frames enter one
reliability curve, because bins with few objects show errors by chance; intervals are over samples.
"""

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import expit

from mechanist.assess.evaluate import ALL
from mechanist.assess.records import ScoreRecord, score_record
from mechanist.assess.resampling import moment_intervals
from mechanist.assess.scales import LOG
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, SAMPLE

#: Number of equal bins of probability in the expected calibration error.
BINS: Final = 10
#: Sums in each bin: weight, weighted probability and weighted class.
_WEIGHT, _SAID, _TRUE = range(3)


def calibration_records(
    predictions: pd.DataFrame, log_odds: Collection[str], *, level: float
) -> list[ScoreRecord]:
    """Score the probabilities of every class definition, over all loads and under each.

    Parameters
    ----------
    predictions : DataFrame
        As :mod:`mechanist.formats.predictions` describes.
    log_odds : collection of str
        Targets whose predictions are log odds; all others give no probability and are skipped.
    level : float
        Level of the intervals.

    Returns
    -------
    list of dict
        Records of the metrics ``brier`` and ``ece``, made by
        :func:`mechanist.assess.records.score_record`.
    """
    records = []
    for target in sorted(log_odds):
        rows = predictions[predictions[TARGET] == target]
        for subset, part in _subsets(rows):
            moments = reliability(
                part["truth"].to_numpy(np.int64),
                expit(part["prediction"].to_numpy(np.float64)),
                pd.factorize(part[SAMPLE].astype(str), sort=True)[0].astype(np.int64),
            )
            found = moment_intervals(
                moments, METRICS, scales=dict.fromkeys(METRICS, LOG), level=level
            )
            for metric, interval in found.items():
                about = (metric, target, subset, "1", interval)
                records.append(score_record(*about, n_objects=len(part)))
    return records


def reliability(labels: IntArray, probability: FloatArray, samples: IntArray) -> FloatArray:
    """Return the sums from which calibration scores are computed, for each sample.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        1 or 0, both present.
    probability : ndarray of shape (n,)
        Predicted probability of label 1.
    samples : ndarray of shape (n,), int
        Number of each object's sample, starting at 0.

    Returns
    -------
    ndarray of shape (n_samples, 3 BINS + 1)
        Weight, weighted probability and weighted label in each bin, and the weighted square of the
        error; each class has a total weight of one half.

    Raises
    ------
    ValueError
        If a class is empty.
    """
    n, n_positive = len(labels), int(labels.sum())
    if not 0 < n_positive < n:
        raise ValueError(f"{n_positive} of {n} objects are positive; expected some of both classes")
    weight = np.where(labels == 1, 0.5 / n_positive, 0.5 / (n - n_positive))
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    n_samples = int(samples.max()) + 1
    sums = np.zeros((n_samples, 3, BINS))
    for k, values in enumerate((weight, weight * probability, weight * labels)):
        np.add.at(sums[:, k], (samples, bins), values)
    squares = np.bincount(samples, weight * (probability - labels) ** 2, minlength=n_samples)
    return np.column_stack([sums.reshape(n_samples, -1), squares])


def brier(m: FloatArray) -> FloatArray:
    """Return the mean squared error of probabilities from sums of :func:`reliability`."""
    return np.asarray(m[..., -1] / _bins(m)[..., _WEIGHT, :].sum(axis=-1))


def ece(m: FloatArray) -> FloatArray:
    """Return the mean difference between probability and frequency in bins of equal width."""
    bins = _bins(m)
    apart = np.abs(bins[..., _SAID, :] - bins[..., _TRUE, :]).sum(axis=-1)
    return np.asarray(apart / bins[..., _WEIGHT, :].sum(axis=-1))


METRICS: Final = {"brier": brier, "ece": ece}


def _bins(m: FloatArray) -> FloatArray:
    return np.asarray(m[..., :-1].reshape(*m.shape[:-1], 3, BINS))


def _subsets(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield ALL, rows
    for load in sorted(rows[LOAD].astype(str).unique()):
        yield load, rows[rows[LOAD].astype(str) == load]
