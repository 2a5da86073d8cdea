"""Draw the figures of particles and of what describes them: those that a system has."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.glass import figure_angular, figure_glass, figure_indicator, figure_response

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        samples = [Path(path) for path in files.samples]
        figure_glass.main(
            samples=samples,
            targets=Path(files.targets),
            stem=stems["glass"],
            load=params.load,
            strains=params.strains,
            quantity=params.quantity,
            diameters=params.diameters,
            predicted=[Path(path) for path in files.predicted],
            models=params.models,
            metadata=params.metadata,
        )
        if "response" in stems:
            figure_response.main(samples=samples, stem=stems["response"], metadata=params.metadata)
        if "indicator" in stems:
            figure_indicator.main(
                features=[Path(path) for path in files.indicators],
                targets=Path(files.targets),
                stem=stems["indicator"],
                indicators=params.indicators,
                strains=params.strains,
                quantity=params.quantity,
                metadata=params.metadata,
            )
        if "angular" in stems:
            figure_angular.main(
                samples=samples,
                features=Path(files.structure),
                targets=Path(files.targets),
                stem=stems["angular"],
                strain=params.strain,
                plastic_fraction=params.plastic_fraction,
                rigid_fraction=params.rigid_fraction,
                metadata=params.metadata,
            )
