"""Predict the stress-strain curve of one relaxed dislocation configuration of a user's."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.predict.predict_dislocation import predict_dislocation

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        predict_dislocation(
            Path(snakemake.input.model).parent,
            [Path(path).parent for path in snakemake.input.rivals],
            Path(snakemake.output.table),
            Path(snakemake.output.summary),
            Path(snakemake.output.state),
            entry=snakemake.params.entry,
            place=snakemake.params.place,
        )
