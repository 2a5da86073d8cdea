"""Draw the figures of simulated dislocations."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.dislocation import figure_bursts, figure_configuration

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        samples = [Path(path) for path in files.samples]
        figure_configuration.main(
            samples=samples, stem=stems["configuration"], metadata=params.metadata
        )
        figure_bursts.main(samples=samples, stem=stems["bursts"], metadata=params.metadata)
