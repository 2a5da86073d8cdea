"""Test whether a model transfers: between loads within samples, between systems of whole samples."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.scorer import NUMBERS, make_scorer
from mechanist.assess.scoring import Scoring
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.meanings.of_scores import ABOUT, SCORE
from mechanist.formats.shared_columns import KEY_COLUMNS
from mechanist.formats.tables import write_table
from mechanist.learn.open_study import open_study
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.transfer import stored_transfers, transfers
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the table.
SCORED: Final = {**ABOUT, **SCORE, **KEY_COLUMNS}


def main(
    systems: Mapping[str, StudyFiles],
    out: Path,
    *,
    name: str,
    study: Study,
    model: ModelEntry,
    scoring: Scoring,
    seed: int,
    threads: int = 1,
    stored: tuple[Path, Path] | None = None,
) -> None:
    """Write the scores of every training set on every test set, for samples not trained on.

    Parameters
    ----------
    systems : mapping of str to StudyFiles
        Data of each system: one system within samples, several of whole samples.
    out : Path
        Parquet table with one row per training set, test set, target and metric, and per load for
        whole samples.
    name : str
        Name of the model, for the table.
    study, model
        As in :func:`mechanist.learn.open_study.open_study`.
    scoring : mapping
        Arguments of :func:`mechanist.assess.scorer.make_scorer`.
    seed, threads
        As in :meth:`mechanist.learn.learner.Learner.train`.
    stored : (Path, Path), optional
        Predictions of the model for its own system, in whose folder they are, and for other
        systems, if training wrote both; then nothing is trained here.
    """
    found = (
        stored_transfers(*stored, columns=study.columns)
        if stored
        else transfers(
            {system: open_study(study, model, files) for system, files in systems.items()},
            seed=seed,
            threads=threads,
        )
    )
    tables = []
    for one in found:
        scorer = make_scorer(**scoring, groups=one.groups)
        scores = scorer.table(one.predictions, units=one.units)
        tables.append(scores.assign(model=name, **one.named))
        LOGGER.info("%s: transferred %s", name, one.named)
    result = scorer.transfer_rows(pd.concat(tables, ignore_index=True))
    columns = ["model", "train", "test", *scorer.transfer_columns, *NUMBERS]
    write_table(out, result[columns], columns=SCORED, check=False)


def files_of(splits: Path, features: list[Path]) -> StudyFiles:
    """Return the files of the system whose folder holds the splits."""
    folder = splits.parent
    own = {path.stem: path for path in features if path.parent.parent == folder}
    return StudyFiles(targets=folder / "targets.parquet", splits=splits, features=own)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        inputs, own = snakemake.input, snakemake.input.get("predictions")
        tables = [Path(path) for path in inputs.get("features", [])]
        folds = [Path(path) for path in inputs.get("splits", [])]
        main(
            {path.parent.name: files_of(path, tables) for path in folds},
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            study=Study(**snakemake.params.study),
            model=snakemake.params.model,
            scoring=snakemake.params.scoring,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
            stored=(Path(own), Path(inputs.elsewhere)) if own else None,
        )
