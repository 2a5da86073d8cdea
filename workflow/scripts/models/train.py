"""Train one model and write its out-of-fold predictions."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.formats.predictions import write_predictions
from mechanist.formats.tables import write_table
from mechanist.learn.from_states import FromStates, other_systems
from mechanist.learn.open_study import open_study
from mechanist.learn.study import Study, StudyFiles
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files: StudyFiles,
    out: Path,
    *,
    study: Study,
    model: ModelEntry,
    seed: int,
    threads: int = 1,
    system: str = "",
    others: Mapping[str, StudyFiles] | None = None,
    elsewhere_out: Path | None = None,
) -> None:
    """Write the out-of-fold predictions of one model.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.open_study.open_study`.
    out : Path
        Predictions, parquet.
    seed : int
        Root seed.
    threads : int
        Maximum number of threads of an estimator.
    system, others
        For an estimator that reads states, which is costly to train again: its system, and the
        systems to which the estimators of all folds are applied unchanged.
    elsewhere_out : Path, optional
        Predictions for these systems, parquet; see
        :data:`mechanist.learn.from_states.ELSEWHERE`.
    """
    learner = open_study(study, model, files)
    if isinstance(learner, FromStates) and elsewhere_out is not None:
        table, elsewhere = learner.train_and_apply(others or {}, system=system, seed=seed)
        write_table(elsewhere_out, elsewhere, check=False)
    else:
        table = learner.train(seed=seed, threads=threads)
    write_predictions(out, table, units=learner.units, log_odds=learner.log_odds)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        elsewhere = snakemake.output.get("elsewhere")
        main(
            StudyFiles(
                targets=Path(snakemake.input.targets),
                splits=Path(snakemake.input.splits),
                features={Path(p).stem: Path(p) for p in snakemake.input.get("features", [])},
                samples=[Path(path) for path in snakemake.input.get("samples", [])],
            ),
            Path(snakemake.output.predictions),
            study=Study(**snakemake.params.study),
            model=snakemake.params.model,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
            system=snakemake.wildcards.system,
            others=other_systems(
                [Path(path) for path in snakemake.input.get("other_samples", [])],
                [Path(path) for path in snakemake.input.get("other_targets", [])],
            ),
            elsewhere_out=Path(elsewhere) if elsewhere else None,
        )
