"""Draw the figures of interacting slip systems."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.crystal import figure_coefficients, figure_feedback, figure_orbits, figure_sparsity

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        figure_orbits.main(
            hexagonal=Path(files.hexagonal), stem=stems["orbits"], metadata=params.metadata
        )
        figure_coefficients.main(
            errors=Path(files.errors),
            stem=stems["coefficients"],
            models=params.models,
            metadata=params.metadata,
        )
        figure_sparsity.main(
            paths=[Path(path) for path in files.paths],
            counts=Path(files.counts),
            stem=stems["sparsity"],
            method=params.method,
            metadata=params.metadata,
        )
        figure_feedback.main(
            curves=Path(files.curves),
            stem=stems["feedback"],
            models=params.models,
            crystals=params.crystals,
            metadata=params.metadata,
        )
