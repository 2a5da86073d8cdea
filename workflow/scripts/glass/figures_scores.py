"""Draw the figures of predicted plasticity: those that a system has."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.glass import (
    figure_definition,
    figure_learning_curve,
    figure_parity,
    figure_strain,
    figure_thesis,
    figure_transfer,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        if "definition" in stems:
            figure_definition.main(
                scores=[Path(path) for path in files.definition_scores],
                stem=stems["definition"],
                models=params.models,
                strain=params.strain,
                quantity=params.quantity,
                metrics=params.definition_metrics,
                published=params.published,
                metadata=params.metadata,
            )
        if "strain" in stems:
            figure_strain.main(
                scores=[Path(path) for path in files.strain_scores],
                stem=stems["strain"],
                models=params.models,
                quantity=params.quantity,
                metrics=params.metrics,
                metadata=params.metadata,
            )
        if "thesis" in stems:
            figure_thesis.main(
                comparisons=Path(files.comparisons),
                frame_scores=[Path(path) for path in files.frame_scores],
                stem=stems["thesis"],
                models=params.models,
                hybrid=params.hybrid,
                quantity=params.quantity,
                metrics=params.metrics,
                metadata=params.metadata,
            )
        if "transfer" in stems:
            figure_transfer.main(
                transfer=[Path(path) for path in files.transfer],
                stem=stems["transfer"],
                models=params.models,
                target=params.target,
                metric=params.metric,
                metadata=params.metadata,
            )
        if "learning_curve" in stems:
            figure_learning_curve.main(
                curves=[Path(path) for path in files.curves],
                stem=stems["learning_curve"],
                models=params.models,
                target=params.target,
                metrics=params.metrics,
                metadata=params.metadata,
            )
        if "parity" in stems:
            figure_parity.main(
                predictions=[Path(path) for path in files.parity_predictions],
                scores=[Path(path) for path in files.parity_scores],
                stem=stems["parity"],
                models=params.models,
                target=params.target,
                metadata=params.metadata,
            )
