"""Score one model's predictions, per frame and overall, with intervals over samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mechanist.assess.calibration import calibration_records
from mechanist.assess.evaluate import frame_scores, independent, summarise
from mechanist.assess.records import write_records
from mechanist.core.progress import log_to
from mechanist.formats.predictions import read_log_odds, read_predictions, read_units
from mechanist.formats.tables import write_table
from mechanist.learn.splits import read_splits

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    predictions: Path,
    splits: Path,
    frames: Path,
    scores: Path,
    *,
    top_fractions: Sequence[float],
    level: float,
    resamples: int,
    seed: int,
) -> None:
    """Write scores of every frame and their summary.

    Parameters
    ----------
    predictions : Path
        Out-of-fold predictions of a model.
    splits : Path
        Folds of its system, for groups of dependent samples.
    frames : Path
        Scores of every frame, parquet.
    scores : Path
        Summary, JSON: a list of records.
    top_fractions : sequence of float
        Fractions of objects in a frame that count as plastic in ranking metrics.
    level : float
        Level of intervals.
    resamples, seed : int
        Number of bootstrap resamples of the samples, and their seed.
    """
    said = read_predictions(predictions)
    table = frame_scores(said, top_fractions=top_fractions)
    write_table(frames, table, check=False)
    units = read_units(predictions)
    groups = read_splits(splits).groups
    options: dict[str, Any] = {"level": level, "resamples": resamples, "seed": seed}
    records = summarise(table, units=units, groups=groups, **options)
    by_group = independent(said, groups)
    records += calibration_records(by_group, read_log_odds(predictions), level=level)
    write_records(scores, records)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.predictions),
            Path(snakemake.input.splits),
            Path(snakemake.output.frames),
            Path(snakemake.output.scores),
            top_fractions=snakemake.params.top_fractions,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
