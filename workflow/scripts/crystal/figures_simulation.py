"""Draw the figures of simulated polycrystals."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.crystal import figure_curves, figure_fields, figure_poles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        figure_fields.main(
            runs=dict(zip(params.batches, map(Path, files.first), strict=True)),
            stem=stems["fields"],
            metadata=params.metadata,
        )
        figure_poles.main(
            runs=[Path(path) for path in files.poles],
            stem=stems["poles"],
            half_width=params.half_width,
            metadata=params.metadata,
        )
        figure_curves.main(
            runs=figure_curves.by_system(params.batches, files.every),
            stem=stems["curves"],
            metadata=params.metadata,
        )
