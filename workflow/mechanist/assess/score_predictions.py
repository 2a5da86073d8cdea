"""Files of scores from a file of predictions, for a script that trains and for one that only scores."""

from pathlib import Path

from mechanist.assess.records import write_records
from mechanist.assess.scorer import make_scorer
from mechanist.assess.scoring import Scoring
from mechanist.formats.predictions import read_log_odds, read_predictions, read_units
from mechanist.formats.tables import write_table
from mechanist.learn.splits import read_splits


def score_predictions(
    predictions: Path, splits: Path, frames: Path, scores: Path, *, scoring: Scoring
) -> None:
    """Write the part of every frame in the scores, and the scores with intervals over samples.

    Predictions are read from their file, so that scores are those of what was stored.

    Parameters
    ----------
    predictions : Path
        Out-of-fold predictions of a model.
    splits : Path
        Folds of its system, for groups of dependent samples.
    frames : Path
        Part of every frame in the scores, parquet.
    scores : Path
        Scores, JSON: a list of records.
    scoring : mapping
        Arguments of :func:`mechanist.assess.scorer.make_scorer`.
    """
    table = read_predictions(predictions)
    scorer = make_scorer(**scoring, groups=read_splits(splits).groups)
    by_frame = scorer.frames(table)
    write_table(frames, by_frame, columns=scorer.frame_columns, check=False)
    records = scorer.summary(by_frame, units=read_units(predictions))
    records += scorer.calibration(table, read_log_odds(predictions))
    write_records(scores, records)
