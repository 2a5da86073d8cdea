"""Draw the figures of the surrogates of lattice rotation."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.crystal import (
    figure_misorientation,
    figure_nonlocal,
    figure_prediction,
    figure_transfer,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        figure_misorientation.main(
            scores=[Path(path) for path in files.scores],
            stem=stems["misorientation"],
            models=params.models,
            system=params.system,
            others=params.others,
            metadata=params.metadata,
        )
        figure_prediction.main(
            samples=Path(files.samples),
            predictions=dict(zip(params.shown, map(Path, files.predictions), strict=True)),
            stem=stems["prediction"],
            models=params.models,
            axis=params.axis,
            metadata=params.metadata,
        )
        figure_nonlocal.main(
            errors=Path(files.errors),
            comparisons=Path(files.comparisons),
            stem=stems["nonlocal"],
            models=params.models,
            system=params.system,
            reference=params.reference,
            metadata=params.metadata,
        )
        figure_transfer.main(
            scores=[Path(path) for path in files.scores],
            curve=Path(files.curve),
            stem=stems["transfer"],
            models=params.models,
            system=params.system,
            metadata=params.metadata,
        )
