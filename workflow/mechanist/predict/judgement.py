"""The rows that say how far a model carries: scores, coverage of its intervals, and its warnings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.resampling import mean_interval
from mechanist.assess.scorer import Scorer
from mechanist.assess.shares import with_intervals
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, SAMPLE
from mechanist.predict.unseen_glasses import Judged
from mechanist.predict.unseen_rows import COVERAGE, DISTANCE, OUTSIDE, REFUSED, ROWS, SHIFT


def judgement(
    judged: Judged,
    scorer: Scorer,
    *,
    metrics: Sequence[str],
    units: Mapping[str, str],
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Return the scores, the coverage and the warnings of a model on glasses of one kind.

    Parameters
    ----------
    judged : Judged
    scorer : Scorer
        How predictions of the wing are scored; its level is that of all intervals here.
    metrics : sequence of str
        Scores to keep.
    units : mapping of str to str
        Units of the targets.
    names : mapping of str to str
        ``model``, ``train`` and ``test``.

    Returns
    -------
    DataFrame
        Columns :data:`ROWS`. ``coverage`` is the share of particles whose truth lies in the interval,
        ``shift`` the mean of truth minus prediction, ``outside`` the share of glasses reported as unlike
        those seen, and ``distance`` their mean distance divided by the limit of the model.
    """
    load = str(judged.table[LOAD].iloc[0])
    scores = scorer.table(judged.table, units=units)
    scores = scores[(scores["subset"] == ALL) & scores["metric"].isin(list(metrics))]
    parts = [scores.assign(subset=load)]
    about = judged.table.assign(
        **{
            SHIFT: judged.table["truth"] - judged.table["prediction"],
            COVERAGE: np.nan if judged.within is None else judged.within.astype(float),
        }
    )
    by_glass = about.groupby([TARGET, SAMPLE], observed=True)[[COVERAGE, SHIFT]].mean()
    for target, rows in by_glass.groupby(TARGET, observed=True):
        for metric, unit, bounds in (
            (COVERAGE, "1", (0.0, 1.0)),
            (SHIFT, units.get(str(target), ""), (-np.inf, np.inf)),
        ):
            if rows[metric].notna().all():
                parts.append(_mean(scorer, metric, str(target), unit, rows[metric], load, bounds))
    if len(judged.outside):
        n, share = len(judged.outside), float(np.mean(judged.outside))
        found = with_intervals(
            pd.DataFrame({"share": [share], "glasses": [n]}), runs="glasses", level=scorer.level
        ).rename(columns={"share": "value", "share_low": "low", "share_high": "high"})
        parts += [
            found.assign(**{TARGET: ALL}, metric=OUTSIDE, unit="1", subset=load),
            _mean(scorer, DISTANCE, ALL, "1", judged.distances, load, (0.0, np.inf)),
        ]
    return pd.concat(parts, ignore_index=True).assign(**names, reason="")[list(ROWS)]


def _mean(
    scorer: Scorer,
    metric: str,
    target: str,
    unit: str,
    values: "Sequence[float] | pd.Series[float]",
    load: str,
    bounds: tuple[float, float],
) -> pd.DataFrame:
    """Return the mean over glasses of one number for each of them."""
    found = mean_interval(
        np.asarray(values, float),
        level=scorer.level,
        resamples=scorer.resamples,
        seed=scorer.seed,
        bounds=bounds,
    )
    row: dict[str, object] = {TARGET: target, "metric": metric, "unit": unit, "subset": load}
    row |= {"value": found.value, "low": found.low, "high": found.high}
    return pd.DataFrame([{**row, "level": found.level, "n_samples": found.n}])


def refusal(
    reason: str, scorer: Scorer, *, load: str, glasses: int, names: Mapping[str, str]
) -> pd.DataFrame:
    """Return the row of a model that cannot predict glasses of a kind, with its reason.

    Parameters
    ----------
    reason : str
        What the model says.
    scorer : Scorer
        As in :func:`judgement`.
    load : str
    glasses : int
        Number of glasses that it refuses, all of the kind.
    names : mapping of str to str
        As in :func:`judgement`.
    """
    row: dict[str, object] = {"subset": load, TARGET: ALL, "metric": REFUSED, "unit": "1"}
    row |= {"value": 1.0, "low": np.nan, "high": np.nan}
    row |= {"level": scorer.level, "n_samples": glasses, "reason": reason}
    return pd.DataFrame([{**row, **names}])[list(ROWS)]
