"""Train one network that reads states; write its out-of-fold predictions, and those for other systems."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.formats.predictions import write_predictions
from mechanist.formats.tables import write_table
from mechanist.learn.from_states import ELSEWHERE_COLUMNS, FromStates, other_systems
from mechanist.learn.open_study import open_study
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.within_states import WithinStates
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files: StudyFiles,
    out: Path,
    elsewhere_out: Path,
    *,
    study: Study,
    model: ModelEntry,
    seed: int,
    system: str,
    others: Mapping[str, StudyFiles],
) -> None:
    """Write the out-of-fold predictions of one model, and what it predicts for other systems.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.open_study.open_study`.
    out : Path
        Predictions, parquet.
    elsewhere_out : Path
        Predictions for the other systems, parquet; see
        :data:`mechanist.learn.from_states.ELSEWHERE`.
    seed : int
        Root seed.
    system, others
        The system of the model, and the systems to which the estimators of all folds are applied
        unchanged, since they are costly to train again.

    Raises
    ------
    ValueError
        If the models of the study read tables.
    """
    learner = open_study(study, model, files)
    if not isinstance(learner, FromStates | WithinStates):
        raise ValueError(f"the study's models read {study.reads}; train them by models/train.py")  # noqa: TRY004
    table, elsewhere = learner.train_and_apply(others, system=system, seed=seed)
    write_table(elsewhere_out, elsewhere, columns=ELSEWHERE_COLUMNS, check=False)
    write_predictions(out, table, units=learner.units, log_odds=learner.log_odds)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            StudyFiles(
                targets=Path(snakemake.input.targets),
                splits=Path(snakemake.input.splits),
                samples=[Path(path) for path in snakemake.input.samples],
            ),
            Path(snakemake.output.predictions),
            Path(snakemake.output.elsewhere),
            study=Study(**snakemake.params.study),
            model=snakemake.params.model,
            seed=snakemake.params.seed,
            system=snakemake.wildcards.system,
            others=other_systems(
                [Path(path) for path in snakemake.input.other_samples],
                [Path(path) for path in snakemake.input.other_targets],
            ),
        )
