"""Draw the figures of pileups, of the transition of creep, and of microstructures."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.dislocation import figure_confusion, figure_microstructures, figure_pileup

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        figure_pileup.main(
            batch=Path(files.pileup),
            scores=[Path(path) for path in files.pileup_scores],
            parity=Path(files.pileup_parity),
            stem=stems["pileup"],
            models=params.pileup_models,
            metrics=params.pileup_metrics,
            metadata=params.metadata,
        )
        figure_confusion.main(
            batches=[Path(path) for path in files.creep],
            samples=Path(files.order),
            curves=Path(files.confusion_curves),
            summary=Path(files.confusion),
            stem=stems["confusion"],
            metadata=params.metadata,
        )
        figure_microstructures.main(
            microstructures=Path(files.microstructures),
            accuracy=Path(files.accuracies),
            summary=Path(files.accuracy),
            stem=stems["microstructures"],
            metadata=params.metadata,
        )
