"""Draw the figures of predicted strength."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.dislocation import figure_learning_curve, figure_parity, figure_sizes, figure_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        figure_strain.main(
            scores=[Path(path) for path in files.scores_by_strain],
            stem=stems["strain"],
            models=params.models,
            branches=params.branches,
            metadata=params.metadata,
        )
        figure_parity.main(
            predictions=[Path(path) for path in files.predictions],
            scores=[Path(path) for path in files.scores],
            stem=stems["parity"],
            models=params.models,
            branch=params.branches[0],
            target=params.target,
            metadata=params.metadata,
        )
        figure_learning_curve.main(
            curves=[Path(path) for path in files.curves],
            stem=stems["learning_curve"],
            models=params.models,
            branches=params.branches,
            target=params.target,
            metadata=params.metadata,
        )
        figure_sizes.main(
            transfer=[Path(path) for path in files.transfer],
            stem=stems["sizes"],
            models=params.models,
            branches=params.branches,
            target=params.target,
            systems=params.systems,
            metadata=params.metadata,
        )
