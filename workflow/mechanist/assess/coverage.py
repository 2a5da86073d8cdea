"""Coverage of intervals, measured on synthetic data whose truth is known.

Each kind of interval of :mod:`mechanist.assess.resampling` is computed twice from the same draws:
over samples, as for scores, and, as the control, over objects as if each were an independent
experiment.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.resampling import (
    Interval,
    IntervalOptions,
    Statistic,
    mean_interval,
    moment_intervals,
    statistic_interval,
)
from mechanist.assess.sample_moments import sample_moments
from mechanist.assess.sample_scores import scales, statistics
from mechanist.assess.scales import LOG
from mechanist.assess.synthetic_predictions import World
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray

SAMPLES: Final = "samples"
OBJECTS: Final = "objects"
CONTROL_EVERY: Final = 4
#: Statistics, with the function that computes their interval.
STATISTICS: Final = {
    "mse": "mean_interval",
    "r2": "moment_intervals",
    "pearson": "moment_intervals",
    "median_error": "statistic_interval",
}


def coverage(
    world: World, *, repeats: int, resamples: int, seed: int, level: float = 0.95
) -> pd.DataFrame:
    """Draw a world many times and count how often each interval contains the truth.

    Parameters
    ----------
    world : World
    repeats : int
        Number of draws; one in :data:`CONTROL_EVERY` is used for the control, which fails clearly.
    resamples : int
        Number of bootstrap samples.
    seed : int
        Root of the draws.
    level : float
        Nominal coverage.

    Returns
    -------
    DataFrame
        A row for each statistic and unit (samples, objects): ``statistic``, ``interval`` (the
        function), ``resampled``, the fields of the world, ``level``, ``truth``, ``method``, ``repeats``,
        ``covered`` and its standard error ``error``, ``below`` and ``above`` (share of draws whose
        interval lies below or above the truth), and ``width`` (median).
    """
    known = {name: getattr(world, name) for name in STATISTICS}
    found: dict[tuple[str, str], list[Interval]] = {}
    for k in range(repeats):
        truth, said = world.draw(generator(seed, "coverage", repr(world), str(k)))
        shapes = {SAMPLES: truth.shape, OBJECTS: (truth.size, 1)}
        for unit, shape in shapes.items():
            if unit == OBJECTS and k % CONTROL_EVERY:
                continue
            made = intervals(truth.reshape(shape), said.reshape(shape), level, resamples, seed + k)
            for name, interval in made.items():
                found.setdefault((name, unit), []).append(interval)
    about = {**vars(world), "level": level}
    rows = [
        {"statistic": name, "interval": STATISTICS[name], "resampled": unit, **about,
         "truth": known[name], **_counted(listed, known[name])}
        for (name, unit), listed in found.items()
        if np.isfinite(known[name])
    ]  # fmt: skip
    return pd.DataFrame(rows)


def intervals(
    truth: FloatArray, said: FloatArray, level: float, resamples: int, seed: int
) -> Mapping[str, Interval]:
    """Return the interval of each statistic.

    Parameters
    ----------
    truth, said : ndarray of shape (n_groups, n_each)
        Truth and prediction; groups count as independent.
    level, resamples, seed
        As in :func:`coverage`.
    """
    options: IntervalOptions = {"level": level, "resamples": resamples, "seed": seed}
    moments = sample_moments(truth.ravel(), said.ravel()).reshape(*truth.shape, -1).mean(axis=1)
    smooth = {name: statistics()[name] for name in ("r2", "pearson")}
    size = np.abs(truth - said)
    return {
        "mse": mean_interval((size**2).mean(axis=1), scale=LOG, **options),
        **moment_intervals(moments, smooth, scales=scales(), level=level),
        "median_error": statistic_interval(_median(size), len(size), **options),
    }


def _median(values: FloatArray) -> Statistic:
    return lambda rows: float(np.median(values[rows]))


def _counted(listed: list[Interval], truth: float) -> dict[str, object]:
    low, high = np.array([(interval.low, interval.high) for interval in listed]).T
    covered = float(((low <= truth) & (truth <= high)).mean())
    return {
        "method": listed[0].method,
        "repeats": len(listed),
        "covered": covered,
        "error": float(np.sqrt(covered * (1 - covered) / len(listed))),
        "below": float((high < truth).mean()),
        "above": float((low > truth).mean()),
        "width": float(np.median(high - low)),
    }
