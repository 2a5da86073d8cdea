"""Score records of laws of latent coordinates, in the form common to the scores of all wings."""

from typing import Final

import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import metric_named
from mechanist.assess.records import ScoreRecord, score_record
from mechanist.assess.resampling import mean_interval

#: What is predicted, by column of the runs: channels after encoding and decoding, their rates by the
#: law, and the rates of the latent coordinates by the law.
PARTS: Final = {"values": "channels", "rates": "channel_rates", "latent_rates": "latent_rates"}
UNEXPLAINED: Final = "unexplained"


def latent_records(runs: pd.DataFrame, *, level: float, resamples: int) -> list[ScoreRecord]:
    """Turn the runs of one method from several starts into score records.

    Parameters
    ----------
    runs : DataFrame
        One row a start, with the columns of :func:`mechanist.assess.latent_scores.latent_errors`.
    level : float
        Level of the intervals, which are over starts.
    resamples : int
        Number of bootstrap samples if there are many starts.

    Returns
    -------
    list of dict
        One record for each of :data:`PARTS`: the fraction of variance that is left unexplained on
        data which neither the coordinates nor the law have seen.
    """
    metric = metric_named(UNEXPLAINED)
    return [
        score_record(
            UNEXPLAINED,
            target,
            ALL,
            metric.unit,
            mean_interval(
                runs[part].to_numpy(float),
                level=level,
                resamples=resamples,
                scale=metric.mean_scale,
                bounds=metric.range,
            ),
            n_objects=len(runs),
        )
        for part, target in PARTS.items()
    ]
