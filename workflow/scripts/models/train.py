"""Train one model that reads tables: its out-of-fold predictions, and their scores."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.score_predictions import score_predictions
from mechanist.assess.scoring import Scoring
from mechanist.core.progress import log_to
from mechanist.formats.predictions import write_predictions
from mechanist.learn.open_study import open_study
from mechanist.learn.study import Study, StudyFiles
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files: StudyFiles,
    predictions: Path,
    frames: Path,
    scores: Path,
    *,
    study: Study,
    model: ModelEntry,
    scoring: Scoring,
    seed: int,
    threads: int = 1,
) -> None:
    """Write the out-of-fold predictions of one model, and their scores.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.open_study.open_study`.
    predictions : Path
        Predictions, parquet.
    frames, scores, scoring
        As in :func:`mechanist.assess.score_predictions.score_predictions`.
    seed : int
        Root seed.
    threads : int
        Maximum number of threads of an estimator.
    """
    learner = open_study(study, model, files)
    table = learner.train(seed=seed, threads=threads)
    write_predictions(predictions, table, units=learner.units, log_odds=learner.log_odds)
    score_predictions(predictions, files.splits, frames, scores, scoring=scoring)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            StudyFiles(
                targets=Path(snakemake.input.targets),
                splits=Path(snakemake.input.splits),
                features={Path(path).stem: Path(path) for path in snakemake.input.features},
            ),
            Path(snakemake.output.predictions),
            Path(snakemake.output.frames),
            Path(snakemake.output.scores),
            study=Study(**snakemake.params.study),
            model=snakemake.params.model,
            scoring=snakemake.params.scoring,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
