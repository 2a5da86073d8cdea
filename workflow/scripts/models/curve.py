"""Score a model as a function of the number of training samples (a learning curve)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.scorer import NUMBERS, make_scorer
from mechanist.assess.scoring import Scoring
from mechanist.core.progress import log_to
from mechanist.formats.meanings.of_scores import ABOUT, SCORE
from mechanist.formats.predictions import TARGET
from mechanist.formats.shared_columns import KEY_COLUMNS
from mechanist.formats.tables import write_table
from mechanist.learn.learning_curve import CurveSizes, learning_curve
from mechanist.learn.open_study import open_study
from mechanist.learn.study import Study, StudyFiles
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the table.
SCORED: Final = {**ABOUT, **SCORE, **KEY_COLUMNS}


def main(
    files: StudyFiles,
    out: Path,
    *,
    name: str,
    study: Study,
    model: ModelEntry,
    sizes: Sequence[int],
    draws: int,
    scoring: Scoring,
    seed: int,
    threads: int = 1,
    shown: Sequence[str] | None = None,
) -> None:
    """Write the scores for every number of training samples and draw.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.open_study.open_study`.
    out : Path
        Parquet table with one row per size, draw, target and metric, and per load for whole
        samples.
    name : str
        Name of the model, for the table.
    sizes, draws
        As in :class:`mechanist.learn.learning_curve.CurveSizes`.
    scoring : mapping
        Arguments of :func:`mechanist.assess.scorer.make_scorer`.
    seed, threads
        As in :meth:`mechanist.learn.learner.Learner.train`.
    shown : sequence of str, optional
        Targets whose scores are written, by default all. An estimator that reads states predicts
        all its targets by one network, which a study of fewer targets would change.
    """
    learner = open_study(study, model, files)
    scorer = make_scorer(**scoring, groups=learner.splits.groups)
    curve = CurveSizes(sizes=sizes, draws=draws, seed=seed)

    def train(chosen: tuple[str, ...]) -> pd.DataFrame:
        return learner.train(seed=seed, threads=threads, train_samples=chosen)

    tables = []
    for point in learning_curve(train, learner.splits, curve, label=name):
        kept = point.predicted
        if shown is not None:
            kept = kept[kept[TARGET].isin(list(shown))]
        scores = scorer.table(kept, units=learner.units)
        tables.append(scores.assign(model=name, n_train=point.n_train, draw=point.draw))
    result = scorer.curve_rows(pd.concat(tables, ignore_index=True))
    columns = ["model", "n_train", "draw", *scorer.curve_columns, *NUMBERS]
    write_table(out, result[columns], columns=SCORED, check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            StudyFiles(
                targets=Path(snakemake.input.targets),
                splits=Path(snakemake.input.splits),
                features={Path(p).stem: Path(p) for p in snakemake.input.get("features", [])},
                samples=[Path(path) for path in snakemake.input.get("samples", [])],
            ),
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            study=Study(**snakemake.params.study),
            model=snakemake.params.model,
            sizes=snakemake.params.sizes,
            draws=snakemake.params.draws,
            scoring=snakemake.params.scoring,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
            shown=snakemake.params.get("shown"),
        )
